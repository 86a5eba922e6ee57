// Functions of each element, in float32.
//
//   make_activation_f32: y[i] = f(x[i])
//   make_binary_f32:     y[i...] = a[i...] op b[i...], operands repeated along the axes where their
//                        stride is 0
//
// Alignment: that of a float. Aliasing: y may be any input that has as many elements.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_ELEMENTWISE_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_ELEMENTWISE_H_

#include <memory>

#include "kernels/activation.h"
#include "kernels/kernel.h"
#include "kernels/strided_axes.h"

namespace gossamer {

// Reads inputs[0], `count` floats.
std::unique_ptr<Kernel> make_activation_f32(const Activation& activation, int64_t count);

// kPRelu is a where a >= 0, else a b. NaN wins in kMax and kMin.
enum class BinaryKind { kAdd, kSub, kMul, kDiv, kMax, kMin, kPRelu };

// Reads inputs[0] and inputs[1]. Requires axes over the output whose innermost strides are 0 or 1,
// not both 0: what broadcasting dense operands gives.
std::unique_ptr<Kernel> make_binary_f32(BinaryKind kind, const StridedAxes<2>& axes);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_ELEMENTWISE_H_
