// A pooling made concrete: every extent known, pads explicit. Activations are channels-last, x
// [batch, in_h, in_w, channels], y [batch, out_h, out_w, channels].
#ifndef GOSSAMER_KERNELS_POOL_POOL_PARAMS_H_
#define GOSSAMER_KERNELS_POOL_POOL_PARAMS_H_

#include <cstdint>

namespace gossamer {

struct PoolParams {
  enum class Kind { kMax, kAverage };
  Kind kind = Kind::kMax;
  int64_t batch = 1;
  int64_t in_h = 1, in_w = 1, channels = 1;
  int64_t out_h = 1, out_w = 1;
  int64_t kernel_h = 1, kernel_w = 1;
  int64_t stride_h = 1, stride_w = 1;
  int64_t dilation_h = 1, dilation_w = 1;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  // kAverage: divide by the window's whole extent inside the padded picture (pads included, but not
  // the part that ceil_mode hangs over their edge) instead of by the pixels that exist.
  bool count_include_pad = false;
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_POOL_POOL_PARAMS_H_
