// The exponential function against the library's, over all sizes of arguments and at its limits.
#include "base/exponential.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace gossamer::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ExponentialTest, SweepsSizesAndSigns) {
  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> fraction(1, 2);
  for (int exponent = -1074; exponent <= 10; ++exponent) {
    for (int i = 0; i < 200; ++i) {
      for (const double sign : {1.0, -1.0}) {
        const double x = sign * std::ldexp(fraction(random), exponent), expected = std::exp(x);
        if (std::isinf(expected)) {
          EXPECT_EQ(exponential(x), expected) << x;
        } else if (expected < std::numeric_limits<double>::min()) {
          EXPECT_NEAR(exponential(x), expected, std::numeric_limits<double>::denorm_min()) << x;
        } else {
          EXPECT_NEAR(exponential(x), expected, 3e-16 * expected) << x;
        }
      }
    }
  }
}

TEST(ExponentialTest, Limits) {
  EXPECT_EQ(exponential(0.0), 1);
  EXPECT_EQ(exponential(-0.0), 1);
  EXPECT_EQ(exponential(kInfinity), kInfinity);
  EXPECT_EQ(exponential(-kInfinity), 0);
  EXPECT_TRUE(std::isnan(exponential(std::nan(""))));
  constexpr double kLastFinite = 709.78271289338397, kLastPositive = -745.13321910194111;
  EXPECT_NEAR(exponential(kLastFinite), std::exp(kLastFinite), 3e-16 * std::exp(kLastFinite));
  EXPECT_EQ(exponential(std::nextafter(kLastFinite, kInfinity)), kInfinity);
  EXPECT_GT(exponential(kLastPositive), 0);
  EXPECT_EQ(exponential(-745.2), 0);
}

}  // namespace
}  // namespace gossamer::test
