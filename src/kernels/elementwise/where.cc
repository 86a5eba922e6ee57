// See where.h and strided_runs.h. An operand that stands still along a run is copied into four
// lanes and read with a step of 0, so that one loop serves all combinations.
#include "kernels/elementwise/where.h"

#include <algorithm>

#include "base/simd.h"
#include "base/simd_bytes.h"
#include "kernels/strided_runs.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::U32x4;
using U8x4 [[gnu::vector_size(4)]] = uint8_t;

// Where a run of T begins, and its step, 0 or 1.
template <typename T>
class Run {
 public:
  Run(const T* p, int64_t step) : step_(step) {
    std::fill(still_, still_ + simd::kLanes, *p);
    p_ = step == 0 ? still_ : p;
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  const T* at(int64_t i) const { return p_ + i * step_; }

 private:
  const T* p_;
  int64_t step_;
  T still_[simd::kLanes];
};

void where_run(const Run<uint8_t>& condition, const Run<uint32_t>& a, const Run<uint32_t>& b,
               uint32_t* y, int64_t n) {
  int64_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    const auto wanted = __builtin_convertvector(simd::load_as<U8x4>(condition.at(i)), U32x4) != 0;
    const U32x4 result = wanted ? simd::load_as<U32x4>(a.at(i)) : simd::load_as<U32x4>(b.at(i));
    std::memcpy(y + i, &result, sizeof result);
  }
  for (; i < n; ++i) y[i] = *condition.at(i) != 0 ? *a.at(i) : *b.at(i);
}

class Where final : public Kernel {
 public:
  explicit Where(const StridedAxes<3>& axes) : runs_(axes) {}

  std::string_view name() const override { return kernel_name::kWhere; }
  int64_t items() const override { return runs_.items(); }
  bool can_overwrite_input(int index) const override {
    return index != 0 && !runs_.repeats(static_cast<size_t>(index));
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* condition = static_cast<const uint8_t*>(args.inputs[0]);
    const auto* a = static_cast<const uint32_t*>(args.inputs[1]);
    const auto* b = static_cast<const uint32_t*>(args.inputs[2]);
    auto* y = static_cast<uint32_t*>(args.outputs[0]);
    runs_.for_each(begin, end, [&](const auto& offsets, int64_t at, int64_t count) {
      where_run({condition + offsets[0], runs_.step(0)}, {a + offsets[1], runs_.step(1)},
                {b + offsets[2], runs_.step(2)}, y + at, count);
    });
    return Status::ok();
  }

 private:
  StridedRuns<3> runs_;
};

}  // namespace

std::unique_ptr<Kernel> make_where(const StridedAxes<3>& axes) {
  return std::make_unique<Where>(axes);
}

}  // namespace gossamer
