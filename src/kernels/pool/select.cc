// Chooses the form of a pooling from its parameters.
#include "kernels/pool/pool_kernels.h"

namespace gossamer {

PoolParams without_idle_steps(PoolParams p) {
  if (p.out_h == 1) p.stride_h = 1;
  if (p.out_w == 1) p.stride_w = 1;
  if (p.kernel_h == 1) p.dilation_h = 1;
  if (p.kernel_w == 1) p.dilation_w = 1;
  return p;
}

std::unique_ptr<Kernel> make_pool_f32(const PoolParams& params) {
  const PoolParams p = without_idle_steps(params);
  const bool covers_picture = p.out_h == 1 && p.out_w == 1 && p.kernel_h == p.in_h &&
                              p.kernel_w == p.in_w && p.pad_top == 0 && p.pad_left == 0 &&
                              p.dilation_h == 1 && p.dilation_w == 1;
  if (p.kind == PoolParams::Kind::kAverage && covers_picture) {
    return make_global_average(p.batch, p.in_h, p.in_w, p.channels);
  }
  return make_window_pool(p);
}

}  // namespace gossamer
