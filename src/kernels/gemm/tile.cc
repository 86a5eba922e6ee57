// The micro-kernel, written once for any number of rows; shorter tiles at the lower edge are
// instances of the same template.
#include "kernels/gemm/tile.h"

#include <array>
#include <utility>

namespace gossamer {
namespace {

using simd::F32x4;

struct Sums {
  F32x4 left, right;  // columns 0-3 and 4-7
};

// Adds residual, clips and stores one row of the tile.
inline void finish_row(Sums sums, const TileArgs& args, int64_t offset) {
  const F32x4 low = simd::splat(args.low), high = simd::splat(args.high);
  float* c = args.c + offset;
  const float* residual = args.residual == nullptr ? nullptr : args.residual + offset;
  if (args.columns == kPanelWidth) {
    if (residual != nullptr) {
      sums.left += simd::load(residual);
      sums.right += simd::load(residual + 4);
    }
    simd::store(c, simd::clip(sums.left, low, high));
    simd::store(c + 4, simd::clip(sums.right, low, high));
    return;
  }
  const int left = args.columns < 4 ? args.columns : 4;
  const int right = args.columns - left;
  if (residual != nullptr) {
    sums.left += simd::load_partial(residual, left);
    sums.right += simd::load_partial(residual + left, right);
  }
  simd::store_partial(c, simd::clip(sums.left, low, high), left);
  simd::store_partial(c + left, simd::clip(sums.right, low, high), right);
}

template <int kRows>
void compute(const TileArgs& args) {
  const float* const* rows = args.rows;
  for (int64_t tile = 0; tile < args.tiles; ++tile) {
    const F32x4 bias_left = simd::load(args.bias), bias_right = simd::load(args.bias + 4);
    Sums sums[kRows];
    GOSSAMER_UNROLL
    for (int r = 0; r < kRows; ++r) sums[r] = {bias_left, bias_right};

    const float* b = args.panel;
    const int64_t length = args.length;
    for (int64_t s = 0; s < args.segments; ++s, rows += kRows) {
      const float* a[kRows];
      GOSSAMER_UNROLL
      for (int r = 0; r < kRows; ++r) a[r] = rows[r];
      for (int64_t i = 0; i < length; ++i, b += kPanelWidth) {
        const F32x4 b_left = simd::load(b), b_right = simd::load(b + 4);
        GOSSAMER_UNROLL
        for (int r = 0; r < kRows; ++r) {
          const F32x4 x = simd::load_splat(a[r] + i);
          sums[r].left = simd::madd(x, b_left, sums[r].left);
          sums[r].right = simd::madd(x, b_right, sums[r].right);
        }
      }
    }
    GOSSAMER_UNROLL
    for (int r = 0; r < kRows; ++r) finish_row(sums[r], args, (tile * kRows + r) * args.c_stride);
  }
}

using TileFunction = void (*)(const TileArgs&);

template <int... kRowsLessOne>
constexpr auto instances(std::integer_sequence<int, kRowsLessOne...>) {
  return std::array<TileFunction, sizeof...(kRowsLessOne)>{&compute<kRowsLessOne + 1>...};
}
constexpr auto kTiles = instances(std::make_integer_sequence<int, kTileRows>{});

}  // namespace

void compute_tiles(int row_count, const TileArgs& args) {
  kTiles[static_cast<size_t>(row_count - 1)](args);
}

void compute_rows(int64_t row_count, TileArgs args) {
  args.tiles = row_count / kTileRows;
  if (args.tiles > 0) compute_tiles(kTileRows, args);
  const int64_t whole = args.tiles * kTileRows;
  if (whole == row_count) return;
  args.tiles = 1;
  args.rows += whole * args.segments;
  args.c += whole * args.c_stride;
  if (args.residual != nullptr) args.residual += whole * args.c_stride;
  compute_tiles(static_cast<int>(row_count - whole), args);
}

}  // namespace gossamer
