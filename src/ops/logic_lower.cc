// The kernel of Where, for elements of four bytes.
#include "kernels/elementwise/where.h"
#include "ops/broadcast.h"
#include "ops/logic.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> WhereOp::lower(OpContext& context) const {
  if (data_type_size(context.type(1)) != sizeof(uint32_t)) return Op::lower(context);
  const Shape& y = context.output(0).shape;
  Strides strides[3];
  for (int i = 0; i < 3; ++i) strides[i] = broadcast_strides(context.shape(i), y);
  StridedAxes<3> axes;
  for (int axis = 0; axis < y.rank(); ++axis) {
    const auto k = static_cast<size_t>(axis);
    axes.add(y[axis], {strides[0][k], strides[1][k], strides[2][k]});
  }
  return make_where(axes);
}

}  // namespace gossamer
