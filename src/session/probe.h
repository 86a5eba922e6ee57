// What a network makes of synthetic inputs, where its graph does not show whether an output holds
// probabilities or logits. Two noise pictures go through it, in memory of their own, so that
// neither the caller's inputs nor his results are touched.
#ifndef GOSSAMER_SESSION_PROBE_H_
#define GOSSAMER_SESSION_PROBE_H_

#include <memory>
#include <span>

#include "plan/plan.h"
#include "session/scores.h"

namespace gossamer {

struct ProbeSubject {
  std::shared_ptr<const Plan> plan;
  // As they stand; those without data belong to the plan. What is no picture stays so.
  std::span<const TensorView> inputs;
  int picture = -1;  // the input that gets noise by the recipe; -1: the first of real numbers does
  Recipe recipe;
  uint64_t max_memory_bytes = 0;
};

// What output `index` holds, with the reason: probabilities when several values lie in [0, 1] and
// add up to 1, both times, and logits otherwise. Small logits lie in [0, 1] by chance, so that
// alone shows nothing. Errors: BUDGET, OOM, and those of a run.
Result<ScoresInfo> probe(const ProbeSubject& subject, int index, const OutputFacts& facts);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_PROBE_H_
