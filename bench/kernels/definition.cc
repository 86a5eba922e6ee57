// See definition.h, and kernels/conv/conv_params.h, gemm/gemm.h and pool/pool.h for the formulas.
#include "bench/kernels/definition.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gossamer::bench {
namespace {

struct Definition {
  const Tensors& tensors;
  int64_t place;
  Expected sum = {};
  double terms = 0;

  double x(int64_t i) const { return static_cast<double>(tensors.x.as<float>()[i]); }
  double second(int64_t i) const { return static_cast<double>(tensors.second.as<float>()[i]); }
  double bias(int64_t i) const { return static_cast<double>(tensors.bias.as<float>()[i]); }
  void add(double term) {
    sum.value += term;
    sum.magnitude += std::abs(term);
    ++terms;
  }

  Expected operator()(const ConvParams& p) {
    const int64_t m = place % p.out_channels;
    const int64_t ow = place / p.out_channels % p.out_w;
    const int64_t oh = place / p.out_channels / p.out_w % p.out_h;
    const int64_t n = place / p.out_channels / p.out_w / p.out_h;
    const int64_t depth = p.in_channels / p.groups;
    const int64_t first = m / (p.out_channels / p.groups) * depth;
    add(bias(m));
    for (int64_t kh = 0; kh < p.kernel_h; ++kh) {
      const int64_t ih = oh * p.stride_h - p.pad_top + kh * p.dilation_h;
      for (int64_t kw = 0; kw < p.kernel_w; ++kw) {
        const int64_t iw = ow * p.stride_w - p.pad_left + kw * p.dilation_w;
        if (ih < 0 || iw < 0 || ih >= p.in_h || iw >= p.in_w) continue;
        for (int64_t c = 0; c < depth; ++c) {
          add(x(((n * p.in_h + ih) * p.in_w + iw) * p.in_channels + first + c) *
              second(((m * depth + c) * p.kernel_h + kh) * p.kernel_w + kw));
        }
      }
    }
    return sum;
  }

  Expected operator()(const GemmShape& p) {
    add(bias(place % p.n));
    return product({1, p.m, p.k, p.n});
  }

  Expected operator()(const MatMulShape& p) { return product(p); }
  Expected product(const MatMulShape& p) {
    const int64_t column = place % p.n, row = place / p.n % p.m, batch = place / p.n / p.m;
    for (int64_t i = 0; i < p.k; ++i) {
      add(x((batch * p.m + row) * p.k + i) * second((batch * p.k + i) * p.n + column));
    }
    return sum;
  }

  Expected operator()(const PoolParams& p) {
    const int64_t c = place % p.channels;
    const int64_t ow = place / p.channels % p.out_w;
    const int64_t oh = place / p.channels / p.out_w % p.out_h;
    const int64_t n = place / p.channels / p.out_w / p.out_h;
    double best = -std::numeric_limits<double>::infinity();
    int64_t counted = 0;
    for (int64_t kh = 0; kh < p.kernel_h; ++kh) {
      const int64_t ih = oh * p.stride_h - p.pad_top + kh * p.dilation_h;
      for (int64_t kw = 0; kw < p.kernel_w; ++kw) {
        const int64_t iw = ow * p.stride_w - p.pad_left + kw * p.dilation_w;
        counted += ih < p.in_h + p.pad_bottom && iw < p.in_w + p.pad_right ? 1 : 0;
        if (ih < 0 || iw < 0 || ih >= p.in_h || iw >= p.in_w) continue;
        const double pixel = x(((n * p.in_h + ih) * p.in_w + iw) * p.channels + c);
        best = std::max(best, pixel);
        add(pixel);
      }
    }
    if (p.kind == PoolParams::Kind::kMax) return {best, std::abs(best)};
    const double divisor = p.count_include_pad ? static_cast<double>(counted) : terms;
    return {sum.value / divisor, sum.magnitude / divisor};
  }
};

}  // namespace

Expected expected_at(const Layer& layer, const Tensors& tensors, int64_t place) {
  return std::visit(Definition{tensors, place}, layer);
}

}  // namespace gossamer::bench
