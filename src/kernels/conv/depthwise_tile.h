// The inner loops of the depthwise convolution, written once:
//
//   y[p, c] = clip( bias[c] + residual[p, c] + sum over kh, kw of
//                   x[kh * x_row + (kw * dilation_w + p * stride_w) * C + c] w[kh][kw][c] )
//
// for p < kPixels neighbouring pixels of one output row, whose taps all exist. Each weight is
// loaded once for the kPixels, and so is each column of the picture where the window is known when
// compiling. The border is done one pixel at a time with a smaller window.
#ifndef GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_
#define GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_

#include <cstdint>

#include "base/simd.h"

namespace gossamer {

struct DepthwiseTile {
  const float* x = nullptr;     // first tap of the first pixel
  int64_t x_row = 0;            // floats from one row of the window to the next
  int64_t x_tap = 0;            // floats from one tap to the next: dilation_w * C
  int64_t x_pixel = 0;          // floats from one output pixel's window to the next: stride_w * C
  const float* w = nullptr;     // first tap that exists
  int64_t w_row = 0;            // kernel_w * w_tap
  int64_t w_tap = 0;            // C rounded up to a multiple of 4
  int64_t rows = 0, taps = 0;   // of the window that exist
  const float* bias = nullptr;  // C rounded up
  const float* residual = nullptr;  // laid out as y, or null
  float* y = nullptr;
  int64_t channels = 0;  // C
  float low = 0, high = 0;
};

// `lanes` channels from c on. kTaps is t.taps, and kStep taps are t.x_pixel; or both are 0, and
// only known at run time.
template <int kPixels, int kTaps, int kStep, bool kWhole>
inline void depthwise_lanes(const DepthwiseTile& t, int64_t c, int lanes) {
  using simd::F32x4;
  auto load = [&](const float* p) { return kWhole ? simd::load(p) : simd::load_partial(p, lanes); };
  F32x4 sums[kPixels];
  const F32x4 bias = simd::load(t.bias + c);
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) sums[p] = bias;
  for (int64_t row = 0; row < t.rows; ++row) {
    const float* x = t.x + row * t.x_row + c;
    const float* w = t.w + row * t.w_row + c;
    if constexpr (kTaps > 0) {
      F32x4 weights[kTaps];
      GOSSAMER_UNROLL
      for (int tap = 0; tap < kTaps; ++tap, w += t.w_tap) weights[tap] = simd::load(w);
      GOSSAMER_UNROLL
      for (int column = 0; column < (kPixels - 1) * kStep + kTaps; ++column, x += t.x_tap) {
        const F32x4 value = load(x);
        GOSSAMER_UNROLL
        for (int p = 0; p < kPixels; ++p) {
          const int tap = column - p * kStep;
          if (tap >= 0 && tap < kTaps) sums[p] = simd::madd(value, weights[tap], sums[p]);
        }
      }
    } else {
      for (int64_t tap = 0; tap < t.taps; ++tap, x += t.x_tap, w += t.w_tap) {
        const F32x4 weight = simd::load(w);
        GOSSAMER_UNROLL
        for (int p = 0; p < kPixels; ++p) {
          sums[p] = simd::madd(load(x + p * t.x_pixel), weight, sums[p]);
        }
      }
    }
  }
  const F32x4 low = simd::splat(t.low), high = simd::splat(t.high);
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) {
    const int64_t at = p * t.channels + c;
    if (t.residual != nullptr) sums[p] += load(t.residual + at);
    const F32x4 result = simd::clip(sums[p], low, high);
    if constexpr (kWhole) {
      simd::store(t.y + at, result);
    } else {
      simd::store_partial(t.y + at, result, lanes);
    }
  }
}

template <int kPixels, int kTaps, int kStep>
void depthwise_tile(const DepthwiseTile& t) {
  int64_t c = 0;
  for (; c + simd::kLanes <= t.channels; c += simd::kLanes) {
    depthwise_lanes<kPixels, kTaps, kStep, true>(t, c, simd::kLanes);
  }
  if (c < t.channels) {
    depthwise_lanes<kPixels, kTaps, kStep, false>(t, c, static_cast<int>(t.channels - c));
  }
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_
