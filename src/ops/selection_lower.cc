// The kernel of TopK in float32.
#include "kernels/selection/top_k.h"
#include "ops/broadcast.h"
#include "ops/selection.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> TopKOp::lower(OpContext& context) const {
  const Shape& x = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.rank()));
  const bool empty = context.output(0).shape.elements() == 0;
  if (context.type(0) != DataType::kFloat32 || x[axis] > INT32_MAX || empty) {
    return Op::lower(context);
  }
  const AxisExtents e = extents_around(x, axis);
  TopKParams p;
  p.outer = e.outer, p.size = e.size, p.inner = e.inner;
  p.k = context.output(0).shape[axis];
  p.greatest = attributes_.greatest;
  return make_top_k_f32(p);
}

}  // namespace gossamer
