// Arithmetic with broadcasting. Once the axes are merged, every case is an innermost run in which
// each operand advances or stands still, inside a walk over the outer positions: same shapes have
// one run, a scalar or a vector per channel a run each time it is repeated. An item is a group of
// runs, or a part of a long one.
#include <algorithm>

#include "base/simd.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int64_t kBlock = 4096;  // elements per item, about

template <BinaryKind kKind>
F32x4 combine(F32x4 a, F32x4 b) {
  if constexpr (kKind == BinaryKind::kAdd) return a + b;
  if constexpr (kKind == BinaryKind::kSub) return a - b;
  if constexpr (kKind == BinaryKind::kMul) return a * b;
  if constexpr (kKind == BinaryKind::kDiv) return a / b;
  if constexpr (kKind == BinaryKind::kMax) return simd::max_or_nan(a, b);
  if constexpr (kKind == BinaryKind::kMin) return simd::min_or_nan(a, b);
  if constexpr (kKind == BinaryKind::kPRelu) return xsimd::select(a < simd::splat(0), a * b, a);
}

// An operand of a run: dense, or one value throughout.
template <bool kAdvances>
class Run {
 public:
  explicit Run(const float* p) : p_(p), value_(simd::splat(kAdvances ? 0.0f : *p)) {}
  F32x4 whole(int64_t i) const { return kAdvances ? simd::load(p_ + i) : value_; }
  F32x4 partial(int64_t i, int lanes) const {
    return kAdvances ? simd::load_partial(p_ + i, lanes) : value_;
  }

 private:
  const float* p_;
  F32x4 value_;
};

template <BinaryKind kKind, bool kAdvanceA, bool kAdvanceB>
void combine_run(const float* a_data, const float* b_data, float* y, int64_t n) {
  const Run<kAdvanceA> a(a_data);
  const Run<kAdvanceB> b(b_data);
  int64_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    simd::store(y + i, combine<kKind>(a.whole(i), b.whole(i)));
  }
  if (i < n) {
    const auto lanes = static_cast<int>(n - i);
    simd::store_partial(y + i, combine<kKind>(a.partial(i, lanes), b.partial(i, lanes)), lanes);
  }
}

using RunFunction = void (*)(const float*, const float*, float*, int64_t);

template <BinaryKind kKind>
RunFunction choose(bool advance_a, bool advance_b) {
  if (!advance_a) return combine_run<kKind, false, true>;
  return advance_b ? combine_run<kKind, true, true> : combine_run<kKind, true, false>;
}

RunFunction choose(BinaryKind kind, bool advance_a, bool advance_b) {
  switch (kind) {
    case BinaryKind::kAdd:
      return choose<BinaryKind::kAdd>(advance_a, advance_b);
    case BinaryKind::kSub:
      return choose<BinaryKind::kSub>(advance_a, advance_b);
    case BinaryKind::kMul:
      return choose<BinaryKind::kMul>(advance_a, advance_b);
    case BinaryKind::kMax:
      return choose<BinaryKind::kMax>(advance_a, advance_b);
    case BinaryKind::kMin:
      return choose<BinaryKind::kMin>(advance_a, advance_b);
    case BinaryKind::kPRelu:
      return choose<BinaryKind::kPRelu>(advance_a, advance_b);
    case BinaryKind::kDiv:
      break;
  }
  return choose<BinaryKind::kDiv>(advance_a, advance_b);
}

class Binary final : public Kernel {
 public:
  Binary(BinaryKind kind, const StridedAxes<2>& axes) : axes_(axes) {
    outer_rank_ = std::max(0, axes_.rank() - 1);
    const bool single = axes_.rank() == 0;  // one element: each operand advances by it
    if (!single) {
      length_ = axes_.extent(outer_rank_);
      step_a_ = axes_.stride(outer_rank_, 0);
      step_b_ = axes_.stride(outer_rank_, 1);
    }
    function_ = choose(kind, step_a_ != 0, step_b_ != 0);
    runs_ = axes_.count_before(outer_rank_);
    runs_per_item_ = units_per_item(runs_, length_, kBlock);
    parts_ = runs_per_item_ == 1 ? std::max<int64_t>(1, ceil_div(length_, kBlock)) : 1;
    for (int axis = 0; axis < axes_.rank(); ++axis) {
      repeats_a_ = repeats_a_ || axes_.stride(axis, 0) == 0;
      repeats_b_ = repeats_b_ || axes_.stride(axis, 1) == 0;
    }
  }

  std::string_view name() const override {
    return axes_.rank() <= 1 ? kernel_name::kBinaryFlat : kernel_name::kBinaryBroadcast;
  }
  int64_t items() const override {
    return axes_.elements() == 0 ? 0 : ceil_div(runs_, runs_per_item_) * parts_;
  }
  bool can_overwrite_input(int index) const override {
    return (index == 0 && !repeats_a_) || (index == 1 && !repeats_b_);
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* a = static_cast<const float*>(args.inputs[0]);
    const auto* b = static_cast<const float*>(args.inputs[1]);
    auto* y = static_cast<float*>(args.outputs[0]);
    const int64_t part_length = parts_ == 1 ? length_ : kBlock;
    for (int64_t item = begin; item < end; ++item) {
      const int64_t first = item / parts_ * runs_per_item_;
      const int64_t last = std::min(first + runs_per_item_, runs_);
      const int64_t from = item % parts_ * part_length;
      const int64_t count = std::min(part_length, length_ - from);
      StridedAxes<2>::Walk walk(axes_, outer_rank_, first);
      for (int64_t run = first; run < last; ++run, walk.next()) {
        function_(a + walk.offset(0) + from * step_a_, b + walk.offset(1) + from * step_b_,
                  y + run * length_ + from, count);
      }
    }
    return Status::ok();
  }

 private:
  StridedAxes<2> axes_;
  RunFunction function_;
  int outer_rank_;                   // axes before the innermost
  int64_t length_ = 1;               // of the innermost run
  int64_t step_a_ = 1, step_b_ = 1;  // along it
  int64_t runs_;
  int64_t runs_per_item_;
  int64_t parts_;  // items per run, when runs_per_item_ is 1
  bool repeats_a_ = false, repeats_b_ = false;
};

}  // namespace

std::unique_ptr<Kernel> make_binary_f32(BinaryKind kind, const StridedAxes<2>& axes) {
  return std::make_unique<Binary>(kind, axes);
}

}  // namespace gossamer
