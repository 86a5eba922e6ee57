// The inner loops of the depthwise convolution:
//
//   y[p, c] = clip( bias[c] + residual[p, c] + sum over kh, kw of
//                   x[kh, p * stride_w + kw * dilation_w, c] w[kh][kw][c] )
//
// for neighbouring pixels of one output row. Two forms: windows of a common shape, over whole
// vectors of channels, are told by the addresses of their columns, which lets each be loaded once
// for all pixels, and those outside the picture be zeros; any other window is walked tap by tap,
// and must exist.
#ifndef GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_
#define GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_

#include <cstdint>

#include "base/simd.h"

namespace gossamer {

// What both forms need, and the results' place.
struct DepthwiseOutput {
  const float* bias = nullptr;      // C rounded up
  const float* residual = nullptr;  // laid out as y, or null
  float* y = nullptr;
  int64_t channels = 0;  // C
  float low = 0, high = 0;
};

struct DepthwiseWindow {
  // [rows][columns] of the window that `kPixels` pixels share: the first channel there.
  const float* const* columns = nullptr;
  int64_t x_offset = 0;      // to be added to all of them
  const float* w = nullptr;  // first row that exists
  int64_t w_row = 0;         // kernel_w * w_tap
  int64_t w_tap = 0;         // C rounded up to a multiple of 4
  int64_t rows = 0;          // of the window that exist
  int pixels = 0;            // that exist
  DepthwiseOutput out;
};

// Of the columns that a window of kTaps covers for kPixels pixels, kStep apart.
constexpr int depthwise_columns(int pixels, int taps, int step) {
  return (pixels - 1) * step + taps;
}

template <bool kWhole>
inline void finish_depthwise(const DepthwiseOutput& out, int64_t pixel, int64_t c, int lanes,
                             simd::F32x4 sum) {
  const int64_t at = pixel * out.channels + c;
  if (out.residual != nullptr) {
    sum += kWhole ? simd::load(out.residual + at) : simd::load_partial(out.residual + at, lanes);
  }
  const simd::F32x4 result = simd::clip(sum, simd::splat(out.low), simd::splat(out.high));
  if constexpr (kWhole) {
    simd::store(out.y + at, result);
  } else {
    simd::store_partial(out.y + at, result, lanes);
  }
}

// Four channels from c on.
template <int kPixels, int kTaps, int kStep>
inline void depthwise_window_lanes(const DepthwiseWindow& t, int64_t c) {
  using simd::F32x4;
  constexpr int kColumns = depthwise_columns(kPixels, kTaps, kStep);
  F32x4 sums[kPixels];
  const F32x4 bias = simd::load(t.out.bias + c);
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) sums[p] = bias;
  const float* const* columns = t.columns;
  const float* row_weights = t.w + c;
  const int64_t at = c + t.x_offset;
  for (int64_t row = 0; row < t.rows; ++row, columns += kColumns, row_weights += t.w_row) {
    F32x4 weights[kTaps];
    const float* w = row_weights;
    GOSSAMER_UNROLL
    for (int tap = 0; tap < kTaps; ++tap, w += t.w_tap) weights[tap] = simd::load(w);
    GOSSAMER_UNROLL
    for (int column = 0; column < kColumns; ++column) {
      const F32x4 value = simd::load(columns[column] + at);
      GOSSAMER_UNROLL
      for (int p = 0; p < kPixels; ++p) {
        const int tap = column - p * kStep;
        if (tap >= 0 && tap < kTaps) sums[p] = simd::madd(value, weights[tap], sums[p]);
      }
    }
  }
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) {
    if (p < t.pixels) finish_depthwise<true>(t.out, p, c, simd::kLanes, sums[p]);
  }
}

template <int kPixels, int kTaps, int kStep>
void depthwise_window(const DepthwiseWindow& t) {
  for (int64_t c = 0; c < t.out.channels; c += simd::kLanes) {
    depthwise_window_lanes<kPixels, kTaps, kStep>(t, c);
  }
}

struct DepthwiseTaps {
  const float* x = nullptr;    // first tap of the first pixel
  int64_t x_row = 0;           // floats from one row of the window to the next
  int64_t x_tap = 0;           // floats from one tap to the next: dilation_w * C
  int64_t x_pixel = 0;         // floats from one output pixel's window to the next: stride_w * C
  const float* w = nullptr;    // first tap that exists
  int64_t w_row = 0;           // kernel_w * w_tap
  int64_t w_tap = 0;           // C rounded up to a multiple of 4
  int64_t rows = 0, taps = 0;  // of the window that exist
  DepthwiseOutput out;
};

template <int kPixels, bool kWhole>
inline void depthwise_taps_lanes(const DepthwiseTaps& t, int64_t c, int lanes) {
  using simd::F32x4;
  auto load = [&](const float* p) { return kWhole ? simd::load(p) : simd::load_partial(p, lanes); };
  F32x4 sums[kPixels];
  const F32x4 bias = simd::load(t.out.bias + c);
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) sums[p] = bias;
  for (int64_t row = 0; row < t.rows; ++row) {
    const float* x = t.x + row * t.x_row + c;
    const float* w = t.w + row * t.w_row + c;
    for (int64_t tap = 0; tap < t.taps; ++tap, x += t.x_tap, w += t.w_tap) {
      const F32x4 weight = simd::load(w);
      GOSSAMER_UNROLL
      for (int p = 0; p < kPixels; ++p) {
        sums[p] = simd::madd(load(x + p * t.x_pixel), weight, sums[p]);
      }
    }
  }
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) finish_depthwise<kWhole>(t.out, p, c, lanes, sums[p]);
}

template <int kPixels>
void depthwise_taps(const DepthwiseTaps& t) {
  int64_t c = 0;
  for (; c + simd::kLanes <= t.out.channels; c += simd::kLanes) {
    depthwise_taps_lanes<kPixels, true>(t, c, simd::kLanes);
  }
  if (c < t.out.channels) {
    depthwise_taps_lanes<kPixels, false>(t, c, static_cast<int>(t.out.channels - c));
  }
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_DEPTHWISE_TILE_H_
