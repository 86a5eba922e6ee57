// The kernels that select.cc chooses from; outside this folder only benchmarks include this.
#ifndef GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_
#define GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_

#include <memory>

#include "kernels/pool/pool.h"

namespace gossamer {

std::unique_ptr<Kernel> make_window_pool(const PoolParams& params);
// The mean of each channel over whole pictures of `pixels_h` x `pixels_w`.
std::unique_ptr<Kernel> make_global_average(int64_t batch, int64_t pixels_h, int64_t pixels_w,
                                            int64_t channels);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_
