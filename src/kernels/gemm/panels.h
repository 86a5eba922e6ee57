// The packed form of a matrix b of k rows and n columns: panels of eight columns,
//
//   packed[p][k][8] = b[k, 8 p + 0 .. 8 p + 7],   p < ceil(n / 8), columns beyond n are 0,
//
// so that the micro-kernel reads one stream from front to back. Each panel serves a whole column of
// tiles of c, and carries the bias of its eight columns.
#ifndef GOSSAMER_KERNELS_GEMM_PANELS_H_
#define GOSSAMER_KERNELS_GEMM_PANELS_H_

#include <cstdint>

#include "base/aligned_buffer.h"
#include "gossamer/status.h"
#include "kernels/sizes.h"

namespace gossamer {

inline constexpr int kPanelWidth = 8;

constexpr int64_t panel_count(int64_t columns) {
  return ceil_div(columns, kPanelWidth);
}

// A matrix stored in any order: element (i, j) is
// data[i * row_stride + j * column_stride] * (scale ? scale[j] : 1).
struct StridedMatrix {
  const float* data = nullptr;
  int64_t row_stride = 1;
  int64_t column_stride = 1;
  const float* scale = nullptr;
};

// Writes columns [column, column + 8) of rows [0, k) of b, as far as they are < n, to panel[k][8],
// and 0 to the others. Requires column < n.
void pack_panel(const StridedMatrix& b, int64_t k, int64_t n, int64_t column, float* panel);

// Constant panels of k rows, then their biases [panels][8], in one allocation.
class PackedMatrix {
 public:
  // The elements are not initialised. Errors: OOM.
  static Result<PackedMatrix> allocate(int64_t k, int64_t panels);
  // Packs b, and n biases unless `bias` is null. Errors: OOM.
  static Result<PackedMatrix> pack(const StridedMatrix& b, const float* bias, int64_t k, int64_t n);

  const float* panel(int64_t index) const {
    return storage_.as<float>() + index * k_ * kPanelWidth;
  }
  const float* bias(int64_t index) const { return panel(panels_) + index * kPanelWidth; }
  float* mutable_panel(int64_t index) { return storage_.as<float>() + index * k_ * kPanelWidth; }
  // Fills the biases of panels from `first_panel` on with n values, or with 0 where `values` is
  // null, and zeros up to a whole panel.
  void set_bias(int64_t first_panel, const float* values, int64_t n);
  size_t bytes() const { return storage_.size(); }

 private:
  AlignedBuffer storage_;
  int64_t k_ = 0;
  int64_t panels_ = 0;
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_GEMM_PANELS_H_
