// A network made ready to run: kernels chosen, weights packed, memory laid out. A Plan is immutable
// and knows nothing of ONNX; executions of it only move pointers and compute.
#ifndef GOSSAMER_PLAN_PLAN_H_
#define GOSSAMER_PLAN_PLAN_H_

#include <memory>
#include <string>
#include <vector>

#include "base/constant.h"
#include "gossamer/session.h"
#include "graph/graph.h"
#include "kernels/kernel.h"

namespace gossamer {

// Where a tensor's bytes lie while the plan runs.
struct Location {
  enum class Kind { kAbsent, kArena, kConstant };
  Kind kind = Kind::kAbsent;
  size_t offset = 0;  // kArena: into the arena
  const void* constant = nullptr;
};

struct Step {
  std::unique_ptr<Kernel> kernel;
  std::shared_ptr<const Op> op;  // reference kernels borrow it
  std::vector<Location> inputs;
  std::vector<Location> outputs;
  size_t scratch_offset = 0;  // into the arena; the first thread's
  size_t scratch_stride = 0;  // from one thread's to the next
  int threads = 1;            // how many share the kernel's items
  int64_t grain = 1;          // items that one takes at a time
  StepInfo info;
};

struct PlanOptions {
  bool small_weights = false;  // no forms whose packed weights outgrow the weights
  uint64_t max_memory_bytes = UINT64_MAX;
  uint64_t max_multiply_adds = 0;  // 0: no limit
  int threads = 1;                 // that may share a step
  double least_share =
      kLeastShare;  // a step is shared where each thread gets that much: Kernel::cost

  // About what it costs to hand out work and to wait for its end, a few times over.
  static constexpr double kLeastShare = 150'000;
};

struct Plan {
  std::vector<Step> steps;
  std::vector<std::shared_ptr<const Constant>> constants;  // those that kernels read in place
  std::vector<TensorInfo> inputs;
  std::vector<TensorInfo> outputs;
  std::vector<Location> input_locations;
  std::vector<Location> output_locations;
  size_t arena_bytes = 0;  // activations and scratch
  MemoryInfo memory;

  // Lowers every node and lays out the memory. Requires a graph after infer_and_fold. Weights still
  // in the model's source are read here, one tensor at a time; afterwards the source is not needed.
  // Where the memory allowed does not suffice, small weights are tried.
  // Errors: UNSUPPORTED, BUDGET, OOM, IO, with the node's name.
  static Result<std::shared_ptr<const Plan>> make(const Graph& graph, const PlanOptions& options);
};

}  // namespace gossamer

#endif  // GOSSAMER_PLAN_PLAN_H_
