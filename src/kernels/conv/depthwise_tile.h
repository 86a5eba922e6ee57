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

#include <algorithm>
#include <cstddef>
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
  int64_t w_tap = 0;         // from one to the next, and from row to row: C rounded up to 4
  int64_t rows = 0;          // of the window that exist
  int pixels = 0;            // that exist
  DepthwiseOutput out;
};

// Of the columns that a window of kTaps covers for kPixels pixels, kStep apart.
constexpr int depthwise_columns(int pixels, int taps, int step) {
  return (pixels - 1) * step + taps;
}

// Vectors of channels that share the addresses of a window's columns, as far as V8's 15 registers
// hold their sums and weights.
constexpr int depthwise_vectors(int taps) {
  return taps == 3 ? 2 : 1;
}

// Requires a number of channels that those vectors divide. Everything is copied out of `t` first,
// because a store might change it, for all that the compiler knows; and as wide as an address,
// which leaves no conversions in the loops on wasm32.
template <int kPixels, int kTaps, int kStep>
void depthwise_window(const DepthwiseWindow& t) {
  using simd::F32x4;
  constexpr int kColumns = depthwise_columns(kPixels, kTaps, kStep);
  constexpr int kVectors = depthwise_vectors(kTaps);
  const auto channels = static_cast<std::ptrdiff_t>(t.out.channels);
  const auto x_offset = static_cast<std::ptrdiff_t>(t.x_offset);
  const auto w_tap = static_cast<std::ptrdiff_t>(t.w_tap);
  const auto rows = static_cast<std::ptrdiff_t>(t.rows);
  const float* const* columns = t.columns;
  const float *weights = t.w, *bias = t.out.bias, *residual = t.out.residual;
  float* y = t.out.y;
  const float low = t.out.low, high = t.out.high;
  // Pixels that do not exist are written to the place of the last, before it.
  std::ptrdiff_t places[kPixels];
  GOSSAMER_UNROLL
  for (int p = 0; p < kPixels; ++p) places[p] = std::min(p, t.pixels - 1) * channels;

  for (std::ptrdiff_t c = 0; c < channels; c += kVectors * simd::kLanes) {
    F32x4 sums[kPixels][kVectors];
    GOSSAMER_UNROLL
    for (int v = 0; v < kVectors; ++v) {
      const F32x4 start = simd::load(bias + c + v * simd::kLanes);
      GOSSAMER_UNROLL
      for (int p = 0; p < kPixels; ++p) sums[p][v] = start;
    }
    const float* const* column = columns;
    const float* w = weights + c;
    const std::ptrdiff_t at = c + x_offset;
    for (std::ptrdiff_t row = 0; row < rows; ++row, column += kColumns) {
      F32x4 tap_weights[kTaps][kVectors];
      GOSSAMER_UNROLL
      for (int tap = 0; tap < kTaps; ++tap, w += w_tap) {
        GOSSAMER_UNROLL
        for (int v = 0; v < kVectors; ++v) tap_weights[tap][v] = simd::load(w + v * simd::kLanes);
      }
      GOSSAMER_UNROLL
      for (int i = 0; i < kColumns; ++i) {
        const float* x = column[i] + at;
        GOSSAMER_UNROLL
        for (int v = 0; v < kVectors; ++v) {
          const F32x4 value = simd::load(x + v * simd::kLanes);
          GOSSAMER_UNROLL
          for (int p = 0; p < kPixels; ++p) {
            const int tap = i - p * kStep;
            if (tap < 0 || tap >= kTaps) continue;
            sums[p][v] = simd::madd(value, tap_weights[tap][v], sums[p][v]);
          }
        }
      }
    }
    if (residual != nullptr) {
      GOSSAMER_UNROLL
      for (int p = 0; p < kPixels; ++p) {
        GOSSAMER_UNROLL
        for (int v = 0; v < kVectors; ++v) {
          sums[p][v] += simd::load(residual + places[p] + c + v * simd::kLanes);
        }
      }
    }
    GOSSAMER_UNROLL
    for (int p = kPixels - 1; p >= 0; --p) {
      GOSSAMER_UNROLL
      for (int v = 0; v < kVectors; ++v) {
        simd::store(y + places[p] + c + v * simd::kLanes,
                    simd::clip(sums[p][v], simd::splat(low), simd::splat(high)));
      }
    }
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
