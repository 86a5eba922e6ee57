// The kernels that select.cc chooses from; nothing outside this folder includes this.
#ifndef GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_
#define GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_

#include "kernels/conv/conv.h"
#include "kernels/gemm/panels.h"

namespace gossamer {

// The constants of a convolution as make_conv_f32 receives them.
struct ConvWeights {
  const float* oihw = nullptr;
  const float* scale = nullptr;
  const float* bias = nullptr;
};

// Weights and biases as panels [groups][out_channels / groups / 8] of kernel_h * kernel_w *
// in_channels / groups rows. Errors: OOM.
Result<PackedMatrix> pack_conv_panels(const ConvParams& params, const ConvWeights& weights);

Result<std::unique_ptr<Kernel>> make_indirect_conv(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input);
// Requires params.is_depthwise().
Result<std::unique_ptr<Kernel>> make_depthwise_conv(const ConvParams& params,
                                                    const ConvWeights& weights, int residual_input);

// The residual among a kernel's inputs, or null.
inline const float* residual_of(const KernelArgs& args, int residual_input) {
  return residual_input == kNoResidual
             ? nullptr
             : static_cast<const float*>(args.inputs[static_cast<size_t>(residual_input)]);
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_
