// See convert.h. Four elements at a time: compilers that look to size make no vectors of such
// loops. Bits are moved between the formats as whole numbers: where both have the same exponents, a
// shift does, and the difference of the biases is added. What is left are the numbers below the
// normal ones of float16, which floating-point arithmetic itself puts in place.
#include "base/convert.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/simd_bytes.h"

namespace gossamer {
namespace {

constexpr uint32_t kSign = 0x80000000;
constexpr uint32_t kInfinity = 0x7f800000;
constexpr int kDropped = 23 - 10;               // fraction bits that float16 lacks
constexpr uint32_t kBias = (127u - 15u) << 23;  // between the exponents of both
constexpr uint32_t kOne = 1u << 23;             // of an exponent
constexpr uint32_t kHalfInfinity = 0x7c00;
constexpr uint32_t kSmallestNormalHalf = 0x400;

// Of four floats.
using Bits = simd::U32x4;
using Floats [[gnu::vector_size(16)]] = float;

Floats floats_of(Bits bits) {
  return std::bit_cast<Floats>(bits);
}
Bits bits_of(Floats values) {
  return std::bit_cast<Bits>(values);
}

Bits widen_half(Bits half) {
  const Bits magnitude = half & 0x7fff;
  const Bits normal = (magnitude << kDropped) + kBias;
  // 2^-14 (1 + f) - 2^-14 for a number 2^-14 f.
  const Floats subnormal = floats_of(normal + kOne) - std::bit_cast<float>(kBias + kOne);
  const Bits bits = magnitude < kSmallestNormalHalf ? bits_of(subnormal) : normal;
  const Bits special = std::bit_cast<Bits>(magnitude >= kHalfInfinity) & kBias;
  return (bits + special) | (half & 0x8000) << 16;
}

Bits narrow_half(Bits bits) {
  const Bits magnitude = bits & ~kSign;
  // Half of the last place is added, less a little where the place is even already. A carry into
  // the exponent is right, and so is one into infinity.
  const Bits odd = magnitude >> kDropped & 1;
  const Bits normal = (magnitude - kBias + 0xfff + odd) >> kDropped;
  // The last place of a number just above 1/2 is the spacing of float16's smallest numbers.
  const Bits subnormal = bits_of(floats_of(magnitude) + 0.5f) - std::bit_cast<uint32_t>(0.5f);
  const Bits special = (std::bit_cast<Bits>(magnitude > kInfinity) & 0x200) | kHalfInfinity;
  const Bits half = magnitude < kBias + kOne ? subnormal : normal;
  return (magnitude >= std::bit_cast<uint32_t>(0x1p16f) ? special : half) | (bits & kSign) >> 16;
}

Bits widen_bfloat(Bits bits) {
  return bits << 16;
}

Bits narrow_bfloat(Bits bits) {
  const Bits rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const Bits nan = (bits & kSign) >> 16 | 0x7fc0;
  return (bits & ~kSign) > kInfinity ? nan : rounded;
}

Bits widen_byte(Bits bytes) {
  return bits_of(__builtin_convertvector(bytes, Floats));
}

// From and To are unsigned integers as long as the elements, whose bits they hold. The last
// elements go by way of lanes of their own.
template <typename From, typename To, auto kFunction>
void convert(const void* x, void* y, size_t count) {
  constexpr size_t kLanes = 4;
  using FromLanes [[gnu::vector_size(kLanes * sizeof(From))]] = From;
  using ToLanes [[gnu::vector_size(kLanes * sizeof(To))]] = To;
  const auto* from = static_cast<const std::byte*>(x);
  auto* to = static_cast<std::byte*>(y);
  for (size_t i = 0; i < count; i += kLanes) {
    const size_t n = std::min(kLanes, count - i);
    FromLanes lanes = {};
    if (n == kLanes) {
      std::memcpy(&lanes, from + i * sizeof(From), sizeof lanes);
    } else {
      std::memcpy(&lanes, from + i * sizeof(From), n * sizeof(From));
    }
    const ToLanes result =
        __builtin_convertvector(kFunction(__builtin_convertvector(lanes, Bits)), ToLanes);
    if (n == kLanes) {
      std::memcpy(to + i * sizeof(To), &result, sizeof result);
    } else {
      std::memcpy(to + i * sizeof(To), &result, n * sizeof(To));
    }
  }
}

template <typename From, typename To>
void convert_plainly(const void* x, void* y, size_t count) {
  const auto* from = static_cast<const From*>(x);
  auto* to = static_cast<To*>(y);
  for (size_t i = 0; i < count; ++i) to[i] = static_cast<To>(from[i]);
}

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
      return convert<uint16_t, uint32_t, widen_half>(x, y, count);
    case DataType::kBfloat16:
      return convert<uint16_t, uint32_t, widen_bfloat>(x, y, count);
    case DataType::kFloat64:
      return convert_plainly<double, float>(x, y, count);
    default:
      return convert<uint8_t, uint32_t, widen_byte>(x, y, count);
  }
}

void from_float32(const float* x, DataType type, void* y, size_t count) {
  switch (type) {
    case DataType::kFloat16:
      return convert<uint32_t, uint16_t, narrow_half>(x, y, count);
    case DataType::kBfloat16:
      return convert<uint32_t, uint16_t, narrow_bfloat>(x, y, count);
    default:
      return convert_plainly<float, double>(x, y, count);
  }
}

}  // namespace gossamer
