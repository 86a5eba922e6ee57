// Elements of 4 bytes, whatever they are, from one of two tensors:
//
//   y[i...] = condition[i...] != 0 ? a[i...] : b[i...], operands repeated along the axes where
//   their
//             stride is 0
//
// Alignment: that of the element. Aliasing: y may be a or b when that has as many elements.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_WHERE_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_WHERE_H_

#include <memory>

#include "kernels/kernel.h"
#include "kernels/strided_axes.h"

namespace gossamer {

// Reads bytes from inputs[0] and elements from inputs[1] and inputs[2]. Requires axes over the
// output whose innermost strides are 0 or 1: what broadcasting dense operands gives.
std::unique_ptr<Kernel> make_where(const StridedAxes<3>& axes);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_WHERE_H_
