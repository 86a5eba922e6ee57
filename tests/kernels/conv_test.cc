// Convolutions against the formula of conv_params.h evaluated in double precision: every form,
// window, stride, dilation, padding, grouping, epilogue and channel count around the vector widths.
#include "kernels/conv/conv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

struct Extras {
  bool scale = false, bias = false, residual = false;
};

std::string describe(const ConvParams& p) {
  return concat("batch ", p.batch, " in ", p.in_h, "x", p.in_w, "x", p.in_channels, " out ",
                p.out_h, "x", p.out_w, "x", p.out_channels, " kernel ", p.kernel_h, "x", p.kernel_w,
                " stride ", p.stride_h, "x", p.stride_w, " dilation ", p.dilation_h, "x",
                p.dilation_w, " pad ", p.pad_top, ",", p.pad_left, " groups ", p.groups,
                " activation ", static_cast<int>(p.activation.kind));
}

// Output extents from the input's and equal pads on both sides.
ConvParams shaped(ConvParams p) {
  auto extent = [](int64_t in, int64_t pad, int64_t kernel, int64_t dilation, int64_t stride) {
    return (in + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
  };
  p.out_h = extent(p.in_h, p.pad_top, p.kernel_h, p.dilation_h, p.stride_h);
  p.out_w = extent(p.in_w, p.pad_left, p.kernel_w, p.dilation_w, p.stride_w);
  return p;
}

ConvParams square(int64_t size, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t groups = 1, int64_t dilation = 1) {
  ConvParams p;
  p.in_h = size, p.in_w = size, p.in_channels = in_channels, p.out_channels = out_channels;
  p.kernel_h = p.kernel_w = kernel;
  p.stride_h = p.stride_w = stride;
  p.pad_top = p.pad_left = pad;
  p.dilation_h = p.dilation_w = dilation;
  p.groups = groups;
  return shaped(p);
}

// One output element: the sum, and the sum of absolute values.
struct Sum {
  double value = 0, magnitude = 0;
  void add(double term) {
    value += term;
    magnitude += std::abs(term);
  }
};

Sum reference_at(const ConvParams& p, const GuardedFloats& x, const GuardedFloats& w, int64_t n,
                 int64_t oh, int64_t ow, int64_t m) {
  Sum sum;
  const int64_t channels = p.in_channels / p.groups;
  const int64_t group = m / (p.out_channels / p.groups);
  for (int64_t kh = 0; kh < p.kernel_h; ++kh) {
    for (int64_t kw = 0; kw < p.kernel_w; ++kw) {
      const int64_t ih = oh * p.stride_h - p.pad_top + kh * p.dilation_h;
      const int64_t iw = ow * p.stride_w - p.pad_left + kw * p.dilation_w;
      if (ih < 0 || ih >= p.in_h || iw < 0 || iw >= p.in_w) continue;
      for (int64_t c = 0; c < channels; ++c) {
        const int64_t x_at =
            ((n * p.in_h + ih) * p.in_w + iw) * p.in_channels + group * channels + c;
        const int64_t w_at = ((m * channels + c) * p.kernel_h + kh) * p.kernel_w + kw;
        sum.add(static_cast<double>(x[x_at]) * static_cast<double>(w[w_at]));
      }
    }
  }
  return sum;
}

std::string_view run_case(const ConvParams& p, Extras extras, std::mt19937& random) {
  const GuardedFloats x(p.batch * p.in_h * p.in_w * p.in_channels, random);
  const GuardedFloats w(p.out_channels * (p.in_channels / p.groups) * p.kernel_h * p.kernel_w,
                        random);
  const GuardedFloats scale(p.out_channels, random, 0.5f, 2);
  const GuardedFloats bias(p.out_channels, random);
  const int64_t count = p.batch * p.out_h * p.out_w * p.out_channels;
  const GuardedFloats residual(count, random);
  const auto kernel =
      make_conv_f32(p, w.data(), extras.scale ? scale.data() : nullptr,
                    extras.bias ? bias.data() : nullptr, extras.residual ? 1 : kNoResidual);
  EXPECT_TRUE(kernel.is_ok());
  EXPECT_EQ((*kernel)->multiply_adds(), p.multiply_adds());
  EXPECT_EQ((*kernel)->can_overwrite_input(1), extras.residual);
  EXPECT_FALSE((*kernel)->can_overwrite_input(0));
  const GuardedFloats* inputs[] = {&x, &residual};
  const auto got = run_checked(**kernel, {inputs, extras.residual ? 2u : 1u}, count, random);

  std::vector<double> want, magnitude;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t m = i % p.out_channels;
    const int64_t ow = i / p.out_channels % p.out_w;
    const int64_t oh = i / p.out_channels / p.out_w % p.out_h;
    Sum sum = reference_at(p, x, w, i / p.out_channels / p.out_w / p.out_h, oh, ow, m);
    if (extras.scale) {
      sum.value *= static_cast<double>(scale[m]);
      sum.magnitude *= static_cast<double>(scale[m]);
    }
    if (extras.bias) sum.add(bias[m]);
    if (extras.residual) sum.add(residual[i]);
    want.push_back(apply_double(p.activation, sum.value));
    magnitude.push_back(sum.magnitude);
  }
  const auto terms = static_cast<double>(p.kernel_h * p.kernel_w * (p.in_channels / p.groups));
  expect_close(got, want, magnitude, 4 + std::sqrt(terms), describe(p));
  return (*kernel)->name();
}

