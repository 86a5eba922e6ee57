// Sessions as text, for the front ends: JSON of what a session is and what it found, and options
// written as lines.
#ifndef GOSSAMER_SESSION_DESCRIBE_H_
#define GOSSAMER_SESSION_DESCRIBE_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "gossamer/session.h"

namespace gossamer {

// The steps of a plan that no fast kernel exists for: they run by the operators' scalar references,
// which may take a hundred times as long.
struct ReferenceSteps {
  int count = 0;
  double share = 0;    // of the time of all steps, or of their work (StepInfo)
  bool timed = false;  // share is of the time, because the steps were profiled
};
ReferenceSteps reference_steps(const std::vector<StepInfo>& steps);
// "3 of 60 steps have no fast kernel: Einsum x 2, Erf (41.0 % of the work)"; empty when all have.
std::string reference_text(const std::vector<StepInfo>& steps);
// A member of an open object: "reference": {steps, share, timed}.
void write_reference_steps(JsonWriter& json, const std::vector<StepInfo>& steps);

// {inputs: [{name, type, shape}], outputs (of maps with map: true), metadata: {key: text},
//  labels: [text], labels_source,
//  steps: [{node, op, kernel, output_shape, multiply_adds, weight_bytes, threads, milliseconds}],
//  reference: as write_reference_steps(), threads, memory: {weight_bytes, arena_bytes, live_bytes},
//  picture: {input, form}, or null when no input takes one, scores:
//  {output: name, kind: "softmax", reason}}
// Why there are so many threads, the caller of a web module knows better
// (web/lib/threads/choice.js). `scores` says which output holds class scores and what they are;
// where that cannot be said, output and kind are null, and the reason is the error's. It may take
// two runs: only where it is wanted.
std::string describe_json(const Session& session, bool with_scores = false);
// The same, as members of an open object.
void describe(JsonWriter& json, const Session& session, bool with_scores);

// To be asked before the texts of an output of strings are copied: a few bytes can repeat a long
// text without end. Requires 0 <= index < outputs().size(). Errors: LIMIT.
Status check_texts(const Session& session, int index);

// {finite, categories: [{index, probability, label}]}
void write_json(JsonWriter& json, const Classification& result);

// Lines "key=value": recipe, output (a name), scores (as in a recipe), dim.NAME, memory (small or
// fast), max_memory (bytes), max_multiply_adds, threads, flexible and profile (0 or 1). NAME is
// taken as it is, up to the last "=". Errors: ARGUMENT.
Result<SessionOptions> parse_options(std::string_view text);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_DESCRIBE_H_
