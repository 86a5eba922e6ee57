// Packing. It runs once per weight while a model loads, over memory that is read once: the order in
// which that is read and written decides how long it takes.
#include "kernels/gemm/panels.h"

#include <algorithm>

#include "base/simd.h"

namespace gossamer {
namespace {

// Rows of a matrix stored by rows that are packed before the next ones are read: all of their
// panels take turns, so that memory is read on, not in steps of a row.
constexpr int64_t kRowsAtATime = 16;

}  // namespace

void pack_panel(const StridedMatrix& b, int64_t k, int64_t n, int64_t column, float* panel) {
  const int64_t columns = std::min<int64_t>(kPanelWidth, n - column);
  const float* source = b.data + column * b.column_stride;
  float scale[kPanelWidth];
  for (int64_t j = 0; j < columns; ++j) scale[j] = b.scale != nullptr ? b.scale[column + j] : 1.0f;
  int64_t i = 0;
  if (columns == kPanelWidth && b.column_stride == 1 && b.scale == nullptr) {
    for (; i < k; ++i) simd::copy(source + i * b.row_stride, panel + i * kPanelWidth, kPanelWidth);
  }
  for (; i < k; ++i) {
    float* row = panel + i * kPanelWidth;
    for (int64_t j = 0; j < columns; ++j) {
      row[j] = source[i * b.row_stride + j * b.column_stride] * scale[j];
    }
    std::fill(row + columns, row + kPanelWidth, 0.0f);
  }
}

Result<PackedMatrix> PackedMatrix::allocate(int64_t k, int64_t panels) {
  PackedMatrix packed;
  packed.k_ = k;
  packed.panels_ = panels;
  GOSSAMER_ASSIGN(packed.storage_, allocate_floats(panels * (k + 1) * kPanelWidth));
  return packed;
}

Result<PackedMatrix> PackedMatrix::pack(const StridedMatrix& b, const float* bias, int64_t k,
                                        int64_t n) {
  GOSSAMER_ASSIGN(PackedMatrix packed, allocate(k, panel_count(n)));
  const int64_t rows = b.column_stride == 1 ? kRowsAtATime : std::max<int64_t>(k, 1);
  for (int64_t row = 0; row < k; row += rows) {
    const StridedMatrix part{b.data + row * b.row_stride, b.row_stride, b.column_stride, b.scale};
    for (int64_t panel = 0; panel < panel_count(n); ++panel) {
      pack_panel(part, std::min(rows, k - row), n, panel * kPanelWidth,
                 packed.mutable_panel(panel) + row * kPanelWidth);
    }
  }
  packed.set_bias(0, bias, n);
  return packed;
}

void PackedMatrix::set_bias(int64_t first_panel, const float* values, int64_t n) {
  float* target = mutable_panel(panels_) + first_panel * kPanelWidth;
  const int64_t given = values == nullptr ? 0 : n;
  if (given > 0) std::copy(values, values + given, target);
  std::fill(target + given, target + panel_count(n) * kPanelWidth, 0.0f);
}

}  // namespace gossamer