TEST(ConvTest, SweepsWindowsStridesPadsAndChannels) {
  std::mt19937 random(11);
  std::set<std::string_view> swept;
  int turn = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (int64_t pad = 0; pad < kernel; ++pad) {
        for (const int64_t channels : {1, 3, 8, 13}) {
          for (const int64_t out_channels : {1, 7, 8, 20}) {
            const Extras extras{turn % 2 == 0, turn % 3 == 0, turn % 5 == 0};
            swept.insert(run_case(square(7 + turn % 3, channels, out_channels, kernel, stride, pad),
                                  extras, random));
            ++turn;
          }
        }
      }
    }
  }
  for (const int64_t kernel : {3, 5, 4}) {
    swept.insert(run_case(square(9, 6, 6, kernel, 1, 1, 6), {}, random));
  }
  expect_all_swept("conv", swept);
}

TEST(ConvTest, SweepsDepthwise) {
  std::mt19937 random(12);
  int turn = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t dilation : {1, 2, 3}) {
        for (int64_t pad = 0; pad <= kernel; ++pad) {
          for (const int64_t channels : {2, 4, 5, 8, 19}) {
            const int64_t size = 13 + turn % 4;
            const Extras extras{turn % 2 == 0, turn % 3 == 0, turn % 5 == 0};
            ++turn;
            if ((kernel - 1) * dilation + 1 > size + 2 * pad) continue;
            const auto p =
                square(size, channels, channels, kernel, stride, pad, channels, dilation);
            const auto name = run_case(p, extras, random);
            EXPECT_EQ(name.substr(0, 10), "f32_dwconv");
          }
        }
      }
    }
  }
}

TEST(ConvTest, SweepsGroupsAndDilations) {
  std::mt19937 random(13);
  for (const int64_t groups : {1, 2, 3}) {
    for (const int64_t per_group : {1, 4, 5}) {
      for (const int64_t out_per_group : {1, 2, 9}) {
        for (const int64_t dilation : {1, 2, 3}) {
          for (const int64_t pad : {0, 1, 3}) {
            const auto p = square(9, groups * per_group, groups * out_per_group, 3, 1 + pad % 2,
                                  pad, groups, dilation);
            run_case(p, {true, true, dilation == 2}, random);
          }
        }
      }
    }
  }
}

TEST(ConvTest, AppliesEveryActivationInEveryForm) {
  std::mt19937 random(14);
  for (const Activation& activation : every_activation()) {
    for (ConvParams p :
         {square(6, 5, 9, 1, 1, 0), square(1, 5, 9, 1, 1, 0), square(6, 5, 9, 3, 2, 1),
          square(6, 6, 6, 3, 1, 1, 6), square(6, 6, 9, 3, 1, 1, 3)}) {
      p.activation = activation;
      run_case(p, {true, true, false}, random);
      run_case(p, {false, true, true}, random);
    }
  }
}

TEST(ConvTest, HandlesUnevenPicturesAndBatches) {
  std::mt19937 random(15);
  for (const int64_t groups : {1, 2, 6}) {
    ConvParams p;
    p.batch = 3;
    p.in_h = 5, p.in_w = 11, p.in_channels = 6, p.out_channels = 6;
    p.kernel_h = 2, p.kernel_w = 5;
    p.stride_h = 1, p.stride_w = 2;
    p.dilation_h = 2, p.dilation_w = 1;
    p.pad_top = 1, p.pad_left = 3;
    p.groups = groups;
    p = shaped(p);
    run_case(p, {true, true, true}, random);
    // One row or column more than equal pads give: pads at the end may be larger.
    p.out_h += 1;
    p.out_w += 1;
    run_case(p, {true, true, true}, random);
    // A signal: no height.
    p.in_h = p.kernel_h = p.out_h = p.stride_h = p.dilation_h = 1;
    p.pad_top = 0;
    run_case(p, {false, true, false}, random);
  }
}

TEST(ConvTest, WindowsWhollyOutsideThePictureGiveTheBias) {
  std::mt19937 random(16);
  for (const int64_t groups : {1, 2, 4}) {
    run_case(square(2, 4, 4, 3, 1, 4, groups), {true, true, true}, random);
    run_case(square(3, 4, 4, 1, 2, 3, groups), {true, true, false}, random);
  }
}

TEST(ConvTest, WindowOverTheWholePictureIsAProduct) {
  std::mt19937 random(17);
  const ConvParams p = square(6, 5, 33, 6, 1, 0);
  const auto name = run_case(p, {true, true, false}, random);
  EXPECT_EQ(name.substr(0, 8), "f32_gemv");
  ConvParams batch = p;
  batch.batch = 7;
  EXPECT_EQ(run_case(batch, {true, true, true}, random).substr(0, 8), "f32_gemm");
}

TEST(ConvTest, LargeLayersAreCutIntoItems) {
  std::mt19937 random(18);
  run_case(square(10, 70, 130, 3, 1, 1), {true, true, true}, random);
  const std::vector<float> w(static_cast<size_t>(130 * 70 * 9));
  const auto kernel =
      make_conv_f32(square(10, 70, 130, 3, 1, 1), w.data(), nullptr, nullptr, kNoResidual);
  ASSERT_TRUE(kernel.is_ok());
  EXPECT_GT((*kernel)->items(), 10);
}

TEST(ConvTest, StepsThatAreNeverTakenMayBeHuge) {
  std::mt19937 random(19);
  for (const int64_t groups : {1, 2, 4}) {
    ConvParams p = square(3, 4, 4, 1, 1, 1, groups);
    p.dilation_h = p.dilation_w = std::numeric_limits<int64_t>::max();
    run_case(p, {false, true, false}, random);
    p = square(3, 4, 4, 3, 1, 0, groups);
    p.stride_h = p.stride_w = std::numeric_limits<int64_t>::max();
    run_case(p, {false, true, false}, random);
  }
}

}  // namespace
}  // namespace gossamer::test
