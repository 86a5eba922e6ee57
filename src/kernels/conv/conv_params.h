// A convolution made concrete: every extent known, pads explicit. Shared by the operator (which
// fills it from attributes and shapes) and by every convolution kernel.
//
//   y[n, oh, ow, m] = act( bias[m] + sum over kh, kw, c of
//       x[n, oh*stride_h - pad_top + kh*dilation_h, ow*stride_w - pad_left + kw*dilation_w,
//       g*C/groups + c]
//       * w[m, c, kh, kw] ),        g = m / (M/groups); pixels outside x count as 0
#ifndef GOSSAMER_KERNELS_CONV_CONV_PARAMS_H_
#define GOSSAMER_KERNELS_CONV_CONV_PARAMS_H_

#include <cstdint>

#include "kernels/activation.h"
#include "kernels/sizes.h"

namespace gossamer {

// Activations are channels-last: x [batch, in_h, in_w, in_channels], y [batch, out_h, out_w,
// out_channels]. A 1-D convolution has in_h = kernel_h = 1.
struct ConvParams {
  int64_t batch = 1;
  int64_t in_h = 1, in_w = 1, in_channels = 1;
  int64_t out_h = 1, out_w = 1, out_channels = 1;
  int64_t kernel_h = 1, kernel_w = 1;
  int64_t stride_h = 1, stride_w = 1;
  int64_t dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_left = 0;  // bottom and right follow from the output extents
  int64_t groups = 1;
  Activation activation;
  // Forms whose packed weights are larger than the weights themselves may take this much.
  uint64_t max_weight_bytes = UINT64_MAX;
  int threads = 1;  // that will share the items; results do not depend on it

  bool is_depthwise() const {
    return groups == in_channels && groups == out_channels && groups > 1;
  }
  bool is_pointwise() const {  // a plain matrix product over pixels
    return groups == 1 && kernel_h == 1 && kernel_w == 1 && stride_h == 1 && stride_w == 1 &&
           pad_top == 0 && pad_left == 0 && out_h == in_h && out_w == in_w;
  }
  uint64_t multiply_adds() const {
    return step_count(
        {batch, out_h, out_w, out_channels, kernel_h, kernel_w, in_channels / groups});
  }
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_CONV_CONV_PARAMS_H_
