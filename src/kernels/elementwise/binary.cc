// Arithmetic with broadcasting, run by run (see strided_runs.h). Whether an operand advances along
// a run is settled once, so that the loop over it is plain.
#include "base/simd.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/strided_runs.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

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
  Binary(BinaryKind kind, const StridedAxes<2>& axes)
      : runs_(axes), function_(choose(kind, runs_.step(0) != 0, runs_.step(1) != 0)) {}

  std::string_view name() const override {
    return runs_.is_flat() ? kernel_name::kBinaryFlat : kernel_name::kBinaryBroadcast;
  }
  int64_t items() const override { return runs_.items(); }
  bool can_overwrite_input(int index) const override {
    return !runs_.repeats(static_cast<size_t>(index));
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* a = static_cast<const float*>(args.inputs[0]);
    const auto* b = static_cast<const float*>(args.inputs[1]);
    auto* y = static_cast<float*>(args.outputs[0]);
    runs_.for_each(begin, end, [&](const auto& offsets, int64_t at, int64_t count) {
      function_(a + offsets[0], b + offsets[1], y + at, count);
    });
    return Status::ok();
  }

 private:
  StridedRuns<2> runs_;
  RunFunction function_;
};

}  // namespace

std::unique_ptr<Kernel> make_binary_f32(BinaryKind kind, const StridedAxes<2>& axes) {
  return std::make_unique<Binary>(kind, axes);
}

}  // namespace gossamer
