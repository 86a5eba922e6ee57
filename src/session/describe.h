// Sessions as text, for the front ends: JSON of what a session is and what it found, and options
// written as lines.
#ifndef GOSSAMER_SESSION_DESCRIBE_H_
#define GOSSAMER_SESSION_DESCRIBE_H_

#include <string>
#include <string_view>

#include "base/text.h"
#include "gossamer/session.h"

namespace gossamer {

// {inputs: [{name, type, shape}], outputs, metadata: {key: text}, labels: [text],
//  steps: [{node, op, kernel, output_shape, multiply_adds, weight_bytes, milliseconds}],
//  memory: {weight_bytes, arena_bytes, live_bytes},
//  picture: {input, form}, or null when no input takes one,
//  scores: {output: name, kind: "softmax", reason}}
// `scores` says which output holds class scores and what they are; where that cannot be said,
// output and kind are null, and the reason is the error's. It may take two runs: only where it is
// wanted.
std::string describe_json(const Session& session, bool with_scores = false);

// {finite, categories: [{index, probability, label}]}
void write_json(JsonWriter& json, const Classification& result);

// Lines "key=value": recipe, output (a name), scores (as in a recipe), dim.NAME, memory (small or
// fast), max_memory (bytes), max_multiply_adds, flexible and profile (0 or 1). NAME is taken as it
// is, up to the last "=". Errors: ARGUMENT.
Result<SessionOptions> parse_options(std::string_view text);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_DESCRIBE_H_
