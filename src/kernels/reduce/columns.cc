// See reduce.h. Terms are gathered in a row of totals, in double precision: of neighbouring columns
// or, where the numbers of one result lie together, of neighbouring numbers, and these are then
// made one. An item is a block of columns, or a result.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/simd_bytes.h"
#include "base/simd_doubles.h"
#include "kernels/reduce/reduce.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F64x2;

constexpr int64_t kWidth = 64;  // columns of an item

class ReduceColumns final : public Kernel {
 public:
  ReduceColumns(Reduction form, int64_t outer, int64_t n, int64_t inner)
      : form_(form),
        is_max_(form == Reduction::kMax || form == Reduction::kMin),
        outer_(outer),
        n_(n),
        inner_(inner),
        blocks_(ceil_div(inner, kWidth)) {}

  std::string_view name() const override { return kernel_name::kReduceColumns; }
  int64_t items() const override { return outer_ * blocks_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    int64_t outer = begin / blocks_, block = begin % blocks_;  // short rows feel a division each
    for (int64_t item = begin; item < end; ++item) {
      const int64_t column = block * kWidth;
      const float* x = static_cast<const float*>(args.inputs[0]) + outer * n_ * inner_ + column;
      float* y = static_cast<float*>(args.outputs[0]) + outer * inner_ + column;
      const int64_t width = std::min(kWidth, inner_ == 1 ? n_ : inner_ - column);
      double totals[kWidth];
      std::fill(totals, totals + round_up(width, simd::kDoubleLanes),
                is_max_ ? -std::numeric_limits<double>::infinity() : 0);
      if (inner_ == 1) {
        for (int64_t i = 0; i < n_; i += width) add_row(x + i, std::min(width, n_ - i), totals);
        F64x2 total = {totals[0], 0};
        for (int64_t i = 1; i < width; ++i) total = combine(total, F64x2{totals[i], 0});
        *y = finish(total[0]);
      } else {
        for (int64_t i = 0; i < n_; ++i) add_row(x + i * inner_, width, totals);
        for (int64_t i = 0; i < width; ++i) y[i] = finish(totals[i]);
      }
      if (++block == blocks_) {
        block = 0;
        ++outer;
      }
    }
    return Status::ok();
  }

 private:
  // NaN stays and wins.
  F64x2 combine(F64x2 total, F64x2 v) const {
    if (!is_max_) return total + v;
    return ((total >= v) | (total != total)) ? total : v;  // NOLINT(misc-redundant-expression)
  }

  F64x2 term(F64x2 v) const {
    switch (form_) {
      case Reduction::kL1:
        return simd::abs(v);
      case Reduction::kL2:
      case Reduction::kSumSquare:
        return v * v;
      case Reduction::kMin:
        return -v;
      default:
        return v;
    }
  }

  // Up to kWidth numbers, each to its total.
  void add_row(const float* x, int64_t width, double* totals) const {
    for (int64_t i = 0; i < width; i += simd::kDoubleLanes) {
      const int64_t n = std::min<int64_t>(simd::kDoubleLanes, width - i);
      const F64x2 total = combine(simd::load_as<F64x2>(totals + i), term(simd::widen(x + i, n)));
      totals[i] = total[0];
      if (n > 1) totals[i + 1] = total[1];
    }
  }

  float finish(double total) const {
    if (form_ == Reduction::kMean) total /= static_cast<double>(n_);
    if (form_ == Reduction::kL2) total = std::sqrt(total);
    if (form_ == Reduction::kLogSum) total = std::log(total);
    return static_cast<float>(form_ == Reduction::kMin ? -total : total);
  }

  Reduction form_;
  bool is_max_;
  int64_t outer_, n_, inner_;
  int64_t blocks_;  // items of each outer
};

}  // namespace

std::unique_ptr<Kernel> make_reduce_columns_f32(Reduction form, int64_t outer, int64_t n,
                                                int64_t inner) {
  return std::make_unique<ReduceColumns>(form, outer, n, inner);
}

}  // namespace gossamer
