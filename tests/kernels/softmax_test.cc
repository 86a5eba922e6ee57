// Softmax against double precision, on lengths around the vector width and on rows that would
// overflow without the shift.
#include "kernels/softmax/softmax.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

std::string_view run_case(SoftmaxKind kind, int64_t outer, int64_t n, int64_t inner, float range,
                          std::mt19937& random) {
  const int64_t count = outer * n * inner;
  const GuardedFloats x(count, random, -range, range);
  const auto kernel = inner == 1 ? make_softmax_f32(kind, outer, n)
                                 : make_softmax_columns_f32(kind, outer, n, inner);
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, count, random);
  std::vector<double> want(got.size()), magnitude(got.size());
  for (int64_t column = 0; column < outer * inner; ++column) {
    const int64_t first = column / inner * n * inner + column % inner;
    double highest = -std::numeric_limits<double>::infinity(), sum = 0;
    const auto each = [&](auto f) {
      for (int64_t i = 0; i < n; ++i) f(static_cast<size_t>(first + i * inner));
    };
    const auto value = [&](size_t at) { return static_cast<double>(x.values()[at]); };
    each([&](size_t at) { highest = std::max(highest, value(at)); });
    each([&](size_t at) { sum += std::exp(value(at) - highest); });
    each([&](size_t at) {
      const double shifted = value(at) - highest;
      const bool logarithm = kind == SoftmaxKind::kLogSoftmax;
      want[at] = logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum;
      magnitude[at] = logarithm ? std::abs(shifted) + std::log(sum) : 0;
    });
  }
  expect_close(got, want, magnitude, 4, concat("softmax ", outer, "x", n, "x", inner));
  return kernel->name();
}

TEST(SoftmaxTest, SweepsLengths) {
  std::mt19937 random(41);
  std::set<std::string_view> swept;
  for (const SoftmaxKind kind : {SoftmaxKind::kSoftmax, SoftmaxKind::kLogSoftmax}) {
    for (const int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 10, 31, 33, 1000, 1001}) {
      for (const int64_t rows : {1, 2, 7}) {
        for (const float range : {1.0f, 20.0f, 1e4f}) {
          swept.insert(run_case(kind, rows, n, 1, range, random));
        }
      }
    }
    for (const int64_t n : {0, 1, 2, 5, 33, 100}) {
      for (const int64_t inner : {2, 3, 4, 5, 63, 64, 65, 200}) {
        for (const float range : {1.0f, 1e4f}) {
          swept.insert(run_case(kind, 2, n, inner, range, random));
        }
      }
    }
  }
  expect_all_swept("softmax", swept);
}

TEST(SoftmaxTest, InvalidNumbersSpoilTheirRowOnly) {
  const float kNan = std::numeric_limits<float>::quiet_NaN();
  for (const size_t place : {0u, 3u, 4u, 5u}) {
    std::vector<float> x(12, 1.0f), y(12);
    x[place] = kNan;
    const auto kernel = make_softmax_f32(SoftmaxKind::kSoftmax, 2, 6);
    const void* inputs[] = {x.data()};
    void* outputs[] = {y.data()};
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    for (size_t i = 0; i < 6; ++i) {
      EXPECT_TRUE(std::isnan(y[i])) << place;
      EXPECT_NEAR(y[6 + i], 1.0f / 6, kEpsilon);
    }
  }
}

TEST(SoftmaxTest, InvalidNumbersSpoilTheirColumnOnly) {
  for (const float invalid :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    for (size_t place = 0; place < 12; ++place) {
      std::vector<float> x(12, 1.0f), y(12);
      x[place] = invalid;
      const auto kernel = make_softmax_columns_f32(SoftmaxKind::kSoftmax, 1, 2, 6);
      const void* inputs[] = {x.data()};
      void* outputs[] = {y.data()};
      ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
      for (size_t i = 0; i < 12; ++i) {
        if (i % 6 == place % 6) {
          EXPECT_TRUE(std::isnan(y[i])) << place;
        } else {
          EXPECT_EQ(y[i], 0.5f) << place;
        }
      }
    }
  }
}

}  // namespace
}  // namespace gossamer::test
