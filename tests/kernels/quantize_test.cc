// Quantising and its reverse against their formulas in double precision, to the bit: every type,
// with scales for the tensor, an outer axis and the innermost one, on lengths around the vector
// width.
#include "kernels/quantize/quantize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

constexpr DataType kTypes[] = {DataType::kUint8, DataType::kInt8};

struct Range {
  double low, high;
};
Range range_of(DataType type) {
  return type == DataType::kUint8 ? Range{0, 255} : Range{-128, 127};
}

double integer_at(DataType type, const void* p, int64_t i) {
  const uint8_t bits = static_cast<const uint8_t*>(p)[i];
  return type == DataType::kUint8 ? bits : static_cast<int8_t>(bits);
}

// Scales, then zeros, which are whole numbers within the range.
struct Factors {
  Factors(const QuantizeParams& p, std::mt19937& random)
      : scale(p.channels, random, 0.01f, 0.1f), zero(p.channels, random) {
    const auto [low, high] = range_of(p.type);
    for (int64_t c = 0; c < p.channels; ++c) {
      zero.data()[c] = std::nearbyint(
          static_cast<float>(low + (high - low) * (0.5 + 0.5 * static_cast<double>(zero[c]))));
    }
  }
  AlignedBuffer packed() const {
    auto buffer = AlignedBuffer::allocate(static_cast<size_t>(2 * scale.count() + kFactorsBeyond) *
                                          sizeof(float));
    EXPECT_TRUE(buffer.is_ok());
    std::ranges::copy(scale.values(), buffer->as<float>());
    std::ranges::copy(zero.values(), buffer->as<float>() + scale.count());
    return std::move(*buffer);
  }
  GuardedFloats scale, zero;
};

double quantized(const QuantizeParams& p, float x, float scale, double zero) {
  if (std::isnan(x)) return zero;
  const auto [low, high] = range_of(p.type);
  const float v = x / scale;
  if (p.rounds_last) {
    return std::clamp<double>(std::nearbyint(v + static_cast<float>(zero)), low, high);
  }
  return std::clamp(std::nearbyint(static_cast<double>(v)) + zero, low, high);
}

std::string_view run_case(const QuantizeParams& p, std::mt19937& random) {
  const int64_t count = p.outer * p.channels * p.inner;
  const auto size = static_cast<int64_t>(data_type_size(p.type));
  const Factors factors(p, random);
  GuardedFloats x(count, random, -2000, 2000);
  for (int64_t i = 2; i < count; i += 5) x.data()[i] = std::nanf("");
  for (int64_t i = 3; i < count; i += 4) x.data()[i] /= 1000;  // many are far out of range
  for (int64_t i = 4; i < count; i += 11) x.data()[i] = std::numeric_limits<float>::infinity();
  const auto channel = [&](int64_t i) { return i / p.inner % p.channels; };
  const GuardedFloats* reals[] = {&x};
  const int64_t words = (count * size + 3) / 4;
  const auto quantize = make_quantize_f32(p, factors.packed());
  const auto got = run_checked(*quantize, reals, words, random);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = channel(i);
    const double want = quantized(p, x[i], factors.scale[c], factors.zero[c]);
    EXPECT_EQ(integer_at(p.type, got.data(), i), want)
        << x[i] << " / " << factors.scale[c] << " + " << factors.zero[c] << ", type "
        << data_type_name(p.type) << ", " << p.channels << "x" << p.inner << " at " << i;
  }
  GuardedFloats wholes(words);
  if (count > 0) std::memcpy(wholes.data(), got.data(), static_cast<size_t>(count * size));
  const GuardedFloats* integers[] = {&wholes};
  const auto dequantize = make_dequantize_f32(p, factors.packed());
  const auto back = run_checked(*dequantize, integers, count, random);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = channel(i);
    const double steps =
        integer_at(p.type, wholes.data(), i) - static_cast<double>(factors.zero[c]);
    EXPECT_EQ(back[static_cast<size_t>(i)],
              static_cast<float>(steps * static_cast<double>(factors.scale[c])));
  }
  EXPECT_EQ(dequantize->name().substr(0, 14), "f32_dequantize");
  return quantize->name();
}

TEST(QuantizeTest, SweepsTypesAndAxes) {
  std::mt19937 random(61);
  std::set<std::string_view> swept = {
      make_dequantize_f32({.inner = 0}, Factors({}, random).packed())->name()};
  for (const DataType type : kTypes) {
    for (const bool last : {false, true}) {
      for (const int64_t n : {0, 1, 3, 4, 5, 16, 21, 4097}) {
        QuantizeParams p{.type = type, .rounds_last = last};
        p.inner = n;
        swept.insert(run_case(p, random));  // one scale
        p.channels = 3;
        swept.insert(run_case(p, random));  // channels first
        p.outer = 3, p.channels = n, p.inner = 1;
        if (n > 1) swept.insert(run_case(p, random));  // channels last
      }
    }
  }
  expect_all_swept("quantize", swept);
}

TEST(QuantizeTest, RoundsHalvesToEven) {
  for (const float zero : {0.0f, 7.0f}) {
    for (const bool last : {false, true}) {
      auto factors = AlignedBuffer::allocate((2 + kFactorsBeyond) * sizeof(float));
      ASSERT_TRUE(factors.is_ok());
      factors->as<float>()[0] = 2;
      factors->as<float>()[1] = zero;
      const QuantizeParams p{.inner = 4, .type = DataType::kUint8, .rounds_last = last};
      const auto kernel = make_quantize_f32(p, std::move(*factors));
      const float x[] = {1, 3, 5, 7};
      uint8_t y[4];
      const void* inputs[] = {x};
      void* outputs[] = {y};
      ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
      // With an odd number added first, the even neighbour is another.
      const uint8_t first[] = {0, 2, 2, 4}, seven[] = {7, 9, 9, 11}, after[] = {8, 8, 10, 10};
      const uint8_t* want = zero == 0 ? first : last ? after : seven;
      EXPECT_EQ(std::memcmp(y, want, sizeof y), 0) << zero << " " << last;
    }
  }
}

}  // namespace
}  // namespace gossamer::test
