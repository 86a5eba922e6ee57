// The vector wrapper against scalars: exact where it promises exactness, within units in the last
// place where it does not.
#include "base/simd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace gossamer::simd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
const float kNan = std::numeric_limits<float>::quiet_NaN();

std::vector<float> lanes(F32x4 v) {
  std::vector<float> result(kLanes);
  store(result.data(), v);
  return result;
}

TEST(SimdTest, PartialLoadsAndStoresTouchOnlyTheirLanes) {
  const std::vector<float> source = {1, 2, 3, 4};
  for (int n = 0; n <= kLanes; ++n) {
    std::vector<float> exact;
    exact.reserve(1);                                  // an address even when n is 0
    exact.assign(source.begin(), source.begin() + n);  // nothing beyond to read
    const auto loaded = lanes(load_partial(exact.data(), n));
    std::vector<float> target(5, 9.0f);
    store_partial(target.data(), load(source.data()), n);
    for (int i = 0; i < kLanes; ++i) {
      const auto k = static_cast<size_t>(i);
      EXPECT_EQ(loaded[k], i < n ? source[k] : 0.0f);
      EXPECT_EQ(target[k], i < n ? source[k] : 9.0f);
    }
    EXPECT_EQ(target[4], 9.0f);
  }
}

TEST(SimdTest, MinAndMaxKeepNanOfTheFirstOperand) {
  const float a[] = {1, -2, kNan, 5}, b[] = {2, -3, 1, 5};
  const auto low = lanes(min(load(a), load(b)));
  const auto high = lanes(max(load(a), load(b)));
  EXPECT_EQ(low[0], 1.0f);
  EXPECT_EQ(low[1], -3.0f);
  EXPECT_TRUE(std::isnan(low[2]));
  EXPECT_EQ(high[0], 2.0f);
  EXPECT_EQ(high[1], -2.0f);
  EXPECT_TRUE(std::isnan(high[2]));
  const auto both = lanes(max_or_nan(load(b), load(a)));
  EXPECT_EQ(both[0], 2.0f);
  EXPECT_TRUE(std::isnan(both[2]));
}

TEST(SimdTest, ClipWithCrossedBoundsGivesTheUpper) {
  EXPECT_EQ(lanes(clip(splat(0), splat(3), splat(1)))[0], 1.0f);
}

TEST(SimdTest, MaddRoundsOnceOrTwice) {
  const float a = 1 + 0x1p-12f, b = 1 - 0x1p-12f, c = -1;
  const float got = lanes(madd(splat(a), splat(b), splat(c)))[3];
  EXPECT_TRUE(got == std::fma(a, b, c) || got == a * b + c) << got;
  EXPECT_EQ(lanes(madd(splat(2), splat(3), splat(4)))[0], 10.0f);
}

TEST(SimdTest, Reductions) {
  const float v[] = {1, 7, -3, 4};
  EXPECT_EQ(reduce_add(load(v)), 9.0f);
  EXPECT_EQ(reduce_max(load(v)), 7.0f);
}

TEST(SimdTest, ExpIsWithinTwoUnitsInTheLastPlace) {
  double worst = 0;
  for (float x = -86.6f; x < 88.7f; x += 0.00173f) {
    const double want = std::exp(static_cast<double>(x));
    const float rounded = static_cast<float>(want);
    const double unit = std::nextafter(rounded, kInfinity) - rounded;
    const double error = std::abs(static_cast<double>(lanes(exp(splat(x)))[1]) - want) / unit;
    worst = std::max(worst, error);
  }
  EXPECT_LE(worst, 2);
}

TEST(SimdTest, ExpAtTheExtremes) {
  const float x[] = {0, -0.0f, 1e-30f, -1e-30f};
  for (const float y : lanes(exp(load(x)))) EXPECT_EQ(y, 1.0f);
  const float far[] = {100, -110, kInfinity, -kInfinity};
  const auto y = lanes(exp(load(far)));
  EXPECT_EQ(y[0], kInfinity);
  EXPECT_EQ(y[1], 0.0f);
  EXPECT_EQ(y[2], kInfinity);
  EXPECT_EQ(y[3], 0.0f);
  EXPECT_TRUE(std::isnan(lanes(exp(splat(kNan)))[0]));
}

}  // namespace
}  // namespace gossamer::simd
