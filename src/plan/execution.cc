// See execution.h.
#include "plan/execution.h"

#include <algorithm>
#include <chrono>
#include <cstring>

namespace gossamer {

Result<Execution> Execution::make(std::shared_ptr<const Plan> plan, bool profile) {
  Execution execution;
  execution.plan_ = std::move(plan);
  // At least one line, so that a network of empty tensors still has valid pointers.
  const size_t bytes = std::max(execution.plan_->arena_bytes, AlignedBuffer::kAlignment);
  GOSSAMER_ASSIGN(execution.arena_, AlignedBuffer::allocate(bytes));
  std::memset(execution.arena_.data(), 0, bytes);
  for (const Step& step : execution.plan_->steps) {
    for (const Location& at : step.inputs) execution.inputs_.push_back(execution.resolve(at));
    for (const Location& at : step.outputs) {
      execution.outputs_.push_back(const_cast<void*>(execution.resolve(at)));
    }
  }
  // The spans are taken once the vectors have stopped growing; a move keeps their storage in place.
  const void* const* inputs = execution.inputs_.data();
  void* const* outputs = execution.outputs_.data();
  for (const Step& step : execution.plan_->steps) {
    execution.args_.push_back({{inputs, step.inputs.size()},
                               {outputs, step.outputs.size()},
                               execution.arena_.data() + step.scratch_offset});
    inputs += step.inputs.size();
    outputs += step.outputs.size();
  }
  if (profile) execution.times_.resize(execution.plan_->steps.size());
  return execution;
}

const void* Execution::resolve(const Location& location) const {
  switch (location.kind) {
    case Location::Kind::kAbsent:
      return nullptr;
    case Location::Kind::kArena:
      return arena_.data() + location.offset;
    case Location::Kind::kConstant:
      return location.constant;
  }
  return nullptr;
}

Status Execution::run_step(size_t index) {
  const Step& step = plan_->steps[index];
  const int64_t items = step.kernel->items();
  for (int64_t item = 0; item < items; ++item) {
    Status done = step.kernel->run(args_[index], item, item + 1);
    if (!done.is_ok())
      return std::move(done).at_node(step.info.node, step.info.op).at_stage(Stage::kRun);
  }
  return Status::ok();
}

Status Execution::run() {
  const bool profile = !times_.empty();
  for (size_t i = 0; i < plan_->steps.size(); ++i) {
    if (!profile) {
      GOSSAMER_TRY(run_step(i));
      continue;
    }
    const auto begin = std::chrono::steady_clock::now();
    GOSSAMER_TRY(run_step(i));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    times_[i].sum += took.count();
    times_[i].last = took.count();
    times_[i].fastest = runs_ == 0 ? took.count() : std::min(times_[i].fastest, took.count());
  }
  ++runs_;
  return Status::ok();
}

std::vector<Execution::StepTime> Execution::step_times() const {
  const auto runs = static_cast<double>(std::max<int64_t>(runs_, 1));
  std::vector<StepTime> times;
  for (const StepTotal& total : times_)
    times.push_back({total.sum / runs, total.fastest, total.last});
  return times;
}

}  // namespace gossamer
