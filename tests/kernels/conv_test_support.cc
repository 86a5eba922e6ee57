// See conv_test_support.h.
#include "conv_test_support.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace gossamer::test {
namespace {

std::string describe(const ConvParams& p) {
  return concat("batch ", p.batch, " in ", p.in_h, "x", p.in_w, "x", p.in_channels, " out ",
                p.out_h, "x", p.out_w, "x", p.out_channels, " kernel ", p.kernel_h, "x", p.kernel_w,
                " stride ", p.stride_h, "x", p.stride_w, " dilation ", p.dilation_h, "x",
                p.dilation_w, " pad ", p.pad_top, ",", p.pad_left, " groups ", p.groups,
                " activation ", static_cast<int>(p.activation.kind));
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

// How much further than a direct sum a kernel may be off: Winograd's transforms add numbers that
// cancel (see kernels/winograd/transforms.h).
double error_factor(std::string_view kernel) {
  if (kernel.starts_with("f32_winograd_4x4")) return 6;
  if (kernel.starts_with("f32_winograd_line")) return 2;
  return kernel.starts_with("f32_winograd_2x2") ? 1.5 : 1;
}

}  // namespace

ConvParams shaped(ConvParams p) {
  auto extent = [](int64_t in, int64_t pad, int64_t kernel, int64_t dilation, int64_t stride) {
    return (in + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
  };
  p.out_h = extent(p.in_h, p.pad_top, p.kernel_h, p.dilation_h, p.stride_h);
  p.out_w = extent(p.in_w, p.pad_left, p.kernel_w, p.dilation_w, p.stride_w);
  return p;
}

ConvParams square(int64_t size, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t groups, int64_t dilation) {
  ConvParams p;
  p.in_h = size, p.in_w = size, p.in_channels = in_channels, p.out_channels = out_channels;
  p.kernel_h = p.kernel_w = kernel;
  p.stride_h = p.stride_w = stride;
  p.pad_top = p.pad_left = pad;
  p.dilation_h = p.dilation_w = dilation;
  p.groups = groups;
  return shaped(p);
}

std::string_view run_case(const ConvParams& p, Extras extras, std::mt19937& random,
                          const MakeConv& make) {
  const GuardedFloats x(p.batch * p.in_h * p.in_w * p.in_channels, random);
  const GuardedFloats w(p.out_channels * (p.in_channels / p.groups) * p.kernel_h * p.kernel_w,
                        random);
  const GuardedFloats scale(p.out_channels, random, 0.5f, 2);
  const GuardedFloats bias(p.out_channels, random);
  const int64_t count = p.batch * p.out_h * p.out_w * p.out_channels;
  const GuardedFloats residual(count, random);
  const ConvWeights weights{w.data(), extras.scale ? scale.data() : nullptr,
                            extras.bias ? bias.data() : nullptr};
  const int residual_input = extras.residual ? 1 : kNoResidual;
  const auto kernel =
      make ? make(p, weights, residual_input)
           : make_conv_f32(p, weights.oihw, weights.scale, weights.bias, residual_input);
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
  const double factor = error_factor((*kernel)->name());
  if (factor > 1) std::ranges::fill(magnitude, *std::ranges::max_element(magnitude));
  expect_close(got, want, magnitude, factor * (4 + std::sqrt(terms)), describe(p));
  return (*kernel)->name();
}

}  // namespace gossamer::test
