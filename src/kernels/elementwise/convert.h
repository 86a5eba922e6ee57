// Elements of another type as float32, and back: y[i] = x[i], rounded as base/convert.h says. What
// a network that computes in float32 does to inputs and outputs of other types.
//
// Alignment: that of the element. Aliasing: none.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_CONVERT_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_CONVERT_H_

#include <memory>

#include "gossamer/tensor.h"
#include "kernels/kernel.h"

namespace gossamer {

// Reads inputs[0], `count` elements of `from`. Requires widens_to_float32(from).
std::unique_ptr<Kernel> make_widening(DataType from, int64_t count);
// Writes `count` elements of `to`. Requires narrows_from_float32(to).
std::unique_ptr<Kernel> make_narrowing(DataType to, int64_t count);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_CONVERT_H_
