// Reductions of rows against double precision, on lengths around the vector width and the blocks.
#include "kernels/reduce/reduce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

std::string_view run_case(RowReduction form, int64_t rows, int64_t n, std::mt19937& random) {
  const GuardedFloats x(rows * n, random);
  const auto kernel = make_reduce_rows_f32(form, rows, n);
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, rows, random);
  std::vector<double> want, magnitude;
  for (int64_t row = 0; row < rows; ++row) {
    double sum = 0, size = 0, highest = -2;
    for (int64_t i = 0; i < n; ++i) {
      const double v = x[row * n + i];
      sum += v;
      size += std::abs(v);
      highest = std::max(highest, v);
    }
    const double divisor = form == RowReduction::kMean ? static_cast<double>(n) : 1;
    want.push_back(form == RowReduction::kMax ? highest : sum / divisor);
    magnitude.push_back(form == RowReduction::kMax ? 0 : size / divisor);
  }
  expect_close(got, want, magnitude, 4, concat("reduction of ", rows, " x ", n));
  return kernel->name();
}

TEST(ReduceTest, SweepsLengths) {
  std::mt19937 random(51);
  std::set<std::string_view> swept;
  for (const RowReduction form : {RowReduction::kSum, RowReduction::kMean, RowReduction::kMax}) {
    for (const int64_t n : {1, 2, 3, 4, 5, 7, 8, 9, 49, 255, 256, 257, 1000}) {
      for (const int64_t rows : {1, 3, 100}) swept.insert(run_case(form, rows, n, random));
    }
  }
  expect_all_swept("reduce", swept);
}

TEST(ReduceTest, NanWinsWhereverItStands) {
  for (size_t place = 0; place < 11; ++place) {
    std::vector<float> x(11, 1.0f);
    x[place] = std::numeric_limits<float>::quiet_NaN();
    float y = 0;
    const void* inputs[] = {x.data()};
    void* outputs[] = {&y};
    const auto kernel = make_reduce_rows_f32(RowReduction::kMax, 1, 11);
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, 1).is_ok());
    EXPECT_TRUE(std::isnan(y)) << place;
  }
}

}  // namespace
}  // namespace gossamer::test
