// The constants of a convolution as kernels receive them, and the activations' residual: what the
// direct forms (kernels/conv) and Winograd's (kernels/winograd) have in common.
#ifndef GOSSAMER_KERNELS_CONV_WEIGHTS_H_
#define GOSSAMER_KERNELS_CONV_WEIGHTS_H_

#include "kernels/kernel.h"

namespace gossamer {

// Weights are used as scale[m] * oihw[m, c, kh, kw]; scale and bias are null or hold out_channels
// floats.
struct ConvWeights {
  const float* oihw = nullptr;
  const float* scale = nullptr;
  const float* bias = nullptr;
};

inline constexpr int kNoResidual = -1;

// The residual among a kernel's inputs, or null.
inline const float* residual_of(const KernelArgs& args, int residual_input) {
  return residual_input == kNoResidual
             ? nullptr
             : static_cast<const float*>(args.inputs[static_cast<size_t>(residual_input)]);
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_WEIGHTS_H_
