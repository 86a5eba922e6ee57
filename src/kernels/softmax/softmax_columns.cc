// Softmax down the columns of a matrix, as over the channels of a picture that has them first.
// Neighbouring columns fill the lanes. An item is a block of columns, whose rows are whole cache
// lines; what is known of each column so far is kept beside.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exponential.h"
#include "base/simd.h"
#include "kernels/sizes.h"
#include "kernels/softmax/softmax.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int64_t kWidth = 64;  // columns of an item

// f(at, column, n) for each vector of a block of rows `step` apart: where it begins in the tensor
// and in the row, and how many numbers are left there.
template <typename F>
void for_each_vector(int64_t rows, int64_t step, int64_t width, F f) {
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < width; c += simd::kLanes) f(row * step + c, c, width - c);
  }
}

class SoftmaxColumns final : public Kernel {
 public:
  SoftmaxColumns(SoftmaxKind kind, int64_t outer, int64_t n, int64_t inner)
      : kind_(kind), outer_(outer), n_(n), inner_(inner), blocks_(ceil_div(inner, kWidth)) {}

  std::string_view name() const override {
    return kind_ == SoftmaxKind::kSoftmax ? kernel_name::kSoftmaxColumns
                                          : kernel_name::kLogSoftmaxColumns;
  }
  int64_t items() const override { return n_ == 0 ? 0 : outer_ * blocks_; }
  double cost(double bytes) const override {
    constexpr double kExponential = 16;
    return bytes + kExponential * static_cast<double>(step_count({outer_, n_, inner_}));
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) {
      const int64_t column = item % blocks_ * kWidth;
      const int64_t first = item / blocks_ * n_ * inner_ + column;
      columns(static_cast<const float*>(args.inputs[0]) + first,
              static_cast<float*>(args.outputs[0]) + first, std::min(kWidth, inner_ - column));
    }
    return Status::ok();
  }

 private:
  void columns(const float* x, float* y, int64_t width) const {
    const bool log = kind_ == SoftmaxKind::kLogSoftmax;
    float highest[kWidth], sum[kWidth] = {};
    std::fill(highest, highest + kWidth, -std::numeric_limits<float>::infinity());
    for_each_vector(n_, inner_, width, [&](int64_t at, int64_t c, int64_t n) {
      simd::store(highest + c, simd::max(simd::load_up_to(x + at, n), simd::load(highest + c)));
    });
    for_each_vector(n_, inner_, width, [&](int64_t at, int64_t c, int64_t n) {
      const F32x4 shifted = simd::load_up_to(x + at, n) - simd::load(highest + c);
      const F32x4 e = simd::exp(shifted);
      simd::store(sum + c, simd::load(sum + c) + e);
      simd::store_up_to(y + at, log ? shifted : e, n);
    });
    for (float& total : sum) total = log ? logarithm(total) : total;
    for_each_vector(n_, inner_, width, [&](int64_t at, int64_t c, int64_t n) {
      const F32x4 v = simd::load_up_to(y + at, n), total = simd::load(sum + c);
      simd::store_up_to(y + at, log ? v - total : v / total, n);
    });
  }

  SoftmaxKind kind_;
  int64_t outer_, n_, inner_;
  int64_t blocks_;  // items of each outer
};

}  // namespace

std::unique_ptr<Kernel> make_softmax_columns_f32(SoftmaxKind kind, int64_t outer, int64_t n,
                                                 int64_t inner) {
  return std::make_unique<SoftmaxColumns>(kind, outer, n, inner);
}

}  // namespace gossamer
