// The separable kernel against the sum that defines it, over tables, layouts and odd sizes.
#include "kernels/resize/resize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

ResampleAxis axis(int64_t in, int64_t out) {
  const float scale = static_cast<float>(out) / static_cast<float>(in);
  return {in, out, scale, static_cast<float>(out), -0.1f, 0.9f};
}

std::string_view sweep(const ResampleStyle& style, ResizeParams p, bool with_rows,
                       std::mt19937& random) {
  if (!with_rows) p.out_height = p.in_height;
  const auto taps_of = [&](bool wanted, int64_t in, int64_t out) {
    auto taps = Taps::make(style, axis(in, out));
    return wanted && taps.is_ok() ? std::move(*taps) : Taps();
  };
  const Taps columns = taps_of(true, p.in_width, p.out_width);
  const Taps rows = taps_of(with_rows, p.in_height, p.out_height);
  const GuardedFloats x(p.outer * p.in_height * p.in_width * p.inner, random);
  std::vector<double> want;
  std::vector<double> magnitude;
  const int32_t self[] = {0};
  const float one[] = {1};
  for (int64_t n = 0; n < p.outer; ++n) {
    for (int64_t r = 0; r < p.out_height; ++r) {
      for (int64_t q = 0; q < p.out_width; ++q) {
        for (int64_t c = 0; c < p.inner; ++c) {
          const int32_t* row = with_rows ? rows.indices(r) : self;
          const float* row_weight = with_rows ? rows.weights(r) : one;
          double sum = 0;
          double terms = 0;
          for (int64_t j = 0; j < (with_rows ? rows.count() : 1); ++j) {
            for (int64_t k = 0; k < columns.count(); ++k) {
              if (row[0] < 0 || columns.indices(q)[0] < 0) continue;
              const int64_t line = n * p.in_height + (with_rows ? row[j] : r);
              const double term =
                  static_cast<double>(row_weight[j]) * static_cast<double>(columns.weights(q)[k]) *
                  static_cast<double>(x[(line * p.in_width + columns.indices(q)[k]) * p.inner + c]);
              sum += term;
              terms += std::fabs(term);
            }
          }
          const bool outside = row[0] < 0 || columns.indices(q)[0] < 0;
          want.push_back(outside ? static_cast<double>(p.extrapolation) : sum);
          magnitude.push_back(terms);
        }
      }
    }
  }
  const auto kernel = make_resize_f32(p, taps_of(with_rows, p.in_height, p.out_height),
                                      taps_of(true, p.in_width, p.out_width));
  const GuardedFloats* inputs[] = {&x};
  const auto got = run_checked(*kernel, inputs, std::ssize(want), random);
  expect_close(
      got, want, magnitude, 8,
      concat("resize ", p.in_height, "x", p.in_width, " to ", p.out_height, "x", p.out_width));
  return kernel->name();
}

TEST(ResizeTest, SweepsStylesAndSizes) {
  std::mt19937 random(61);
  std::set<std::string_view> swept;
  for (const Interpolation mode :
       {Interpolation::kNearest, Interpolation::kLinear, Interpolation::kCubic}) {
    for (const Coordinates coordinates :
         {Coordinates::kHalfPixel, Coordinates::kAlignCorners, Coordinates::kTfCropAndResize}) {
      for (const bool antialias : {false, true}) {
        ResampleStyle style;
        style.interpolation = mode;
        style.coordinates = coordinates;
        style.antialias = antialias;
        for (const int64_t inner : {1, 3, 8}) {
          swept.insert(sweep(style, {2, 5, 9, 7, 3, inner, 5}, true, random));
          sweep(style, {1, 17, 4, 1, 6, inner, 5}, true, random);
          sweep(style, {3, 2, 2, 6, 13, inner, 5}, false, random);
        }
      }
    }
  }
  sweep({}, {1, 33, 66, 33, 66, 16, 0}, true, random);
  expect_all_swept("resize", swept);
}

TEST(ResizeTest, CountsItsTables) {
  auto rows = Taps::make({.interpolation = Interpolation::kLinear}, axis(3, 5));
  auto columns = Taps::make({}, axis(4, 7));
  ASSERT_TRUE(rows.is_ok() && columns.is_ok());
  ResizeParams params{.in_height = 3, .out_height = 5, .in_width = 4, .out_width = 7};
  const auto kernel = make_resize_f32(params, std::move(*rows), std::move(*columns));
  EXPECT_EQ(kernel->weight_bytes(), (5 * 2 + 7) * 8u);
  EXPECT_EQ(kernel->scratch_bytes(), 4u * sizeof(float));
}

TEST(ResizeTest, TooLongAnAxis) {
  const auto taps = Taps::make({}, {INT64_MAX, 1, 1, 1, 0, 1});
  ASSERT_FALSE(taps.is_ok());
  EXPECT_EQ(code_name(taps.status().code()), "OOM");
}

}  // namespace
}  // namespace gossamer::test
