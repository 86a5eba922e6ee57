// See measure.h. Google Benchmark finds out how many runs make a repetition and mixes the
// repetitions of the contenders; what it found goes to a reporter that only collects.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <limits>

#include "bench/kernels/measure.h"

namespace gossamer::bench {
namespace {

constexpr int kRepetitions = 5;

class Collector final : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(size_t contenders)
      : seconds(contenders, std::numeric_limits<double>::infinity()) {}

  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      // Names are numbers, so that none can be mistaken for another's beginning.
      double& fastest = seconds[std::stoul(run.run_name.function_name)];
      fastest = std::min(fastest, run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }

  std::vector<double> seconds;
};

// Once; its flags are its own, and ours are read elsewhere.
void initialise() {
  static const bool done = [] {
    char program[] = "gossamer_kernel_bench";
    char interleave[] = "--benchmark_enable_random_interleaving=true";
    char* arguments[] = {program, interleave, nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    return true;
  }();
  (void)done;
}

}  // namespace

std::string_view measured_by() {
  return "Google Benchmark";
}

std::vector<double> measure(std::span<const Contender> contenders, double seconds) {
  initialise();
  benchmark::ClearRegisteredBenchmarks();
  for (size_t i = 0; i < contenders.size(); ++i) {
    const auto loop = [&run = contenders[i].run](benchmark::State& state) {
      for ([[maybe_unused]] auto iteration : state) {
        run();
        benchmark::ClobberMemory();
      }
    };
    benchmark::RegisterBenchmark(std::to_string(i).c_str(), loop)
        ->UseRealTime()  // as the peak is measured
        ->MinTime(seconds / kRepetitions)
        ->Repetitions(kRepetitions);
  }
  Collector collector(contenders.size());
  benchmark::RunSpecifiedBenchmarks(&collector);
  return collector.seconds;
}

}  // namespace gossamer::bench
