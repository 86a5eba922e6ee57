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
//  memory: {weight_bytes, arena_bytes, live_bytes}}
std::string describe_json(const Session& session);

// {finite, categories: [{index, probability, label}]}
void write_json(JsonWriter& json, const Classification& result);

// Lines "key=value": recipe, dim.NAME, memory (small or fast), max_memory (bytes),
// max_multiply_adds, flexible and profile (0 or 1).
// NAME is taken as it is, up to the last "=".
// Errors: ARGUMENT.
Result<SessionOptions> parse_options(std::string_view text);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_DESCRIBE_H_
