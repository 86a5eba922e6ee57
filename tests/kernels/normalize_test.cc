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
  expect_all_swept("normalize", swept);
}

}  // namespace
}  // namespace gossamer::test
