// See peak.h.
#include "kernels/peak.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/simd.h"

namespace gossamer {
namespace {

// Sums that do not wait for each other. A fused multiply-add takes 4 cycles and two can start in
// each; a product and a sum take 6 to 8, with as many starting: 12 fill either. 12 and the two
// operands are 14 registers, of the 15 that V8 has for vectors on x86. Without vectors, each takes
// four registers.
#if defined(__wasm__) && !defined(__wasm_simd128__)
constexpr int kSums = 3;
#else
constexpr int kSums = 12;
#endif
constexpr int kStepsPerRound = 8;  // so that the loop itself costs little
// Few rounds per call: V8 cannot leave a call that began in its baseline compiler's code.
constexpr int64_t kRoundsPerCall = 1000;
constexpr double kMultiplyAddsPerCall =
    static_cast<double>(kRoundsPerCall * kStepsPerRound * kSums * simd::kLanes);

// s = s * factor + term, which is on its way to term / (1 - factor): neither infinite nor
// denormal. The operands come from memory, so that nothing is known of them in advance.
void multiply_and_add(const volatile float* operands, float* result) {
  const simd::F32x4 factor = simd::splat(operands[0]), term = simd::splat(operands[1]);
  simd::F32x4 sums[kSums];
  GOSSAMER_UNROLL
  for (int i = 0; i < kSums; ++i) sums[i] = simd::splat(operands[2] + static_cast<float>(i));
  for (int64_t round = 0; round < kRoundsPerCall; ++round) {
    GOSSAMER_UNROLL
    for (int step = 0; step < kStepsPerRound; ++step) {
      GOSSAMER_UNROLL
      for (int i = 0; i < kSums; ++i) sums[i] = simd::madd(sums[i], factor, term);
    }
  }
  simd::F32x4 total = sums[0];
  GOSSAMER_UNROLL
  for (int i = 1; i < kSums; ++i) total += sums[i];
  simd::store(result, total);
}

// Called through memory, because tools that optimise whole modules put a function with one caller
// into that caller, where V8 would never replace its baseline code.
using Loop = void (*)(const volatile float*, float*);
volatile Loop loop = multiply_and_add;

double sample() {
  static constexpr volatile float kOperands[] = {0.999f, 0.001f, 0.5f};
  constexpr std::chrono::duration<double> kLength = std::chrono::milliseconds(1);
  float result[simd::kLanes];
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::duration<double> taken{};
  double done = 0;
  do {
    loop(kOperands, result);
    done += kMultiplyAddsPerCall;
    taken = std::chrono::steady_clock::now() - begin;
  } while (taken < kLength);
  return done / taken.count();
}

}  // namespace

double measure_peak() {
  // Until it stops growing, because V8 compiles well in the background. Samples are short enough to
  // fall between the turns of other programs.
  constexpr int kPatience = 100, kMost = 1000;
  double best = 0;
  for (int i = 0, idle = 0; i < kMost && idle < kPatience; ++i) {
    const double speed = sample();
    idle = speed > 1.01 * best ? 0 : idle + 1;
    best = std::max(best, speed);
  }
  return best;
}

}  // namespace gossamer
