// The kernels that select.cc chooses from; outside this folder only benchmarks include this.
#ifndef GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_
#define GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_

#include <memory>

#include "kernels/pool/pool.h"

namespace gossamer {

// What is never stepped may be any number; 1 spares products that overflow.
PoolParams without_idle_steps(PoolParams params);

// The taps of one window that exist.
struct PoolWindow {
  const float* x = nullptr;  // the first of them, channel 0
  int64_t rows = 0, taps = 0;
  int64_t row_step = 0, tap_step = 0;  // floats
  float count = 1;                     // what an average divides by
};
// Reduces a window to one output pixel.
using PoolPixel = void (*)(const PoolWindow& window, int64_t channels, float* y);

// A maximum or an average.
std::unique_ptr<Kernel> make_window_pool(const PoolParams& params);
// What `pixel` makes of each window.
std::unique_ptr<Kernel> make_window_pool(const PoolParams& params, std::string_view name,
                                         PoolPixel pixel);
// The mean of each channel over whole pictures of `pixels_h` x `pixels_w`.
std::unique_ptr<Kernel> make_global_average(int64_t batch, int64_t pixels_h, int64_t pixels_w,
                                            int64_t channels);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_POOL_POOL_KERNELS_H_
