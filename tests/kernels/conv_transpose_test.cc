// Transposed convolutions against the formula of conv_transpose.h in double precision, spread tap
// by tap: windows, strides, dilations, pads, outputs longer than the windows reach, groups, and
// channel counts around the width of a panel.
#include "kernels/conv/conv_transpose.h"

#include <gtest/gtest.h>

#include <cstring>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

// `more` rows and columns of output beyond what the windows cover.
ConvParams square(int64_t size, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t more = 0, int64_t dilation = 1,
                  int64_t groups = 1) {
  ConvParams p;
  p.batch = 2;
  p.in_h = size, p.in_w = size + 2;
  p.in_channels = in_channels, p.out_channels = out_channels;
  p.kernel_h = p.kernel_w = kernel;
  p.stride_h = p.stride_w = stride;
  p.dilation_h = p.dilation_w = dilation;
  p.pad_top = p.pad_left = pad;
  p.groups = groups;
  const auto out = [&](int64_t in) {
    return (in - 1) * stride + (kernel - 1) * dilation + 1 - 2 * pad + more;
  };
  p.out_h = out(p.in_h), p.out_w = out(p.in_w);
  return p;
}

struct Expected {
  std::vector<double> sums, magnitudes;
};

Expected spread(const ConvParams& p, const GuardedFloats& x, const GuardedFloats& weights,
                const GuardedFloats* bias) {
  const int64_t columns = p.out_channels / p.groups, length = p.in_channels / p.groups;
  Expected y;
  for (int64_t i = 0; i < p.batch * p.out_h * p.out_w * p.out_channels; ++i) {
    const double first = bias == nullptr ? 0 : static_cast<double>((*bias)[i % p.out_channels]);
    y.sums.push_back(first);
    y.magnitudes.push_back(std::abs(first));
  }
  for (int64_t i = 0; i < x.count(); ++i) {
    const int64_t c = i % p.in_channels, pixel = i / p.in_channels;
    const int64_t iw = pixel % p.in_w, ih = pixel / p.in_w % p.in_h, n = pixel / p.in_w / p.in_h;
    for (int64_t tap = 0; tap < p.kernel_h * p.kernel_w; ++tap) {
      const int64_t oh = ih * p.stride_h - p.pad_top + tap / p.kernel_w * p.dilation_h;
      const int64_t ow = iw * p.stride_w - p.pad_left + tap % p.kernel_w * p.dilation_w;
      if (oh < 0 || oh >= p.out_h || ow < 0 || ow >= p.out_w) continue;
      for (int64_t j = 0; j < columns; ++j) {
        const double term =
            static_cast<double>(x[i]) *
            static_cast<double>(weights[(c * columns + j) * p.kernel_h * p.kernel_w + tap]);
        const auto at = static_cast<size_t>(((n * p.out_h + oh) * p.out_w + ow) * p.out_channels +
                                            c / length * columns + j);
        y.sums[at] += term;
        y.magnitudes[at] += std::abs(term);
      }
    }
  }
  return y;
}

std::vector<float> run_case(const ConvParams& p, bool biased, std::mt19937& random) {
  const GuardedFloats x(p.batch * p.in_h * p.in_w * p.in_channels, random);
  const GuardedFloats weights(p.in_channels * (p.out_channels / p.groups) * p.kernel_h * p.kernel_w,
                              random);
  const GuardedFloats bias(p.out_channels, random);
  auto kernel = make_conv_transpose_f32(p, weights.data(), biased ? bias.data() : nullptr);
  EXPECT_TRUE(kernel.is_ok());
  const GuardedFloats* inputs[] = {&x};
  const Expected want = spread(p, x, weights, biased ? &bias : nullptr);
  auto got = run_checked(**kernel, inputs, std::ssize(want.sums), random);
  expect_close(got, want.sums, want.magnitudes, 8,
               concat("transposed ", p.in_h, "x", p.in_w, "x", p.in_channels, " to ", p.out_h, "x",
                      p.out_w, "x", p.out_channels, " window ", p.kernel_h, "x", p.kernel_w,
                      " stride ", p.stride_h, " pad ", p.pad_top, " groups ", p.groups));
  EXPECT_EQ((*kernel)->name().substr(0, 17), "f32_convtranspose");
  return got;
}

TEST(ConvTransposeTest, SweepsWindowsStridesAndPads) {
  std::mt19937 random(81);
  int turn = 0;
  for (const int64_t kernel : {1, 2, 3, 4, 5}) {
    for (const int64_t stride : {1, 2, 3, 7}) {
      for (int64_t pad = 0; pad < kernel; ++pad) {
        for (const int64_t dilation : {1, 2, 3}) {
          const int64_t size = 4 + turn % 3, more = turn % 2 * (stride - 1);
          const auto p =
              square(size, 1 + turn % 5, 1 + turn % 19, kernel, stride, pad, more, dilation);
          ++turn;
          if (p.out_h > 0) run_case(p, turn % 3 != 0, random);
        }
      }
    }
  }
}

TEST(ConvTransposeTest, GroupsWideRowsAndManyChannels) {
  std::mt19937 random(82);
  run_case(square(5, 6, 9, 3, 2, 1, 1, 1, 3), true, random);
  run_case(square(5, 8, 8, 4, 2, 1, 0, 1, 8), true, random);
  run_case(square(2, 40, 130, 4, 2, 1), true, random);
  run_case(square(1, 3, 5, 64, 64, 0), false, random);
  ConvParams line = square(1, 7, 5, 3, 2, 0);
  line.in_h = line.out_h = line.kernel_h = line.stride_h = 1;
  line.in_w = 150, line.out_w = 301;
  run_case(line, true, random);
}

TEST(ConvTransposeTest, ChangesNoBitWithTheNumberOfThreads) {
  std::vector<float> alone;
  for (const int threads : {1, 2, 3, 8}) {
    std::mt19937 random(83);
    ConvParams p = square(14, 64, 136, 3, 2, 1, 1);
    p.threads = threads;
    const auto got = run_case(p, true, random);
    if (threads == 1) alone = got;
    EXPECT_EQ(std::memcmp(got.data(), alone.data(), got.size() * sizeof(float)), 0) << threads;
  }
}

}  // namespace
}  // namespace gossamer::test
