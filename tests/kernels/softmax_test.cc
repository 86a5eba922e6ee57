// Softmax against double precision, on lengths around the vector width and on rows that would
// overflow without the shift.
#include "kernels/softmax/softmax.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

std::string_view run_case(SoftmaxKind kind, int64_t rows, int64_t n, float range,
                          std::mt19937& random) {
  const GuardedFloats x(rows * n, random, -range, range);
  const auto kernel = make_softmax_f32(kind, rows, n);
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, rows * n, random);
  std::vector<double> want, magnitude;
  for (int64_t row = 0; row < rows; ++row) {
    const auto values = x.values().subspan(static_cast<size_t>(row * n), static_cast<size_t>(n));
    const double highest = *std::max_element(values.begin(), values.end());
    double sum = 0;
    for (const float v : values) sum += std::exp(static_cast<double>(v) - highest);
    for (const float v : values) {
      const double shifted = static_cast<double>(v) - highest;
      const bool logarithm = kind == SoftmaxKind::kLogSoftmax;
      want.push_back(logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum);
      magnitude.push_back(logarithm ? std::abs(shifted) + std::log(sum) : 0);
    }
  }
  expect_close(got, want, magnitude, 4, concat("softmax ", rows, "x", n));
  return kernel->name();
}

TEST(SoftmaxTest, SweepsLengths) {
  std::mt19937 random(41);
  std::set<std::string_view> swept;
  for (const SoftmaxKind kind : {SoftmaxKind::kSoftmax, SoftmaxKind::kLogSoftmax}) {
    for (const int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 10, 31, 33, 1000, 1001}) {
      for (const int64_t rows : {1, 2, 7}) {
        for (const float range : {1.0f, 20.0f, 1e4f}) {
          swept.insert(run_case(kind, rows, n, range, random));
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

}  // namespace
}  // namespace gossamer::test
