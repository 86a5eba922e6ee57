// Maximum and average over windows, channel by channel, in float32 and channels-last.
//
//   kMax:     y[n, oh, ow, c] = max over the taps inside the picture (-infinity if there are none;
//             NaN if one of them is NaN)
//   kAverage: y[n, oh, ow, c] = sum over the taps inside the picture / count, where count is the
//             number of those taps or, with count_include_pad, of the taps inside the padded
//             picture (0 if there are none)
//   norms:    y[n, oh, ow, c] = (sum over the taps inside the picture of |x|^p)^(1/p), p being 1 or
//   2
//
// Alignment: that of a float. Aliasing: none. Nothing outside the tensors is read or written.
#ifndef GOSSAMER_KERNELS_POOL_POOL_H_
#define GOSSAMER_KERNELS_POOL_POOL_H_

#include <memory>

#include "kernels/kernel.h"
#include "kernels/pool/pool_params.h"

namespace gossamer {

// Reads inputs[0]. Requires parameters that fit together, as the operators' shape rule checks.
std::unique_ptr<Kernel> make_pool_f32(const PoolParams& params);
// The same for norms, whose params.kind is not read. Requires p of 1 or 2. Null in a build that
// leaves such steps to the reference.
std::unique_ptr<Kernel> make_lp_pool_f32(const PoolParams& params, int64_t p);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_POOL_POOL_H_
