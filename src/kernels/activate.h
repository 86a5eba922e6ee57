// Activations over runs of floats: the body of the unary kernels, and the last step of the products
// and convolutions whose activation is more than a clip. Those apply it to each block of output
// right after writing it, while it is in the nearest cache; compiling every function into every
// micro-kernel instead would multiply the code.
#ifndef GOSSAMER_KERNELS_ACTIVATE_H_
#define GOSSAMER_KERNELS_ACTIVATE_H_

#include <cstdint>
#include <limits>

#include "kernels/activation.h"

namespace gossamer {

// y[i] = f(x[i]), i < n. y may be x, but not overlap it otherwise. An element's result depends on
// its value alone, not on its place.
void activate(const Activation& f, const float* x, float* y, int64_t n);

// How a kernel with an epilogue applies an activation: clip in registers (which does nothing when
// the bounds are infinite), then activate() unless `pass` is kNone.
struct EpilogueActivation {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
  Activation pass;

  explicit EpilogueActivation(const Activation& f) : pass(f) {
    if (f.kind == Activation::Kind::kClip) {
      low = f.a;
      high = f.b;
      pass = Activation{};
    }
  }
  bool needs_pass() const { return pass.kind != Activation::Kind::kNone; }
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ACTIVATE_H_
