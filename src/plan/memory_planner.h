// Lays out the activations of a plan, and what its kernels need while they run, in one block. Two
// tensors may share bytes when they are never alive at the same step.
#ifndef GOSSAMER_PLAN_MEMORY_PLANNER_H_
#define GOSSAMER_PLAN_MEMORY_PLANNER_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace gossamer {

// A tensor, or scratch, needed from step `first` to step `last`, both included.
struct Lifetime {
  int first = 0;
  int last = 0;
  size_t bytes = 0;
};

struct MemoryLayout {
  std::vector<size_t> offsets;  // one per lifetime, aligned to AlignedBuffer::kAlignment
  size_t total = 0;             // bytes of the whole block
  size_t live = 0;              // most bytes alive at one step: no layout can need less
};

// Greedy: one tensor after the other, each at the lowest offset that is free during its life; the
// largest first (Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net Inference",
// 2020), or, where that leaves gaps and this fewer, in the order of their first steps. Nothing when
// the sizes overflow.
std::optional<MemoryLayout> plan_memory(std::span<const Lifetime> lifetimes);

}  // namespace gossamer

#endif  // GOSSAMER_PLAN_MEMORY_PLANNER_H_
