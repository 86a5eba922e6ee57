// The kernels of activations and of float32 arithmetic.
#include "kernels/elementwise/elementwise.h"
#include "ops/arithmetic.h"
#include "ops/elementwise.h"
#include "ops/lowering.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> ActivationOp::lower(OpContext& context) const {
  return make_activation_f32(activation_, context.output(0).shape.elements());
}

Result<std::unique_ptr<Kernel>> ClipOp::lower(OpContext& context) const {
  if (!is_packable(context, 1) || !is_packable(context, 2)) return Op::lower(context);
  GOSSAMER_ASSIGN(const PackingSource low, PackingSource::read(context, 1));
  GOSSAMER_ASSIGN(const PackingSource high, PackingSource::read(context, 2));
  for (int i : {1, 2}) {
    if (context.has_input(i)) context.absorb(i);
  }
  return make_activation_f32(activation(low.data(), high.data()),
                             context.output(0).shape.elements());
}

Result<std::unique_ptr<Kernel>> ArithmeticOp::lower(OpContext& context) const {
  if (context.type(0) != DataType::kFloat32) return Op::lower(context);
  const Shape& y = context.output(0).shape;
  const Strides a = broadcast_strides(context.shape(0), y);
  const Strides b = broadcast_strides(context.shape(1), y);
  StridedAxes<2> axes;
  for (int axis = 0; axis < y.rank(); ++axis) {
    axes.add(y[axis], {a[static_cast<size_t>(axis)], b[static_cast<size_t>(axis)]});
  }
  switch (kind_) {
    case Kind::kAdd:
      return make_binary_f32(BinaryKind::kAdd, axes);
    case Kind::kSub:
      return make_binary_f32(BinaryKind::kSub, axes);
    case Kind::kMul:
      return make_binary_f32(BinaryKind::kMul, axes);
    case Kind::kDiv:
      break;
  }
  return make_binary_f32(BinaryKind::kDiv, axes);
}

}  // namespace gossamer
