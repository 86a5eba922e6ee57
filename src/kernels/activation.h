// The functions applied to each element, alone or in the epilogue of a convolution or matrix
// product, where they cost no pass over memory of their own.
#ifndef GOSSAMER_KERNELS_ACTIVATION_H_
#define GOSSAMER_KERNELS_ACTIVATION_H_

#include <algorithm>
#include <limits>

#include "base/exponential.h"

namespace gossamer {

struct Activation {
  enum class Kind {
    kNone,
    kClip,         // min(max(x, low), high); Relu is low = 0, high = infinity
    kSigmoid,      // 1 / (1 + e^-x)
    kHardSigmoid,  // max(0, min(1, alpha x + beta))
    kHardSwish,    // x max(0, min(1, x/6 + 1/2))
    kSilu,         // x / (1 + e^-x)
  };
  Kind kind = Kind::kNone;
  // kClip: bounds. kHardSigmoid: alpha and beta.
  float a = 0;
  float b = 0;

  static Activation relu() { return {Kind::kClip, 0, std::numeric_limits<float>::infinity()}; }
  static Activation clip(float low, float high) { return {Kind::kClip, low, high}; }
  friend bool operator==(const Activation&, const Activation&) = default;
};

// The reference, element by element. NaN stays NaN.
inline double apply(const Activation& f, double x) {
  auto clip = [](double v, double low, double high) { return v < low ? low : v > high ? high : v; };
  const auto a = static_cast<double>(f.a), b = static_cast<double>(f.b);
  switch (f.kind) {
    case Activation::Kind::kNone:
      return x;
    case Activation::Kind::kClip:
      return clip(x, a, b);
    case Activation::Kind::kSigmoid:
      return 1 / (1 + exponential(-x));
    case Activation::Kind::kHardSigmoid:
      return clip(a * x + b, 0, 1);
    case Activation::Kind::kHardSwish:
      return x * clip(x / 6 + 0.5, 0, 1);
    case Activation::Kind::kSilu:
      return x / (1 + exponential(-x));
  }
  return x;
}
inline float apply(const Activation& f, float x) {
  return static_cast<float>(apply(f, static_cast<double>(x)));
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ACTIVATION_H_
