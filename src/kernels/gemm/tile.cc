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

// Adds residual, clips and stores one row of the tile, all 8 columns.
template <bool kResidual>
inline void finish_row(Sums sums, const TileArgs& args, int64_t offset) {
  const F32x4 low = simd::splat(args.low), high = simd::splat(args.high);
  if constexpr (kResidual) {
    sums.left += simd::load(args.residual + offset);
    sums.right += simd::load(args.residual + offset + 4);
  }
  simd::store(args.c + offset, simd::clip(sums.left, low, high));
  simd::store(args.c + offset + 4, simd::clip(sums.right, low, high));
}

// The same for the last panel, where fewer columns exist. Not inlined: it would be so once for
// every row of every instance.
[[gnu::noinline]] void finish_partial_row(const Sums& sums, const TileArgs& args, int64_t offset) {
  const F32x4 low = simd::splat(args.low), high = simd::splat(args.high);
  float* c = args.c + offset;
  const int left = args.columns < 4 ? args.columns : 4;
  const int right = args.columns - left;
  F32x4 first = sums.left, second = sums.right;
  if (args.residual != nullptr) {
    first += simd::load_partial(args.residual + offset, left);
    second += simd::load_partial(args.residual + offset + left, right);
  }
  simd::store_partial(c, simd::clip(first, low, high), left);
  simd::store_partial(c + left, simd::clip(second, low, high), right);
}

template <int kRows>
inline void finish(const Sums (&sums)[kRows], const TileArgs& args, int64_t offset) {
  if (args.columns != kPanelWidth) {
    GOSSAMER_UNROLL
    for (int r = 0; r < kRows; ++r) {
      const Sums row = sums[r];  // a copy, so that the sums themselves can stay in registers
      finish_partial_row(row, args, offset + r * args.c_stride);
    }
  } else if (args.residual != nullptr) {
    GOSSAMER_UNROLL
    for (int r = 0; r < kRows; ++r) finish_row<true>(sums[r], args, offset + r * args.c_stride);
  } else {
    GOSSAMER_UNROLL
    for (int r = 0; r < kRows; ++r) finish_row<false>(sums[r], args, offset + r * args.c_stride);
  }
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
    const int64_t length = args.length, row_offset = args.row_offset;
    for (int64_t s = 0; s < args.segments; ++s, rows += kRows) {
      const float* a[kRows];
      GOSSAMER_UNROLL
      for (int r = 0; r < kRows; ++r) a[r] = rows[r] + row_offset;
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
    finish<kRows>(sums, args, tile * kRows * args.c_stride);
  }
}

using TileFunction = void (*)(const TileArgs&);

template <int... kRowsLessOne>
constexpr auto instances(std::integer_sequence<int, kRowsLessOne...>) {
  return std::array<TileFunction, sizeof...(kRowsLessOne)>{&compute<kRowsLessOne + 1>...};
}
constexpr auto kTiles = instances(std::make_integer_sequence<int, kTileRows>{});

// args.tiles tiles of `row_count` rows each.
void compute_tiles(int row_count, const TileArgs& args) {
  kTiles[static_cast<size_t>(row_count - 1)](args);
}

}  // namespace

void compute_rows(int64_t row_count, TileArgs args) {
  const RowTiles tiles(row_count);
  args.tiles = tiles.high;
  if (args.tiles > 0) {
    compute_tiles(tiles.low_height + 1, args);
    const int64_t rows = tiles.high * (tiles.low_height + 1);
    args.rows += rows * args.segments;
    args.c += rows * args.c_stride;
    if (args.residual != nullptr) args.residual += rows * args.c_stride;
  }
  args.tiles = tiles.count - tiles.high;
  compute_tiles(tiles.low_height, args);
}

}  // namespace gossamer
