// Runs a Plan: owns the arena and the pointers into it.
#ifndef GOSSAMER_PLAN_EXECUTION_H_
#define GOSSAMER_PLAN_EXECUTION_H_

#include <memory>
#include <optional>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/workers.h"
#include "plan/plan.h"

namespace gossamer {

// Not thread-safe: one run at a time.
class Execution {
 public:
  // Takes the arena's memory and resolves every pointer. The arena starts out zeroed, so that
  // inputs nobody fills are defined. `workers` share the steps that the plan wants shared; null:
  // the caller's thread does all. Errors: OOM.
  static Result<Execution> make(std::shared_ptr<const Plan> plan, bool profile,
                                std::shared_ptr<Workers> workers = nullptr);

  // Runs every step in order; allocates nothing on success. Errors: those of the kernels, and
  // CANCELLED.
  Status run(const StopFlag* stop = nullptr);
  // Does a part of that: computes for about so long, a work item at least, or a step where threads
  // share it. The next call goes on where this one has stopped, unless it is to begin `anew`, or
  // nothing is under way. True once all is computed. Errors: those of run().
  Result<bool> run_slice(double milliseconds, bool anew, const StopFlag* stop = nullptr);
  bool is_under_way() const { return progress_.has_value(); }

  void* input(size_t index) { return arena_.data() + plan_->input_locations[index].offset; }
  const void* output(size_t index) const { return resolve(plan_->output_locations[index]); }
  const Plan& plan() const { return *plan_; }
  const std::shared_ptr<const Plan>& shared_plan() const { return plan_; }
  struct StepTime {
    double mean = 0;
    double fastest = 0;
    double last = 0;
  };
  // Milliseconds of each step over the runs so far; empty without profiling.
  std::vector<StepTime> step_times() const;

 private:
  Execution() = default;
  const void* resolve(const Location& location) const;
  bool is_shared(const Step& step) const;
  // On several threads, as far as `stop` lets them.
  Status share_step(size_t index, const StopFlag* stop);
  // Items one by one: see kernels/kernel.h. Called on several threads at once.
  Status run_item(size_t index, int64_t item, int worker);

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<Workers> workers_;
  AlignedBuffer arena_;
  std::vector<const void*> inputs_;  // of all steps, one after the other
  std::vector<void*> outputs_;
  std::vector<KernelArgs> args_;  // per step, pointing into the two above
  struct StepTotal {
    double sum = 0;
    double fastest = 0;
    double last = 0;
  };
  void note_time(size_t index, double milliseconds);

  std::vector<StepTotal> times_;  // of each step over runs_, with profiling
  int64_t runs_ = 0;
  // Where run_slice goes on; with milliseconds, of the steps that are done and the one at hand.
  struct Progress {
    size_t step = 0;
    int64_t item = 0;
    double spent = 0;
    std::vector<double> times;
  };
  std::optional<Progress> progress_;
};

}  // namespace gossamer

#endif  // GOSSAMER_PLAN_EXECUTION_H_
