// See float16.h.
#include "base/float16.h"

#include <bit>
#include <cmath>

namespace gossamer {
namespace {

constexpr int kFractionBits = 10;
constexpr int kSmallestExponent = -14;  // of normal numbers; subnormal ones share its spacing
constexpr uint16_t kInfinity = 0x7c00;

struct Format {
  int fraction_bits;
  int smallest_exponent;
  double overflow;  // numbers from here on become infinite
  uint16_t infinity;
};

uint16_t narrow(double value, const Format& format) {
  const auto sign = static_cast<uint16_t>(std::signbit(value) ? 0x8000 : 0);
  // Of a NaN, the highest fraction bit is set as well.
  if (std::isnan(value))
    return sign | format.infinity | static_cast<uint16_t>(1 << (format.fraction_bits - 1));
  const double magnitude = std::fabs(value);
  if (magnitude >= format.overflow) return sign | format.infinity;
  int exponent = format.smallest_exponent;
  if (magnitude >= std::ldexp(1.0, exponent)) exponent = std::ilogb(magnitude);
  // A multiple of the spacing at this exponent; ties go to the even one. Carrying into the next
  // exponent is what adding the bits does anyway.
  const auto steps =
      static_cast<uint16_t>(std::nearbyint(std::ldexp(magnitude, format.fraction_bits - exponent)));
  const int bits = ((exponent - format.smallest_exponent) << format.fraction_bits) + steps;
  return static_cast<uint16_t>(sign | bits);
}

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
  return narrow(value, {kFractionBits, kSmallestExponent, 65520, kInfinity});
}

float bfloat16_to_float(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

uint16_t bfloat16_from(double value) {
  return narrow(value, {7, -126, 0x1.ffp127, 0x7f80});
}

}  // namespace gossamer
