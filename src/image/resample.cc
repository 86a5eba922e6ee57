// See resample.h. Each function has a vector form and a plain one, for builds without vectors; the
// plain one also shows what is computed.
#include "image/resample.h"

#include <algorithm>
#include <cstring>

#include "base/simd_bytes.h"

namespace gossamer {
namespace {

using simd::dot_pairs;
using simd::I16x8;
using simd::I32x4;
using simd::U32x4;
using simd::U8x16;

constexpr int kBits = AxisWeights::kBits;
constexpr int kLowBits = AxisWeights::kLowBits;
constexpr uint32_t kHalf = uint32_t{1} << (kBits - 1);

// A sum with kHalf in it.
uint8_t round_off(uint32_t sum) {
  return static_cast<uint8_t>(std::clamp(static_cast<int32_t>(sum) >> kBits, 0, 255));
}

// ---- plain --------------------------------------------------------------------------------------

// Values of one channel, `stride` bytes apart.
uint8_t weigh(const uint8_t* in, size_t stride, AxisWeights::Halves weights, int taps) {
  uint32_t sum = kHalf;
  for (int t = 0; t < taps; ++t, in += stride) {
    sum += static_cast<uint32_t>(*in * (weights.high[t] * (1 << kLowBits) + weights.low[t]));
  }
  return round_off(sum);
}

// ---- vectors ------------------------------------------------------------------------------------

// The two halves of four sums, so far. Unsigned, because they may wrap.
struct Sums {
  U32x4 high = {0, 0, 0, 0};
  U32x4 low = {0, 0, 0, 0};

  void add(I16x8 pixels, I16x8 high_weights, I16x8 low_weights) {
    high += std::bit_cast<U32x4>(dot_pairs(pixels, high_weights));
    low += std::bit_cast<U32x4>(dot_pairs(pixels, low_weights));
  }
  U32x4 whole() const { return (high << kLowBits) + low; }
  I32x4 rounded() const { return std::bit_cast<I32x4>(whole() + kHalf) >> kBits; }
};

// Four pixels at a time: [r0 g0 b0 x0 r1 ...] becomes the pairs [r0 r1 g0 g1 ...] of two each.
void resample_row_rgbx(const uint8_t* in, const AxisWeights& columns, int count, uint8_t* out) {
  for (int x = 0; x < count; ++x, out += 4) {
    const AxisWeights::Halves weights = columns.weights(x);
    const uint8_t* pixel = in + static_cast<ptrdiff_t>(columns.first(x)) * 4;
    Sums sums;
    for (int t = 0, taps = columns.count(x); t < taps; t += 4, pixel += 16) {
      const auto four = simd::load_as<U8x16>(pixel);
      const U8x16 pairs =
          __builtin_shufflevector(four, four, 0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15);
      sums.add(simd::widen_low(pairs), simd::load_pair_splat(weights.high + t),
               simd::load_pair_splat(weights.low + t));
      sums.add(simd::widen_high(pairs), simd::load_pair_splat(weights.high + t + 2),
               simd::load_pair_splat(weights.low + t + 2));
    }
    const I32x4 sum = sums.rounded();
    const U8x16 bytes = simd::saturate(sum, sum, sum, sum);
    std::memcpy(out, &bytes, 4);
  }
}

void resample_row_gray(const uint8_t* in, const AxisWeights& columns, int count, uint8_t* out) {
  for (int x = 0; x < count; ++x) {
    const AxisWeights::Halves weights = columns.weights(x);
    const uint8_t* pixel = in + columns.first(x);
    Sums sums;
    for (int t = 0, taps = columns.count(x); t < taps; t += 8) {
      sums.add(simd::load_widened(pixel + t), simd::load_as<I16x8>(weights.high + t),
               simd::load_as<I16x8>(weights.low + t));
    }
    const U32x4 parts = sums.whole();
    out[x] = round_off(parts[0] + parts[1] + parts[2] + parts[3] + kHalf);
  }
}

// 16 bytes of the output.
U8x16 blend_rows(const uint8_t* in, size_t row_bytes, AxisWeights::Halves weights, int taps) {
  Sums a, b, c, d;
  for (int t = 0; t < taps; t += 2, in += 2 * row_bytes) {
    // The last of an odd number is taken twice, the second time with a weight of 0.
    const uint8_t* below = t + 1 < taps ? in + row_bytes : in;
    const I16x8 high = simd::load_pair_splat(weights.high + t);
    const I16x8 low = simd::load_pair_splat(weights.low + t);
    const auto first = simd::load_as<U8x16>(in);
    const auto second = simd::load_as<U8x16>(below);
    const U8x16 left = __builtin_shufflevector(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                               21, 6, 22, 7, 23);
    const U8x16 right = __builtin_shufflevector(first, second, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28,
                                                13, 29, 14, 30, 15, 31);
    a.add(simd::widen_low(left), high, low);
    b.add(simd::widen_high(left), high, low);
    c.add(simd::widen_low(right), high, low);
    d.add(simd::widen_high(right), high, low);
  }
  return simd::saturate(a.rounded(), b.rounded(), c.rounded(), d.rounded());
}

}  // namespace

int resample_step(int pixel_bytes) {
  if constexpr (!simd::kHasByteVectors) return 1;
  return pixel_bytes == 1 ? 8 : 4;
}

void resample_row(const uint8_t* in, int pixel_bytes, const AxisWeights& columns, int count,
                  uint8_t* out) {
  if constexpr (simd::kHasByteVectors) {
    const auto resample = pixel_bytes == 1 ? resample_row_gray : resample_row_rgbx;
    resample(in, columns, count, out);
    return;
  }
  const auto stride = static_cast<size_t>(pixel_bytes);
  for (int x = 0; x < count; ++x, out += stride) {
    const uint8_t* pixel = in + static_cast<size_t>(columns.first(x)) * stride;
    for (size_t c = 0; c < stride && c < 3; ++c) {
      out[c] = weigh(pixel + c, stride, columns.weights(x), columns.count(x));
    }
  }
}

void resample_column(const uint8_t* in, size_t row_bytes, const AxisWeights& rows, int y,
                     uint8_t* out) {
  const AxisWeights::Halves weights = rows.weights(y);
  const int taps = rows.count(y);
  size_t x = 0;
  if constexpr (simd::kHasByteVectors) {
    for (; x < row_bytes; x += 16) {
      const U8x16 bytes = blend_rows(in + x, row_bytes, weights, taps);
      if (row_bytes - x < 16) {
        std::memcpy(out + x, &bytes, row_bytes - x);
      } else {
        std::memcpy(out + x, &bytes, 16);
      }
    }
  }
  for (; x < row_bytes; ++x) out[x] = weigh(in + x, row_bytes, weights, taps);
}

}  // namespace gossamer
