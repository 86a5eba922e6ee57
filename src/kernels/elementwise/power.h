// Powers, from exp and log alone: the library's pow would bring tables of 4 KB.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_POWER_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_POWER_H_

#include <memory>

#include "kernels/kernel.h"

namespace gossamer {

// x^y as IEEE 754 has it, within a few units in the last place of float32.
double power(double x, double y);

// y[i] = x[i]^exponent for `count` floats. Alignment: that of a float. Aliasing: y may be x.
std::unique_ptr<Kernel> make_power_f32(double exponent, int64_t count);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_POWER_H_
