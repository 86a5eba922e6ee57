// The roof that a kernel's speed is a share of: how fast this build multiplies and adds on this
// machine when nothing else is in the way, neither loads nor loop. Measured by whoever reports
// speed, in the same process, because it differs between machines, engines and instruction levels.
#ifndef GOSSAMER_KERNELS_PEAK_H_
#define GOSSAMER_KERNELS_PEAK_H_

namespace gossamer {

// Multiply-adds per second of one thread, by simd::madd on independent registers: the best of
// many samples. Takes 0.1 to 1 second.
double measure_peak();

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_PEAK_H_
