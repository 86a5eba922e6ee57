// The micro-kernel behind every product and every convolution but the depthwise ones: a tile of up
// to kTileRows x 8 results held in registers.
//
//   c[r, j] = clip( bias[j] + residual[r, j] + sum over s, i of rows[s][r][row_offset + i]
//                                                          * panel[s][i][j] )
//
// The sum runs over `segments` pieces of `length` each. A plain product has one segment, a row of
// a. A convolution has one per row of its window (or per tap), and rows[s][r] points straight into
// the picture at what output pixel r sees of it: an indirect product, with nothing unfolded.
#ifndef GOSSAMER_KERNELS_GEMM_TILE_H_
#define GOSSAMER_KERNELS_GEMM_TILE_H_

#include <algorithm>
#include <cstdint>

#include "base/simd.h"
#include "kernels/gemm/panels.h"

namespace gossamer {

// V8 has 15 vector registers on x86. With a fused madd, 6 rows need 12 sums, 2 vectors of b and one
// of a. Without, the product needs a register as well, and 6 rows spill to half the speed. Scalars
// emulating vectors need four registers for each.
#if defined(__wasm__) && !defined(__wasm_simd128__)
inline constexpr int kTileRows = 1;
#define GOSSAMER_TILE "1x8"
#elif defined(__wasm__) && !defined(__wasm_relaxed_simd__)
inline constexpr int kTileRows = 4;
#define GOSSAMER_TILE "4x8"
#else
inline constexpr int kTileRows = 6;
#define GOSSAMER_TILE "6x8"
#endif

struct TileArgs {
  // [tiles][segments][row_count of a tile], each `length` floats from `row_offset` on
  const float* const* rows = nullptr;
  int64_t row_offset = 0;
  int64_t tiles = 1;  // one below the other, with the same panel
  int64_t segments = 1;
  int64_t length = 0;
  const float* panel = nullptr;     // [segments][length][8]
  const float* bias = nullptr;      // 8 floats
  const float* residual = nullptr;  // laid out as c, or null
  float* c = nullptr;
  int64_t c_stride = 0;
  int columns = kPanelWidth;  // only these of the 8 are stored; 1 to 8
  float low = 0, high = 0;
};

// How rows are dealt out to tiles: evenly, in at most two heights. A tile of fewer than four
// rows takes as long as one of four, because it waits for its sums: 49 rows are not 8 x 6 + 1, but
// 4 x 6 + 5 x 5.
struct RowTiles {
  explicit RowTiles(int64_t rows)
      : count((rows + kTileRows - 1) / kTileRows),
        low_height(static_cast<int>(rows / count)),
        high(rows % count) {}
  int height(int64_t tile) const { return low_height + (tile < high ? 1 : 0); }

  int64_t count;
  int low_height;
  int64_t high;  // the first so many are one row higher
};

// `row_count` rows, at least one: tiles as RowTiles has them. args.rows holds [segments][height]
// for each tile; args.tiles is not read.
void compute_rows(int64_t row_count, TileArgs args);

// Rows per item, about `block`, so that the last item is not a small remainder for which all of b
// is fetched again. Up to block_limit(block) rows.
constexpr int64_t even_block(int64_t rows, int64_t block) {
  const int64_t blocks = std::max<int64_t>((rows + block / 2) / block, 1);
  return std::max<int64_t>((rows + blocks - 1) / blocks, 1);
}
constexpr int64_t block_limit(int64_t block) {
  return block + block / 2;
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_GEMM_TILE_H_
