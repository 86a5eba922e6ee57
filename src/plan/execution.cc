// See execution.h.
#include "plan/execution.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "base/threads_exist.h"

namespace gossamer {

Result<Execution> Execution::make(std::shared_ptr<const Plan> plan, bool profile,
                                  std::shared_ptr<Workers> workers) {
  Execution execution;
  execution.plan_ = std::move(plan);
  execution.workers_ = std::move(workers);
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

Status Execution::run_step(size_t index, const StopFlag* stop) {
  const Step& step = plan_->steps[index];
  const int64_t items = step.kernel->items();
  Status done;
  if (possible_threads(step.threads) == 1 || workers_ == nullptr) {
    done = run_items(index, {0, items}, 0, stop);
  } else {
    const Loop loop{.items = items, .grain = step.grain, .threads = step.threads, .stop = stop};
    done = workers_->parallel_for(loop, [&](int64_t begin, int64_t end, int worker) {
      return run_items(index, {begin, end}, worker, stop);
    });
  }
  if (done.is_ok() && is_stopped(stop)) done = stopped();
  if (done.is_ok()) return done;
  return std::move(done).at_node(step.info.node, step.info.op).at_stage(Stage::kRun);
}

Status Execution::run_items(size_t index, ItemRange items, int worker, const StopFlag* stop) {
  const Step& step = plan_->steps[index];
  KernelArgs args = args_[index];
  args.scratch += static_cast<size_t>(worker) * step.scratch_stride;
  // One by one: see kernels/kernel.h.
  for (int64_t item = items.begin; item < items.end; ++item) {
    if (is_stopped(stop)) break;
    GOSSAMER_TRY(step.kernel->run(args, item, item + 1));
  }
  return Status::ok();
}

Status Execution::run(const StopFlag* stop) {
  const RunScope scope(workers_.get());
  const bool profile = !times_.empty();
  for (size_t i = 0; i < plan_->steps.size(); ++i) {
    if (!profile) {
      GOSSAMER_TRY(run_step(i, stop));
      continue;
    }
    const auto begin = std::chrono::steady_clock::now();
    GOSSAMER_TRY(run_step(i, stop));
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
