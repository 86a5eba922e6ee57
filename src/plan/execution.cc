// See execution.h.
#include "plan/execution.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>
#include <optional>

#include "base/threads_exist.h"

namespace gossamer {
namespace {

class Stopwatch {
 public:
  double milliseconds() const {
    const std::chrono::duration<double, std::milli> passed = Clock::now() - begin_;
    return passed.count();
  }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point begin_ = Clock::now();
};

constexpr double kEndless = std::numeric_limits<double>::infinity();

}  // namespace

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

bool Execution::is_shared(const Step& step) const {
  return possible_threads(step.threads) > 1 && workers_ != nullptr && workers_->threads() > 1;
}

Status Execution::share_step(size_t index, const StopFlag* stop) {
  const Step& step = plan_->steps[index];
  const Loop loop{
      .items = step.kernel->items(), .grain = step.grain, .threads = step.threads, .stop = stop};
  return workers_->parallel_for(loop, [&](int64_t begin, int64_t end, int worker) {
    for (int64_t item = begin; item < end; ++item) {
      if (is_stopped(stop)) break;
      GOSSAMER_TRY(run_item(index, item, worker));
    }
    return Status::ok();
  });
}

Status Execution::run_item(size_t index, int64_t item, int worker) {
  const Step& step = plan_->steps[index];
  KernelArgs args = args_[index];
  args.scratch += static_cast<size_t>(worker) * step.scratch_stride;
  return step.kernel->run(args, item, item + 1);
}

Status Execution::run(const StopFlag* stop) {
  return run_slice(kEndless, /*anew=*/true, stop).status();
}

Result<bool> Execution::run_slice(double milliseconds, bool anew, const StopFlag* stop) {
  const RunScope scope(workers_.get());
  Progress at = anew || !progress_ ? Progress() : *std::move(progress_);
  progress_.reset();  // a run that fails, or is done, does not go on
  const Stopwatch slice;
  bool moved = false;
  for (; at.step < plan_->steps.size(); ++at.step, at.item = 0) {
    const Step& step = plan_->steps[at.step];
    // A step that one thread has begun it also ends.
    const bool shared = at.item == 0 && is_shared(step);
    const int64_t items = shared ? 1 : step.kernel->items();
    std::optional<Stopwatch> watch;
    if (!times_.empty()) watch.emplace();
    for (; at.item < items; ++at.item) {
      if (moved && milliseconds < kEndless && slice.milliseconds() >= milliseconds) {
        if (watch) at.spent += watch->milliseconds();
        progress_ = std::move(at);
        return false;
      }
      moved = true;
      Status done = shared ? share_step(at.step, stop) : run_item(at.step, at.item, /*worker=*/0);
      if (done.is_ok() && is_stopped(stop)) done = stopped();
      if (!done.is_ok()) {
        return std::move(done).at_node(step.info.node, step.info.op).at_stage(Stage::kRun);
      }
    }
    if (watch) at.times.push_back(at.spent + watch->milliseconds());
    at.spent = 0;
  }
  for (size_t i = 0; i < at.times.size(); ++i) note_time(i, at.times[i]);
  ++runs_;
  return true;
}

void Execution::note_time(size_t index, double milliseconds) {
  StepTotal& total = times_[index];
  total.sum += milliseconds;
  total.last = milliseconds;
  total.fastest = runs_ == 0 ? milliseconds : std::min(total.fastest, milliseconds);
}

std::vector<Execution::StepTime> Execution::step_times() const {
  const auto runs = static_cast<double>(std::max<int64_t>(runs_, 1));
  std::vector<StepTime> times;
  for (const StepTotal& total : times_)
    times.push_back({total.sum / runs, total.fastest, total.last});
  return times;
}

}  // namespace gossamer
