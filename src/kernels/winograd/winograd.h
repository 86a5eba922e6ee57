// The 3x3 convolution of stride 1 by Winograd's minimal filtering F(m x m, 3x3), in float32; the
// algebra, and its price in accuracy, are in transforms.h. Activations are channels-last; the
// weights come as ONNX stores them and are packed to panels [(m + 2)^2][out_channels / 8][channels
// of a group][8].
//
// Alignment: that of a float. Aliasing: the output may be the residual, and must not overlap the
// picture. Nothing outside the tensors is read or written.
#ifndef GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_H_
#define GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_H_

#include <memory>

#include "gossamer/status.h"
#include "kernels/conv/conv_params.h"
#include "kernels/conv/weights.h"
#include "kernels/kernel.h"

namespace gossamer {

// The m of the form that is fastest for these extents (4 or 2), or 0 where a direct sum is, or the
// window is another.
int choose_winograd(const ConvParams& params);

// Reads and adds as make_conv_f32 does. Requires a 3x3 window of stride and dilation 1, groups
// that choose_winograd() takes, and m = 2 or 4. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_winograd_conv(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input,
                                                   int m);

// Whether a window of one row or column is faster by its filtering in one dimension.
bool prefers_winograd_line(const ConvParams& params);

// Reads and adds as make_conv_f32 does. Requires a 1xk or kx1 window, k > 1, of stride and dilation
// 1, one group, and channels in whole vectors, in and out. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_winograd_line(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_H_
