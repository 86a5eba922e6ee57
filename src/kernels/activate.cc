// Each activation as a function of a vector, and the loop that applies it. The tail goes through
// the same vector function as the rest, so that splitting a run elsewhere changes no bit.
#include "kernels/activate.h"

#include <cstring>

#include "base/simd.h"

namespace gossamer {
namespace {

using simd::F32x4;

// Long functions take four vectors at a time, which hide each other's latency and share the
// constants that V8 sets up anew in every round.
template <int kVectors, typename F>
void map(const float* x, float* y, int64_t n, F f) {
  constexpr int kStep = kVectors * simd::kLanes;
  int64_t i = 0;
  if constexpr (kVectors > 1) {
    for (; i + kStep <= n; i += kStep) {
      F32x4 v[kVectors];
      GOSSAMER_UNROLL
      for (int k = 0; k < kVectors; ++k) v[k] = simd::load(x + i + k * simd::kLanes);
      GOSSAMER_UNROLL
      for (int k = 0; k < kVectors; ++k) simd::store(y + i + k * simd::kLanes, f(v[k]));
    }
  }
  for (; i + simd::kLanes <= n; i += simd::kLanes) simd::store(y + i, f(simd::load(x + i)));
  if (i < n) {
    const int lanes = static_cast<int>(n - i);
    simd::store_partial(y + i, f(simd::load_partial(x + i, lanes)), lanes);
  }
}
constexpr int kLong = simd::kEmulated ? 1 : 4;

F32x4 clip01(F32x4 x) {
  return simd::clip(x, simd::splat(0.0f), simd::splat(1.0f));
}

// 1 + e^-x, with e^-x within 1.1e-6 of it, relatively, while |x| < 16, and within 4e-6 while |x| <
// 80: enough under a sum with 1, and cheaper than simd::exp. Infinity from x = -88.8 downwards; NaN
// stays NaN.
F32x4 one_plus_exp_minus(F32x4 x) {
  // e^-x = 2^n 2^r, |r| <= 1/2. Adding 1.5 * 2^23 + 127 rounds, and leaves the exponent field of
  // 2^n, from 1 to 255 (infinity), in the lowest bits.
  const F32x4 t = simd::clip(x * simd::splat(-1.44269504f), simd::splat(-126), simd::splat(128));
  const F32x4 shift = simd::splat(12583039.0f);
  const F32x4 shifted = t + shift;
  const F32x4 r = t - (shifted - shift);
  // 2^r: the polynomial of degree 5 with the least relative error, 1.1e-7.
  F32x4 p = simd::madd(simd::splat(0.0013264727f), r, simd::splat(0.009671513f));
  p = simd::madd(p, r, simd::splat(0.055507336f));
  p = simd::madd(p, r, simd::splat(0.24022242f));
  p = simd::madd(p, r, simd::splat(0.693147f));
  const F32x4 one = simd::splat(1);
  p = simd::madd(p, r, one);
  const auto exponent = xsimd::bitwise_cast<int32_t>(shifted) << 23;
  return simd::madd(p, xsimd::bitwise_cast<float>(exponent), one);
}

}  // namespace

void activate(const Activation& f, const float* x, float* y, int64_t n) {
  const F32x4 one = simd::splat(1.0f);
  switch (f.kind) {
    case Activation::Kind::kNone:
      if (x != y) std::memcpy(y, x, static_cast<size_t>(n) * sizeof(float));
      return;
    case Activation::Kind::kClip: {
      const F32x4 low = simd::splat(f.a), high = simd::splat(f.b);
      return map<1>(x, y, n, [=](F32x4 v) { return simd::clip(v, low, high); });
    }
    // x / (1 + e^-x) and 1 / (1 + e^-x) by one loop: its code is long, and a page downloads it.
    case Activation::Kind::kSigmoid:
    case Activation::Kind::kSilu: {
      const bool silu = f.kind == Activation::Kind::kSilu;
      const F32x4 mask =
          xsimd::bitwise_cast<float>(xsimd::batch<int32_t, F32x4::arch_type>(silu ? -1 : 0));
      const F32x4 other = xsimd::bitwise_andnot(one, mask);
      return map<kLong>(x, y, n,
                        [=](F32x4 v) { return ((v & mask) | other) / one_plus_exp_minus(v); });
    }
    case Activation::Kind::kHardSigmoid: {
      const F32x4 alpha = simd::splat(f.a), beta = simd::splat(f.b);
      return map<1>(x, y, n, [=](F32x4 v) { return clip01(alpha * v + beta); });
    }
    case Activation::Kind::kHardSwish: {
      const F32x4 sixth = simd::splat(1.0f / 6.0f), half = simd::splat(0.5f);
      return map<1>(x, y, n, [=](F32x4 v) { return v * clip01(v * sixth + half); });
    }
  }
}

}  // namespace gossamer
