// The kernels that select.cc chooses from; outside this folder only benchmarks include this.
#ifndef GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_
#define GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_

#include "kernels/conv/conv.h"
#include "kernels/conv/weights.h"
#include "kernels/gemm/panels.h"

namespace gossamer {

// Weights and biases as panels [groups][out_channels / groups / 8] of kernel_h * kernel_w *
// in_channels / groups rows. Errors: OOM.
Result<PackedMatrix> pack_conv_panels(const ConvParams& params, const ConvWeights& weights);

Result<std::unique_ptr<Kernel>> make_indirect_conv(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input);
// Requires params.is_depthwise().
Result<std::unique_ptr<Kernel>> make_depthwise_conv(const ConvParams& params,
                                                    const ConvWeights& weights, int residual_input);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_CONV_KERNELS_H_
