// See convert.h. Bits are moved between the formats as whole numbers: where both have the same
// exponents, a shift does, and the difference of the biases is added. What is left are the numbers
// below the normal ones of float16, which floating-point arithmetic itself puts in place.
#include "base/convert.h"

#include <bit>
#include <cstdint>

namespace gossamer {
namespace {

constexpr uint32_t kSign = 0x80000000;
constexpr uint32_t kInfinity = 0x7f800000;
constexpr int kDropped = 23 - 10;               // fraction bits that float16 lacks
constexpr uint32_t kBias = (127u - 15u) << 23;  // between the exponents of both
constexpr uint32_t kOne = 1u << 23;             // of an exponent
constexpr uint32_t kHalfInfinity = 0x7c00;
constexpr uint32_t kSmallestNormalHalf = 0x400;

float widen_half(uint16_t half) {
  const uint32_t magnitude = half & 0x7fffu;
  const uint32_t normal = (magnitude << kDropped) + kBias;
  // 2^-14 (1 + f) - 2^-14 for a number 2^-14 f.
  const float subnormal = std::bit_cast<float>(normal + kOne) - std::bit_cast<float>(kBias + kOne);
  uint32_t bits = magnitude < kSmallestNormalHalf ? std::bit_cast<uint32_t>(subnormal) : normal;
  bits += magnitude >= kHalfInfinity ? kBias : 0;
  return std::bit_cast<float>(bits | static_cast<uint32_t>(half & 0x8000u) << 16);
}

uint16_t narrow_half(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t magnitude = bits & ~kSign;
  // Half of the last place is added, less a little where the place is even already. A carry into
  // the exponent is right, and so is one into infinity.
  const uint32_t odd = magnitude >> kDropped & 1;
  const uint32_t normal = (magnitude - kBias + 0xfff + odd) >> kDropped;
  // The last place of a number just above 1/2 is the spacing of float16's smallest numbers.
  const uint32_t subnormal = std::bit_cast<uint32_t>(std::bit_cast<float>(magnitude) + 0.5f) -
                             std::bit_cast<uint32_t>(0.5f);
  const uint32_t special = magnitude > kInfinity ? kHalfInfinity | 0x200 : kHalfInfinity;
  uint32_t half = magnitude < kBias + kOne ? subnormal : normal;
  half = magnitude >= std::bit_cast<uint32_t>(0x1p16f) ? special : half;
  return static_cast<uint16_t>(half | (bits & kSign) >> 16);
}

float widen_bfloat(uint16_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}

uint16_t narrow_bfloat(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const bool nan = (bits & ~kSign) > kInfinity;
  return static_cast<uint16_t>(nan ? (bits & kSign) >> 16 | 0x7fc0 : rounded);
}

template <typename From, typename To, typename F>
void convert(const void* x, void* y, size_t count, F f) {
  const auto* from = static_cast<const From*>(x);
  auto* __restrict to = static_cast<To*>(y);
  for (size_t i = 0; i < count; ++i) to[i] = f(from[i]);
}

template <typename To>
constexpr auto kPlain = [](auto value) { return static_cast<To>(value); };

}  // namespace

bool widens_to_float32(DataType type) {
  return narrows_from_float32(type) || type == DataType::kUint8;
}

bool narrows_from_float32(DataType type) {
  return type == DataType::kFloat16 || type == DataType::kBfloat16 || type == DataType::kFloat64;
}

void to_float32(DataType type, const void* x, float* y, size_t count) {
  switch (type) {
    case DataType::kFloat16:
      return convert<uint16_t, float>(x, y, count, widen_half);
    case DataType::kBfloat16:
      return convert<uint16_t, float>(x, y, count, widen_bfloat);
    case DataType::kFloat64:
      return convert<double, float>(x, y, count, kPlain<float>);
    default:
      return convert<uint8_t, float>(x, y, count, kPlain<float>);
  }
}

void from_float32(const float* x, DataType type, void* y, size_t count) {
  switch (type) {
    case DataType::kFloat16:
      return convert<float, uint16_t>(x, y, count, narrow_half);
    case DataType::kBfloat16:
      return convert<float, uint16_t>(x, y, count, narrow_bfloat);
    default:
      return convert<float, double>(x, y, count, kPlain<double>);
  }
}

}  // namespace gossamer
