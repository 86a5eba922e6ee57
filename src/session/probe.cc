// See probe.h.
#include "session/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "ops/elements.h"
#include "plan/execution.h"

namespace gossamer {
namespace {

constexpr int kProbes = 2;
constexpr double kTolerance = 1e-3;

// Numerical Recipes' linear congruential generator; its upper bits are noise enough.
class Noise {
 public:
  explicit Noise(int seed) : state_(static_cast<uint32_t>(seed) + 1) {}
  uint8_t byte() {
    state_ = state_ * 1664525u + 1013904223u;
    return static_cast<uint8_t>(state_ >> 24);
  }

 private:
  uint32_t state_;
};

// The session's memory, and another arena.
uint64_t memory_of(const ProbeSubject& subject) {
  const MemoryInfo& memory = subject.plan->memory;
  return memory.weight_bytes + 2 * memory.arena_bytes;
}

// The first picture is fine noise, the second coarse, dark and of higher contrast.
Status fill_picture(const ProbeSubject& subject, int seed, const MutableTensorView& input) {
  constexpr int kSide = 32;
  std::array<uint8_t, size_t{3} * kSide * kSide> pixels;
  Noise noise(seed);
  for (uint8_t& byte : pixels) byte = noise.byte();
  const int side = seed == 0 ? kSide : kSide / 4;
  return preprocess({pixels.data(), side, side, 3, size_t{3} * kSide}, subject.recipe, input,
                    subject.max_memory_bytes - memory_of(subject));
}

Status fill(const ProbeSubject& subject, int seed, Execution& execution) {
  int noisy = subject.picture;
  for (size_t i = 0; i < subject.inputs.size(); ++i) {
    const TensorView& given = subject.inputs[i];
    if (given.data == nullptr || given.bytes() == 0) continue;
    const MutableTensorView input{given.type, given.shape, execution.input(i)};
    if (noisy < 0 && is_real(given.type)) noisy = static_cast<int>(i);
    if (static_cast<int>(i) != noisy) {
      std::memcpy(input.data, given.data, given.bytes());
    } else if (noisy == subject.picture) {
      GOSSAMER_TRY(fill_picture(subject, seed, input));
    } else {
      Noise noise(seed);
      for (int64_t at = 0; at < input.elements(); ++at) put_real(input, at, noise.byte() / 255.0);
    }
  }
  return Status::ok();
}

}  // namespace

Result<ScoresInfo> probe(const ProbeSubject& subject, int index, const OutputFacts& facts) {
  const uint64_t bytes = memory_of(subject);
  if (bytes > subject.max_memory_bytes) {
    return Status(Code::kBudget, Stage::kPlan, "trying what the output means needs more memory")
        .got(concat(bytes, " bytes"))
        .expected(concat("at most ", subject.max_memory_bytes, " bytes"))
        .hint("state it: the option `scores`");
  }
  GOSSAMER_ASSIGN(Execution execution, Execution::make(subject.plan, /*profile=*/false));
  bool inside = true, sums = true;
  for (int seed = 0; seed < kProbes && inside; ++seed) {
    GOSSAMER_TRY(fill(subject, seed, execution));
    GOSSAMER_TRY(execution.run());
    const TensorInfo& info = subject.plan->outputs[static_cast<size_t>(index)];
    const TensorView output{info.type, info.shape, execution.output(static_cast<size_t>(index))};
    AlignedBuffer buffer;
    GOSSAMER_ASSIGN(const auto scores, read_scores(output, facts, buffer));
    double sum = 0;
    for (float score : scores) {
      inside = inside && score >= -kTolerance && score <= 1 + kTolerance;
      sum += static_cast<double>(score);
    }
    sums = sums && std::abs(sum - 1) <= kTolerance;
  }
  using Scores = Recipe::Scores;
  const bool alone = facts.classes == 1;
  const bool shares = inside && sums && !alone;
  const Scores logits = alone ? Scores::kSigmoid : Scores::kSoftmax;
  ScoresInfo found{.output = index, .scores = shares ? Scores::kUnchanged : logits, .reason = {}};
  found.reason = !inside ? "two synthetic inputs gave values beyond [0, 1]"
                 : alone ? "nothing shows that it is a probability already"
                 : sums  ? "two synthetic inputs gave values in [0, 1] that add up to 1"
                         : "two synthetic inputs gave values that do not add up to 1";
  return found;
}

}  // namespace gossamer
