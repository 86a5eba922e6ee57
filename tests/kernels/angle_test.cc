// Sine and cosine against the library's, over all sizes of angles, and near whole quarters of a
// turn.
#include "kernels/elementwise/angle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace gossamer::test {
namespace {

void expect_near(double x) {
  constexpr double kBound = 4e-16;
  EXPECT_NEAR(sine(x), std::sin(x), kBound) << x;
  EXPECT_NEAR(cosine(x), std::cos(x), kBound) << x;
}

TEST(AngleTest, SweepsSizesAndSigns) {
  std::mt19937_64 random(91);
  std::uniform_real_distribution<double> fraction(1, 2);
  for (int exponent = -1074; exponent <= 1023; ++exponent) {
    for (int i = 0; i < 20; ++i) {
      const double x = std::ldexp(fraction(random), exponent);
      expect_near(x);
      expect_near(-x);
    }
  }
}

TEST(AngleTest, QuartersOfATurn) {
  for (int i = -1000; i <= 1000; ++i) {
    for (const double off : {0.0, 1e-9, -1e-9}) {
      const double x = i * std::numbers::pi / 2 + off;
      expect_near(x);
      // Of float32, the digits near a zero count, too.
      const auto narrow = static_cast<double>(static_cast<float>(x));
      EXPECT_NEAR(sine(narrow), std::sin(narrow), 1e-11 * std::abs(std::sin(narrow))) << narrow;
    }
  }
}

TEST(AngleTest, WhatHasNoSine) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double x : {kInfinity, -kInfinity, std::nan("")}) {
    EXPECT_TRUE(std::isnan(sine(x)));
    EXPECT_TRUE(std::isnan(cosine(x)));
  }
  EXPECT_TRUE(std::signbit(sine(-0.0)));
  EXPECT_FALSE(std::signbit(sine(0.0)));
  EXPECT_EQ(cosine(0), 1);
}

}  // namespace
}  // namespace gossamer::test
