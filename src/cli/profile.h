// What `gossamer bench --profile` says of a plan's steps: their times, the speed of the fastest run
// of each, and what share of the machine's peak (kernels/peak.h) that is; the same summed up by
// kernel.
#ifndef GOSSAMER_CLI_PROFILE_H_
#define GOSSAMER_CLI_PROFILE_H_

#include <vector>

#include "base/text.h"
#include "gossamer/session.h"

namespace gossamer::cli {

// Two tables, each with the most expensive first. `peak` is in multiply-adds per second.
void print_profile(const std::vector<StepInfo>& steps, double peak);

// Members of an open object: "steps", [{node, kernel, output_shape, multiply_adds, milliseconds,
// fastest_milliseconds}]; "reference", those without a fast kernel (session/describe.h); and, when
// steps were timed (peak > 0), their share_of_peak, "peak_gflops" and "kernels", [{kernel, steps,
// ...}] with the same numbers.
void write_profile(JsonWriter& json, const std::vector<StepInfo>& steps, double peak);

}  // namespace gossamer::cli

#endif  // GOSSAMER_CLI_PROFILE_H_
