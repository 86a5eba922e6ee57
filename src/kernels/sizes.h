// Arithmetic on extents that every kernel factory needs, and memory for packed weights. Extents are
// int64 everywhere, but size_t has 32 bits in WebAssembly: a product that is padded or multiplied
// after the shapes were checked is converted here, where it can fail, and nowhere else.
#ifndef GOSSAMER_KERNELS_SIZES_H_
#define GOSSAMER_KERNELS_SIZES_H_

#include <cstdint>
#include <initializer_list>
#include <limits>

#include "base/aligned_buffer.h"
#include "gossamer/status.h"

namespace gossamer {

// Requires a >= 0 and b > 0.
constexpr int64_t ceil_div(int64_t a, int64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}
constexpr int64_t round_up(int64_t a, int64_t b) {
  return ceil_div(a, b) * b;
}

// How many steps a nest of loops takes; UINT64_MAX where no integer holds it. Extents of operands
// that are only computed are bounded one by one: their product is not. Requires counts >= 0.
inline uint64_t step_count(std::initializer_list<int64_t> counts) {
  uint64_t steps = 1;
  bool overflows = false;
  for (const int64_t count : counts) {
    if (count == 0) return 0;
    overflows |= __builtin_mul_overflow(steps, static_cast<uint64_t>(count), &steps);
  }
  return overflows ? UINT64_MAX : steps;
}

// count * bytes_each as a size_t. Errors: OOM when it does not fit (or count is negative, because
// an earlier product overflowed).
inline Result<size_t> checked_bytes(int64_t count, size_t bytes_each) {
  // Leaves room for what AlignedBuffer adds.
  const size_t limit = (std::numeric_limits<size_t>::max() / 2) / bytes_each;
  if (count < 0 || static_cast<uint64_t>(count) > limit) {
    return Status(Code::kOom, Stage::kPlan, "weights or scratch exceed the address space");
  }
  return static_cast<size_t>(count) * bytes_each;
}

inline Result<AlignedBuffer> allocate_floats(int64_t count) {
  GOSSAMER_ASSIGN(const size_t bytes, checked_bytes(count, sizeof(float)));
  return AlignedBuffer::allocate(bytes);
}

// How many units of `work_each` make one item of at least about `target` work, out of `total`: an
// item should outlast the cost of being handed out, and stay small (see kernel.h).
constexpr int64_t units_per_item(int64_t total, int64_t work_each, int64_t target) {
  const int64_t units = ceil_div(target, work_each > 0 ? work_each : 1);
  return units < total ? units : (total > 0 ? total : 1);
}

// The same target, smaller where `threads` would otherwise find too few items to end together, but
// not below `least`.
constexpr int64_t shared_target(uint64_t work, int threads, int64_t target, int64_t least) {
  constexpr uint64_t kItemsEach = 6;
  if (threads < 2) return target;
  const uint64_t fair = work / (kItemsEach * static_cast<uint64_t>(threads));
  if (fair >= static_cast<uint64_t>(target)) return target;
  return fair < static_cast<uint64_t>(least) ? least : static_cast<int64_t>(fair);
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_SIZES_H_
