// See exponential.h. x is k times the logarithm of 2 and a rest r of at most half of it; the power
// series of e^r, whose terms after the thirteenth are below the last bit, is then scaled by 2^k.
#include "base/exponential.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace gossamer {
namespace {

constexpr size_t kTerms = 12;  // from that of r^2 on

// 1/2!, 1/3!, ...
constexpr std::array<double, kTerms> kFactors = [] {
  std::array<double, kTerms> factors{};
  double factorial = 1;
  for (size_t i = 0; i < kTerms; ++i) {
    factorial *= static_cast<double>(i + 2);
    factors[i] = 1 / factorial;
  }
  return factors;
}();

// Requires -1022 <= exponent <= 1023.
double power_of_two(int64_t exponent) {
  constexpr int64_t kBias = 1023;
  constexpr int kFractionBits = 52;
  return std::bit_cast<double>((exponent + kBias) << kFractionBits);
}

}  // namespace

double exponential(double x) {
  if (x != x) return x;  // NOLINT(misc-redundant-expression): NaN
  if (x > 710) return std::numeric_limits<double>::infinity();
  if (x < -746) return 0;
  // The logarithm of 2 in two parts. Products of the first with whole numbers up to 2^11 are exact.
  constexpr double kHigh = 0x1.62e42feep-1, kLow = 0x1.a39ef35793c76p-33;
  const double k = std::nearbyint(x * std::numbers::log2e);
  const double r = (x - k * kHigh) - k * kLow, square = r * r;
  double even = 0, odd = 0;  // two sums, which need not wait for each other
  for (size_t i = kTerms; i > 0; i -= 2) {
    odd = odd * square + kFactors[i - 1];
    even = even * square + kFactors[i - 2];
  }
  const double power = 1 + (r + square * (even + r * odd));
  // By two factors: 2^k itself may be no normal number where the result is one.
  const auto exponent = static_cast<int64_t>(k), half = exponent / 2;
  return power * power_of_two(half) * power_of_two(exponent - half);
}

}  // namespace gossamer
