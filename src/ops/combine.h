// The scalar reference of arithmetic.h: two tensors combined element by element, floating point in
// double precision and integers in 64 bits.
#ifndef GOSSAMER_OPS_COMBINE_H_
#define GOSSAMER_OPS_COMBINE_H_

#include "ops/arithmetic.h"

namespace gossamer {

// y = a op b, with a and b broadcast to the shape of y; y may be a when they have the same shape.
// Requires types that the kind accepts. Errors: NUMERIC when an integer division has no result.
Status combine_elements(BinaryOp::Kind kind, const TensorView& a, const TensorView& b,
                        const MutableTensorView& y);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_COMBINE_H_
