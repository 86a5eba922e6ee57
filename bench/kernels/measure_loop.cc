// See measure.h.
#include <algorithm>
#include <chrono>
#include <cstdint>

#include "bench/kernels/measure.h"

namespace gossamer::bench {
namespace {

constexpr int kRepetitions = 5;

double seconds_of(const Contender& contender, int64_t runs) {
  const auto begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < runs; ++i) contender.run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  return taken.count();
}

// How many runs take this long. Doubling them also warms the contender up: V8 has compiled a
// function well only some time after its first calls.
int64_t runs_for(const Contender& contender, double seconds) {
  int64_t runs = 1;
  for (double taken = 0; taken < seconds / 2 && runs < int64_t{1} << 40; runs *= 2) {
    taken = seconds_of(contender, runs);
  }
  return runs;
}

}  // namespace

std::string_view measured_by() {
  return "its own loop";
}

std::vector<double> measure(std::span<const Contender> contenders, double seconds) {
  std::vector<int64_t> runs;
  for (const Contender& contender : contenders) {
    runs.push_back(runs_for(contender, seconds / kRepetitions));
  }
  std::vector<double> fastest(contenders.size());
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    for (size_t i = 0; i < contenders.size(); ++i) {
      const double each = seconds_of(contenders[i], runs[i]) / static_cast<double>(runs[i]);
      fastest[i] = repetition == 0 ? each : std::min(fastest[i], each);
    }
  }
  return fastest;
}

}  // namespace gossamer::bench
