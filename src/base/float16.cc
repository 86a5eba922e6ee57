// See float16.h.
#include "base/float16.h"

#include <bit>
#include <cmath>

namespace gossamer {
namespace {

constexpr int kFractionBits = 10;
constexpr int kSmallestExponent = -14;  // of normal numbers; subnormal ones share its spacing
constexpr uint16_t kInfinity = 0x7c00;

}  // namespace

float float16_to_float(uint16_t bits) {
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000) << 16;
  const int exponent = (bits & kInfinity) >> kFractionBits;
  const uint32_t fraction = bits & 0x3ff;
  if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000 | fraction << 13);
  const bool normal = exponent != 0;
  const auto significand = static_cast<float>(normal ? fraction | 0x400 : fraction);
  const float magnitude =
      std::ldexp(significand, (normal ? exponent - 15 : kSmallestExponent) - kFractionBits);
  return sign != 0 ? -magnitude : magnitude;
}

uint16_t float16_from(double value) {
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  if (std::isnan(value)) return sign | 0x7e00;
  const double magnitude = std::fabs(value);
  if (magnitude >= 65520) return sign | kInfinity;
  int exponent = kSmallestExponent;
  if (magnitude >= 0x1p-14) exponent = std::ilogb(magnitude);
  // A multiple of the spacing at this exponent; ties go to the even one. Carrying into the next
  // exponent is what adding the bits does anyway.
  const auto steps =
      static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, kFractionBits - exponent)));
  const int bits = ((exponent - kSmallestExponent) << kFractionBits) + steps;
  return static_cast<uint16_t>(sign | bits);
}

}  // namespace gossamer
