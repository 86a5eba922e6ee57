// Half precision against its definition: every value there and back, and rounding at the edges.
#include "base/float16.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace gossamer {
namespace {

TEST(Float16, KnownValues) {
  EXPECT_EQ(float16_to_float(0x3c00), 1.0f);
  EXPECT_EQ(float16_to_float(0xc000), -2.0f);
  EXPECT_EQ(float16_to_float(0x7bff), 65504.0f);
  EXPECT_EQ(float16_to_float(0x0001), std::ldexp(1.0f, -24));
  EXPECT_EQ(float16_to_float(0x3555), 0.333251953125f);
  EXPECT_TRUE(std::signbit(float16_to_float(0x8000)));
  EXPECT_TRUE(std::isnan(float16_to_float(0x7e00)));
}

TEST(Float16, EveryValueSurvivesTheWayThroughADouble) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = float16_to_float(static_cast<uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(float16_to_float(float16_from(static_cast<double>(value)))));
    } else {
      EXPECT_EQ(float16_from(static_cast<double>(value)), bits);
    }
  }
}

TEST(Bfloat16, IsTheUpperHalfOfAFloat) {
  EXPECT_EQ(bfloat16_to_float(0x3f80), 1.0f);
  EXPECT_EQ(bfloat16_to_float(0xc2f7), -123.5f);
  EXPECT_EQ(bfloat16_to_float(0x0001), std::ldexp(1.0f, -133));
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = bfloat16_to_float(static_cast<uint16_t>(bits));
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(bfloat16_to_float(bfloat16_from(static_cast<double>(value)))));
    } else {
      EXPECT_EQ(bfloat16_from(static_cast<double>(value)), bits);
    }
  }
}

TEST(Bfloat16, RoundsToNearestWithTiesToEven) {
  EXPECT_EQ(bfloat16_from(1 + 0x1p-8), 0x3f80);
  EXPECT_EQ(bfloat16_from(1 + 3 * 0x1p-8), 0x3f82);
  EXPECT_EQ(bfloat16_from(1 + 0x1p-8 + 0x1p-40), 0x3f81);  // no second rounding through float32
  EXPECT_EQ(bfloat16_from(1.999), 0x4000);                 // carries into the exponent
  EXPECT_EQ(bfloat16_from(0x1.fep127), 0x7f7f);            // the largest
  EXPECT_EQ(bfloat16_from(0x1.feffffp127), 0x7f7f);
  EXPECT_EQ(bfloat16_from(0x1.ffp127), 0x7f80);
  EXPECT_EQ(bfloat16_from(-1e300), 0xff80);
  EXPECT_EQ(bfloat16_from(0x1p-134), 0x0000);
  EXPECT_EQ(bfloat16_from(0x1.8p-134), 0x0001);
}

TEST(Float16, RoundsToNearestWithTiesToEven) {
  EXPECT_EQ(float16_from(1 + 0x1p-11), 0x3c00);            // between 1 and the next: 1 is even
  EXPECT_EQ(float16_from(1 + 3 * 0x1p-11), 0x3c02);        // here the upper one is
  EXPECT_EQ(float16_from(1 + 0x1p-11 + 0x1p-40), 0x3c01);  // no second rounding through float32
  EXPECT_EQ(float16_from(2047.6), 0x6800);                 // carries into the exponent: 2048
  EXPECT_EQ(float16_from(0x1p-25), 0x0000);
  EXPECT_EQ(float16_from(0x1.8p-25), 0x0001);
  EXPECT_EQ(float16_from(65519.9), 0x7bff);
  EXPECT_EQ(float16_from(65520), 0x7c00);
  EXPECT_EQ(float16_from(-std::numeric_limits<double>::infinity()), 0xfc00);
}

}  // namespace
}  // namespace gossamer
