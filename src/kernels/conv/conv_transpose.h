// Transposed convolution in float32 with constant weights, channels last:
//
//   y[n, oh, ow, m] = bias[m] + sum over c and over the kh, kw and ih, iw with
//       oh = ih*stride_h - pad_top + kh*dilation_h, ow = iw*stride_w - pad_left + kw*dilation_w of
//       x[n, ih, iw, g*C/groups + c] * w[g*C/groups + c, m - g*M/groups, kh, kw],
//       g = m / (M/groups)
//
// Alignment: that of a float. Aliasing: none. Nothing outside the tensors is read or written.
#ifndef GOSSAMER_KERNELS_CONV_CONV_TRANSPOSE_H_
#define GOSSAMER_KERNELS_CONV_CONV_TRANSPOSE_H_

#include <memory>

#include "gossamer/status.h"
#include "kernels/conv/conv_params.h"
#include "kernels/kernel.h"

namespace gossamer {

// Strides beyond this have no kernel: there is a list of taps for each step of one.
inline constexpr int64_t kMaxTransposeStride = 64;

// Reads inputs[0]. The weights come as ONNX stores them, [in_channels][out_channels / groups]
// [kernel_h][kernel_w]; `bias` holds out_channels floats or is null. Everything is packed here; no
// argument is kept. Requires parameters that fit together, as ConvTranspose's shape rule checks, no
// activation, and strides up to kMaxTransposeStride. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_conv_transpose_f32(const ConvParams& params,
                                                        const float* weights, const float* bias);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_CONV_TRANSPOSE_H_
