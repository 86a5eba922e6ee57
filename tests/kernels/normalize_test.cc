// The normalisation kernels against double precision, on channel counts around the vector width.
#include "kernels/normalize/normalize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

std::string_view run_affine(int64_t pixels, int64_t channels, const Activation& activation,
                            std::mt19937& random) {
  const GuardedFloats x(pixels * channels, random), factors(2 * channels, random);
  auto copy = AlignedBuffer::allocate(factors.values().size_bytes());
  EXPECT_TRUE(copy.is_ok());
  std::ranges::copy(factors.values(), copy->as<float>());
  const auto kernel = make_affine_f32(pixels, channels, std::move(*copy), activation);
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, pixels * channels, random);
  std::vector<double> want, magnitude(got.size(), 1);
  for (int64_t i = 0; i < pixels * channels; ++i) {
    const int64_t c = i % channels;
    const double sum = static_cast<double>(x[i]) * static_cast<double>(factors[c]) +
                       static_cast<double>(factors[channels + c]);
    want.push_back(apply_double(activation, sum));
  }
  expect_close(got, want, magnitude, 8, concat("affine ", pixels, "x", channels));
  return kernel->name();
}

std::string_view run_mean_variance(const MeanVarianceParams& p, bool factors, float offset,
                                   std::mt19937& random) {
  const int64_t step = p.groups * p.width, count = p.outer * p.rows * step;
  const int64_t factor_count = p.per_group ? p.groups : step;
  const GuardedFloats x(count, random, offset - 1, offset + 1), scale(factor_count, random),
      shift(factor_count, random);
  const auto kernel = make_mean_variance_f32(p);
  std::vector<const GuardedFloats*> inputs = {&x};
  if (factors) inputs.insert(inputs.end(), {&scale, &shift});
  const auto got = run_checked(*kernel, inputs, count, random);
  std::vector<double> want(got.size()), magnitude(got.size());
  const auto each = [&](int64_t outer, int64_t group, auto f) {
    for (int64_t row = 0; row < p.rows; ++row) {
      for (int64_t i = 0; i < p.width; ++i) {
        f((outer * p.rows + row) * step + group * p.width + i,
          p.per_group ? group : group * p.width + i);
      }
    }
  };
  for (int64_t outer = 0; outer < p.outer; ++outer) {
    for (int64_t group = 0; group < p.groups; ++group) {
      double sum = 0, squares = 0;
      const auto n = static_cast<double>(p.rows * p.width);
      each(outer, group, [&](int64_t at, int64_t) { sum += static_cast<double>(x[at]); });
      each(outer, group, [&](int64_t at, int64_t) {
        squares += std::pow(static_cast<double>(x[at]) - sum / n, 2);
      });
      const double root = std::sqrt(squares / n + static_cast<double>(p.epsilon));
      const double inverse = 1 / (root + static_cast<double>(p.epsilon_outside));
      each(outer, group, [&](int64_t at, int64_t c) {
        const auto i = static_cast<size_t>(at);
        want[i] = (static_cast<double>(x[at]) - sum / n) * inverse;
        if (factors)
          want[i] = want[i] * static_cast<double>(scale[c]) + static_cast<double>(shift[c]);
        // The mean is as inexact as a number of its size.
        magnitude[i] = std::abs(want[i]) + (1 + static_cast<double>(offset)) * inverse;
      });
    }
  }
  expect_close(got, want, magnitude, 16,
               concat("mean variance ", p.outer, "x", p.rows, "x", p.groups, "x", p.width));
  return kernel->name();
}

std::string_view run_local_response(const LocalResponseParams& p, std::mt19937& random) {
  const int64_t count = p.pixels * p.channels * p.inner;
  const GuardedFloats x(count, random, -3, 3);
  auto kernel = make_local_response_f32(p);
  EXPECT_TRUE(kernel.is_ok());
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(**kernel, inputs, count, random);
  std::vector<double> want, magnitude(got.size(), 3);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = i / p.inner % p.channels;
    double squares = 0;
    for (int64_t k = std::max<int64_t>(0, c - p.below); k <= std::min(p.channels - 1, c + p.above);
         ++k) {
      squares += std::pow(static_cast<double>(x[i + (k - c) * p.inner]), 2);
    }
    const double base = static_cast<double>(p.bias) + static_cast<double>(p.alpha) * squares;
    want.push_back(static_cast<double>(x[i]) / std::pow(base, static_cast<double>(p.beta)));
  }
  expect_close(got, want, magnitude, 8, concat("lrn ", p.channels, "x", p.inner, " +", p.above));
  return (*kernel)->name();
}

TEST(NormalizeTest, Sweeps) {
  std::mt19937 random(51);
  std::set<std::string_view> swept;
  for (const Activation& activation : every_activation()) {
    for (const int64_t channels : {1, 3, 4, 5, 8, 67}) {
      for (const int64_t pixels : {1, 2, 7, 150}) {
        swept.insert(run_affine(pixels, channels, activation, random));
      }
    }
  }
  for (const int64_t groups : {1, 3, 4, 9}) {
    for (const int64_t width : {1, 2, 5, 16, 1030}) {
      for (const int64_t rows : {1, 2, 300}) {
        if (rows * width < 2) continue;  // nothing to take a deviation of
        const float offset = rows == 2 ? 10.0f : 0.0f;
        const MeanVarianceParams p{
            .outer = 2, .rows = rows, .groups = groups, .width = width, .epsilon = 1e-2f};
        swept.insert(run_mean_variance(p, rows != 1, offset, random));
      }
    }
  }
  for (const int64_t width : {2, 3, 8, 21}) {
    for (const int64_t groups : {1, 3}) {
      const MeanVarianceParams p{.outer = 2,
                                 .rows = 4,
                                 .groups = groups,
                                 .width = width,
                                 .epsilon = 1e-2f,
                                 .per_group = true};
      swept.insert(run_mean_variance(p, true, 0, random));
    }
  }
  swept.insert(
      run_mean_variance({.rows = 9, .groups = 5, .epsilon_outside = 0.5f}, false, 0, random));
  for (const int64_t channels : {1, 2, 4, 7, 64, 67}) {
    for (const int64_t below : {0, 1, 2, 90}) {
      for (const float beta : {0.75f, 0.5f}) {
        for (const int64_t inner : {1, 2, 4, 7, 50}) {
          swept.insert(run_local_response({.pixels = 5,
                                           .channels = channels,
                                           .inner = inner,
                                           .below = below,
                                           .above = below + channels % 2,
                                           .alpha = 0.1f,
                                           .beta = beta,
                                           .bias = 1.5f},
                                          random));
        }
      }
    }
  }
  expect_all_swept("normalize", swept);
}

}  // namespace
}  // namespace gossamer::test
