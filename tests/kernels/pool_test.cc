// Pooling against its formula in double precision: windows, strides, dilations, pads (with and
// without counting them), and channel counts around the vector width.
#include "kernels/pool/pool.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

using Kind = PoolParams::Kind;

std::string describe(const PoolParams& p, int64_t norm) {
  return concat(norm != 0              ? "norm"
                : p.kind == Kind::kMax ? "max"
                                       : "average",
                " in ", p.in_h, "x", p.in_w, "x", p.channels, " kernel ", p.kernel_h, "x",
                p.kernel_w, " stride ", p.stride_h, "x", p.stride_w, " dilation ", p.dilation_h,
                " pad ", p.pad_top, ",", p.pad_left, p.count_include_pad ? " counted" : "");
}

// `hang` more rows and columns of output than fit, as ceil_mode gives.
PoolParams square(Kind kind, int64_t size, int64_t channels, int64_t kernel, int64_t stride,
                  int64_t pad, int64_t dilation = 1, int64_t hang = 0) {
  PoolParams p;
  p.kind = kind;
  p.in_h = size, p.in_w = size + 2, p.channels = channels;
  p.kernel_h = p.kernel_w = kernel;
  p.stride_h = p.stride_w = stride;
  p.dilation_h = p.dilation_w = dilation;
  p.pad_top = p.pad_left = p.pad_bottom = p.pad_right = pad;
  const int64_t reach = (kernel - 1) * dilation + 1;
  p.out_h = (p.in_h + 2 * pad - reach) / stride + 1 + hang;
  p.out_w = (p.in_w + 2 * pad - reach) / stride + 1 + hang;
  return p;
}

struct Pixel {
  double value, magnitude;
};

// `norm` is the p of a norm or, for the kinds of `p`, 0.
Pixel reference_at(const PoolParams& p, int64_t norm, const GuardedFloats& x, int64_t n, int64_t oh,
                   int64_t ow, int64_t c) {
  double best = -std::numeric_limits<double>::infinity();
  double sum = 0, magnitude = 0, squares = 0;
  int64_t inside = 0, padded = 0;
  for (int64_t kh = 0; kh < p.kernel_h; ++kh) {
    for (int64_t kw = 0; kw < p.kernel_w; ++kw) {
      const int64_t ih = oh * p.stride_h - p.pad_top + kh * p.dilation_h;
      const int64_t iw = ow * p.stride_w - p.pad_left + kw * p.dilation_w;
      if (ih < p.in_h + p.pad_bottom && iw < p.in_w + p.pad_right) ++padded;
      if (ih < 0 || ih >= p.in_h || iw < 0 || iw >= p.in_w) continue;
      const double value = x[((n * p.in_h + ih) * p.in_w + iw) * p.channels + c];
      ++inside;
      best = std::max(best, value);
      sum += value;
      magnitude += std::abs(value);
      squares += value * value;
    }
  }
  if (norm != 0) {
    const double value = norm == 1 ? magnitude : std::sqrt(squares);
    return {value, value};
  }
  if (p.kind == Kind::kMax) return {best, 0};
  const auto count = static_cast<double>(p.count_include_pad ? padded : inside);
  return count == 0 ? Pixel{0, 0} : Pixel{sum / count, magnitude / count};
}

std::string_view run_case(const PoolParams& p, std::mt19937& random, int64_t norm = 0) {
  const GuardedFloats x(p.batch * p.in_h * p.in_w * p.channels, random);
  const auto kernel = norm == 0 ? make_pool_f32(p) : make_lp_pool_f32(p, norm);
  const GuardedFloats* inputs[] = {&x};
  const int64_t count = p.batch * p.out_h * p.out_w * p.channels;
  const auto got = run_checked(*kernel, inputs, count, random);
  std::vector<float> finite;
  std::vector<double> want, magnitude;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t pixel = i / p.channels;
    const Pixel expected = reference_at(p, norm, x, pixel / p.out_w / p.out_h,
                                        pixel / p.out_w % p.out_h, pixel % p.out_w, i % p.channels);
    if (std::isinf(expected.value)) {
      EXPECT_EQ(got[static_cast<size_t>(i)], -std::numeric_limits<float>::infinity());
      continue;
    }
    finite.push_back(got[static_cast<size_t>(i)]);
    want.push_back(expected.value);
    magnitude.push_back(expected.magnitude);
  }
  // A norm is computed in double precision and rounded once.
  double epsilons = 1;
  if (norm == 0) epsilons = p.kind == Kind::kMax ? 0 : 2 + std::sqrt(p.kernel_h * p.kernel_w);
  expect_close(finite, want, magnitude, epsilons, describe(p, norm));
  return kernel->name();
}

TEST(PoolTest, SweepsWindows) {
  std::mt19937 random(21);
  std::set<std::string_view> swept;
  int turn = 0;
  for (const Kind kind : {Kind::kMax, Kind::kAverage}) {
    for (const int64_t kernel : {1, 2, 3, 5}) {
      for (const int64_t stride : {1, 2, 3}) {
        for (int64_t pad = 0; pad < kernel; ++pad) {
          for (const int64_t channels : {1, 4, 7, 16, 17}) {
            for (const int64_t dilation : {1, 2}) {
              PoolParams p = square(kind, 9, channels, kernel, stride, pad, dilation, turn % 2);
              p.batch = 1 + turn % 2;
              p.count_include_pad = ++turn % 3 == 0;
              swept.insert(run_case(p, random));
              swept.insert(run_case(p, random, 1 + turn % 2));
            }
          }
        }
      }
    }
  }
  PoolParams global = square(Kind::kAverage, 5, 9, 5, 1, 0);
  global.in_w = 5, global.out_w = 1;
  swept.insert(run_case(global, random));
  expect_all_swept("pool", swept);
}

TEST(PoolTest, SweepsWholePictures) {
  std::mt19937 random(22);
  for (const Kind kind : {Kind::kMax, Kind::kAverage}) {
    for (const int64_t channels : {1, 3, 4, 15, 16, 17, 63, 65, 130}) {
      for (const int64_t size : {1, 2, 7, 33}) {
        PoolParams p = square(kind, size, channels, size, 1, 0);
        p.in_w = p.kernel_w = size + 3;
        p.out_w = 1;
        p.batch = 2;
        run_case(p, random);
      }
    }
  }
}

TEST(PoolTest, WindowsWithoutPixels) {
  std::mt19937 random(23);
  for (const Kind kind : {Kind::kMax, Kind::kAverage}) {
    run_case(square(kind, 2, 5, 2, 1, 3), random);
    PoolParams p = square(kind, 2, 5, 2, 1, 3);
    p.count_include_pad = true;
    run_case(p, random);
  }
  run_case(square(Kind::kMax, 2, 5, 2, 1, 3), random, 2);
}

TEST(PoolTest, NanWinsAMaximum) {
  PoolParams p = square(Kind::kMax, 3, 5, 3, 1, 0);
  p.in_w = 3, p.out_w = 1;
  const auto kernel = make_pool_f32(p);
  for (size_t place = 0; place < 9; ++place) {
    std::vector<float> x(45, 1.0f), y(5);
    x[place * 5 + 2] = std::numeric_limits<float>::quiet_NaN();
    x[place * 5 + 4] = std::numeric_limits<float>::quiet_NaN();
    const void* inputs[] = {x.data()};
    void* outputs[] = {y.data()};
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    EXPECT_EQ(y[0], 1.0f);
    EXPECT_TRUE(std::isnan(y[2])) << place;
    EXPECT_TRUE(std::isnan(y[4])) << place;
  }
}

}  // namespace
}  // namespace gossamer::test
