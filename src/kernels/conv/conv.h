// Convolutions in float32 with constant weights; the formula is in conv_params.h. Activations are
// channels-last, and the weights come as ONNX stores them, [out_channels][in_channels / groups]
// [kernel_h][kernel_w].
//
// Four forms, chosen from the parameters alone (select.cc):
//   - a 1x1 convolution, or one whose window is the whole picture, is a matrix product (kernels/
//     gemm): pixels are rows;
//   - a depthwise convolution runs over channels, weights packed [kernel_h][kernel_w][c up to a
//     multiple of 4] (depthwise.cc);
//   - a 3x3 convolution of stride 1 with enough channels, in groups or not, goes by Winograd's
//     filtering (kernels/winograd);
//   - everything else is an indirect matrix product (indirect.cc), weights packed
//     [group][out_channels / groups / 8][kernel_h][kernel_w][in_channels / groups][8].
//
// Alignment: that of a float. Aliasing: the output may be the residual, and must not overlap the
// picture. Nothing outside the tensors is read or written.
#ifndef GOSSAMER_KERNELS_CONV_CONV_H_
#define GOSSAMER_KERNELS_CONV_CONV_H_

#include <memory>

#include "gossamer/status.h"
#include "kernels/conv/conv_params.h"
#include "kernels/conv/weights.h"
#include "kernels/kernel.h"

namespace gossamer {

// Reads inputs[0], and adds inputs[residual_input] (laid out as the output) before the activation
// when there is one. `scale` and `bias` hold out_channels floats or are null: the weights are used
// as scale[m] * w[m, c, kh, kw], which is how a normalisation after the convolution is absorbed.
// Everything is packed here; no argument is kept. Requires parameters that fit together, as Conv's
// shape rule checks. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_conv_f32(const ConvParams& params, const float* weights_oihw,
                                              const float* scale, const float* bias,
                                              int residual_input = kNoResidual);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_CONV_H_
