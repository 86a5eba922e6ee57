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

constexpr Reduction kReductions[] = {Reduction::kSum,       Reduction::kMean,  Reduction::kMax,
                                     Reduction::kMin,       Reduction::kL1,    Reduction::kL2,
                                     Reduction::kSumSquare, Reduction::kLogSum};

double reduce(Reduction form, const std::vector<double>& terms) {
  double sum = 0, size = 0, squares = 0;
  for (const double v : terms) sum += v, size += std::abs(v), squares += v * v;
  switch (form) {
    case Reduction::kMax:
      return std::ranges::max(terms);
    case Reduction::kMin:
      return std::ranges::min(terms);
    case Reduction::kL1:
      return size;
    case Reduction::kL2:
      return std::sqrt(squares);
    case Reduction::kSumSquare:
      return squares;
    case Reduction::kLogSum:
      return std::log(sum);
    case Reduction::kMean:
      return sum / static_cast<double>(terms.size());
    case Reduction::kSum:
      break;
  }
  return sum;
}

// Everything is computed in double precision, so that one rounding is left.
std::string_view run_columns(Reduction form, int64_t outer, int64_t n, int64_t inner,
                             std::mt19937& random) {
  const float low = form == Reduction::kLogSum ? 0.1f : -2.0f;
  const GuardedFloats x(outer * n * inner, random, low, form == Reduction::kMax ? -0.5f : 2.0f);
  const auto kernel = make_reduce_columns_f32(form, outer, n, inner);
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, outer * inner, random);
  std::vector<double> want, magnitude;
  for (int64_t i = 0; i < outer * inner; ++i) {
    std::vector<double> terms;
    for (int64_t k = 0; k < n; ++k) {
      terms.push_back(static_cast<double>(x[(i / inner * n + k) * inner + i % inner]));
    }
    want.push_back(reduce(form, terms));
    magnitude.push_back(std::abs(want.back()));
  }
  expect_close(got, want, magnitude, 1,
               concat("form ", static_cast<int>(form), " of ", outer, "x", n, "x", inner));
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
  for (const Reduction form : kReductions) {
    for (const int64_t n : {1, 2, 3, 63, 64, 65, 70, 200}) {
      for (const int64_t inner : {1, 2, 3, 5, 63, 64, 65, 131}) {
        swept.insert(run_columns(form, 2, n, inner, random));
      }
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

TEST(ReduceTest, NanSpoilsItsColumnOnly) {
  for (const Reduction form : kReductions) {
    for (const int64_t inner : {1, 3}) {
      for (int64_t place = 0; place < 7; ++place) {
        std::vector<float> x(static_cast<size_t>(14 * inner), 2.0f);
        x[static_cast<size_t>(place * inner)] = std::numeric_limits<float>::quiet_NaN();
        std::vector<float> y(static_cast<size_t>(2 * inner));
        const void* inputs[] = {x.data()};
        void* outputs[] = {y.data()};
        const auto kernel = make_reduce_columns_f32(form, 2, 7, inner);
        ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
        for (size_t i = 0; i < y.size(); ++i) {
          EXPECT_EQ(std::isnan(y[i]), i == 0) << static_cast<int>(form) << " at " << place;
        }
      }
    }
  }
}

TEST(ReduceTest, SquaresOfExtremesCount) {
  for (const float size : {1e-30f, 1e30f}) {
    const std::vector<float> x = {3 * size, 4 * size, 0};
    float y = 0;
    const void* inputs[] = {x.data()};
    void* outputs[] = {&y};
    const auto kernel = make_reduce_columns_f32(Reduction::kL2, 1, 3, 1);
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, 1).is_ok());
    EXPECT_NEAR(y / size, 5, 1e-6);
  }
}

}  // namespace
}  // namespace gossamer::test
