// The loop around what is measured. Natively it is Google Benchmark's; for WebAssembly, and where
// that library is not installed, one of our own, which knows less but needs nothing.
#ifndef GOSSAMER_BENCH_KERNELS_MEASURE_H_
#define GOSSAMER_BENCH_KERNELS_MEASURE_H_

#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace gossamer::bench {

struct Contender {
  std::string_view name;
  std::function<void()> run;
};

// Who measures, for the report.
std::string_view measured_by();

// Seconds per run of each: the fastest of several repetitions, in which the contenders take turns.
// Each has about `seconds` for all of its repetitions. Requires contenders.
std::vector<double> measure(std::span<const Contender> contenders, double seconds);

}  // namespace gossamer::bench

#endif  // GOSSAMER_BENCH_KERNELS_MEASURE_H_
