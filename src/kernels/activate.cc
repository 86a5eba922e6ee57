// Each activation as a function of a vector, and the loop that applies it. The tail goes through
// the same vector function as the rest, so that splitting a run elsewhere changes no bit.
#include "kernels/activate.h"

#include <cstring>

#include "base/simd.h"

namespace gossamer {
namespace {

using simd::F32x4;

template <typename F>
void map(const float* x, float* y, int64_t n, F f) {
  int64_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) simd::store(y + i, f(simd::load(x + i)));
  if (i < n) {
    const int lanes = static_cast<int>(n - i);
    simd::store_partial(y + i, f(simd::load_partial(x + i, lanes)), lanes);
  }
}

F32x4 clip01(F32x4 x) {
  return simd::clip(x, simd::splat(0.0f), simd::splat(1.0f));
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
      return map(x, y, n, [=](F32x4 v) { return simd::clip(v, low, high); });
    }
    case Activation::Kind::kSigmoid:
      return map(x, y, n, [=](F32x4 v) { return one / (one + simd::exp(-v)); });
    case Activation::Kind::kHardSigmoid: {
      const F32x4 alpha = simd::splat(f.a), beta = simd::splat(f.b);
      return map(x, y, n, [=](F32x4 v) { return clip01(alpha * v + beta); });
    }
    case Activation::Kind::kHardSwish: {
      const F32x4 sixth = simd::splat(1.0f / 6.0f), half = simd::splat(0.5f);
      return map(x, y, n, [=](F32x4 v) { return v * clip01(v * sixth + half); });
    }
    case Activation::Kind::kSilu:
      return map(x, y, n, [=](F32x4 v) { return v / (one + simd::exp(-v)); });
  }
}

}  // namespace gossamer
