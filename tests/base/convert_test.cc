// Converting many elements at once, against float16.h, which takes one at a time, and against
// doubles: every 16-bit value one way, and every place where rounding could go wrong the other.
#include "base/convert.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "base/constant.h"
#include "base/float16.h"

namespace gossamer {
namespace {

std::vector<uint16_t> every_16_bits() {
  std::vector<uint16_t> all(0x10000);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  return all;
}

template <typename From>
std::vector<float> widened(DataType type, const std::vector<From>& values) {
  std::vector<float> floats(values.size());
  to_float32(type, values.data(), floats.data(), values.size());
  return floats;
}

template <typename To>
std::vector<To> narrowed(DataType type, const std::vector<float>& values) {
  std::vector<To> result(values.size());
  from_float32(values.data(), type, result.data(), values.size());
  return result;
}

// Numbers with a float16 or bfloat16 next to them: those themselves, the ties between neighbours,
// and a little to both sides of each; and any bits at all.
std::vector<float> edges() {
  std::vector<float> values = widened(DataType::kFloat16, every_16_bits());
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    values.push_back(std::bit_cast<float>(bits << 16));
    values.push_back(std::bit_cast<float>(bits << 16 | 0x8000));
    values.push_back(std::bit_cast<float>(bits << 16 | 0x1000));
    values.push_back(std::bit_cast<float>(bits << 16 | 0x3000));
  }
  for (int i = 1; i < 2048; i += 2) values.push_back(std::ldexp(static_cast<float>(i), -25));
  const size_t count = values.size();
  for (size_t i = 0; i < count; ++i) {
    values.push_back(std::nextafter(values[i], 0.0f));
    values.push_back(std::nextafter(values[i], std::numeric_limits<float>::infinity()));
  }
  std::mt19937 random(1);
  for (int i = 0; i < 100000; ++i) {
    values.push_back(std::bit_cast<float>(static_cast<uint32_t>(random())));
  }
  return values;
}

TEST(Convert, WidensEveryFloat16) {
  const std::vector<uint16_t> halves = every_16_bits();
  const std::vector<float> floats = widened(DataType::kFloat16, halves);
  for (size_t i = 0; i < halves.size(); ++i) {
    const float expected = float16_to_float(halves[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(floats[i])) << halves[i];
    } else {
      EXPECT_EQ(std::bit_cast<uint32_t>(floats[i]), std::bit_cast<uint32_t>(expected)) << halves[i];
    }
  }
}

TEST(Convert, NarrowsToFloat16AsFromADouble) {
  const std::vector<float> values = edges();
  const auto halves = narrowed<uint16_t>(DataType::kFloat16, values);
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(halves[i], float16_from(static_cast<double>(values[i]))) << values[i];
  }
}

TEST(Convert, WidensEveryBfloat16) {
  const std::vector<uint16_t> upper = every_16_bits();
  const std::vector<float> floats = widened(DataType::kBfloat16, upper);
  for (size_t i = 0; i < upper.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint32_t>(floats[i]), static_cast<uint32_t>(upper[i]) << 16);
  }
}

TEST(Convert, NarrowsToBfloat16AsFromADouble) {
  const std::vector<float> values = edges();
  const auto upper = narrowed<uint16_t>(DataType::kBfloat16, values);
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(upper[i], bfloat16_from(static_cast<double>(values[i]))) << values[i];
  }
}

TEST(Convert, Float64RoundsOnceAndSaturates) {
  const std::vector<double> doubles = {1 + 0x1p-24, 1 + 0x1.8p-24, -1e300, 1e-300, 0.1, 5e-324};
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(widened(DataType::kFloat64, doubles),
            (std::vector<float>{1, 1 + 0x1p-23f, -infinity, 0, 0.1f, 0}));
  EXPECT_EQ(narrowed<double>(DataType::kFloat64, {0.1f, -3, infinity}),
            (std::vector<double>{static_cast<double>(0.1f), -3, static_cast<double>(infinity)}));
}

TEST(Convert, BytesAreWholeNumbers) {
  EXPECT_EQ(widened(DataType::kUint8, std::vector<uint8_t>{0, 1, 127, 128, 255}),
            (std::vector<float>{0, 1, 127, 128, 255}));
}

// Enough elements for several pieces, and a last one that is not full.
TEST(Convert, ConstantsAreConvertedAsTheyAreRead) {
  std::vector<uint16_t> halves(10001);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i * 3);
  const auto bytes = std::as_bytes(std::span(halves));
  const auto source = ModelSource::from_memory(bytes);
  const Shape shape{static_cast<int64_t>(halves.size()) - 2};
  const auto stored = Constant::in_source(DataType::kFloat16, shape, source.get(), 4);
  auto resident = Constant::make_resident(stored);
  ASSERT_TRUE(resident.is_ok());
  const std::vector<float> all = widened(DataType::kFloat16, halves);
  const std::vector<float> expected(all.begin() + 2, all.end());
  for (const auto& original : {stored, *resident}) {
    const auto converted = Constant::as_float32(original);
    EXPECT_EQ(converted->type(), DataType::kFloat32);
    EXPECT_EQ(converted->bytes(), 4 * expected.size());
    EXPECT_FALSE(converted->is_resident());
    auto read = Constant::make_resident(converted);
    ASSERT_TRUE(read.is_ok());
    const auto* values = (*read)->view().as<float>();
    EXPECT_EQ(std::vector<float>(values, values + expected.size()), expected);
  }
}

}  // namespace
}  // namespace gossamer
