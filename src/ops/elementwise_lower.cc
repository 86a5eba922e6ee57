// The kernels of activations, functions and float32 arithmetic.
#include "kernels/elementwise/elementwise.h"
#include "kernels/elementwise/power.h"
#include "ops/arithmetic.h"
#include "ops/elementwise.h"
#include "ops/lowering.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

// The vector form of an operator, if it has one.
std::optional<BinaryKind> vector_form(BinaryOp::Kind kind) {
  using Kind = BinaryOp::Kind;
  switch (kind) {
    case Kind::kAdd:
    case Kind::kSum:
      return BinaryKind::kAdd;
    case Kind::kSub:
      return BinaryKind::kSub;
    case Kind::kMul:
      return BinaryKind::kMul;
    case Kind::kDiv:
      return BinaryKind::kDiv;
    case Kind::kMax:
      return BinaryKind::kMax;
    case Kind::kMin:
      return BinaryKind::kMin;
    case Kind::kPRelu:
      return BinaryKind::kPRelu;
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::unique_ptr<Kernel>> ActivationOp::lower(OpContext& context) const {
  if (context.type(0) != DataType::kFloat32) return Op::lower(context);
  return make_activation_f32(activation_, context.output(0).shape.elements());
}

Result<std::unique_ptr<Kernel>> ClipOp::lower(OpContext& context) const {
  if (context.type(0) != DataType::kFloat32) return Op::lower(context);
  if (!is_packable(context, 1) || !is_packable(context, 2)) return Op::lower(context);
  GOSSAMER_ASSIGN(const PackingSource low, PackingSource::read(context, 1));
  GOSSAMER_ASSIGN(const PackingSource high, PackingSource::read(context, 2));
  for (int i : {1, 2}) {
    if (context.has_input(i)) context.absorb(i);
  }
  return make_activation_f32(activation(low.data(), high.data()),
                             context.output(0).shape.elements());
}

Result<std::unique_ptr<Kernel>> FunctionOp::lower(OpContext& context) const {
  if (context.type(0) != DataType::kFloat32) return Op::lower(context);
  return make_function_f32(function_, context.output(0).shape.elements());
}

Result<std::unique_ptr<Kernel>> BinaryOp::lower(OpContext& context) const {
  const bool floats = context.input_count() == 2 && context.type(0) == DataType::kFloat32 &&
                      context.type(1) == DataType::kFloat32;
  if (!floats) return Op::lower(context);
  const Shape& y = context.output(0).shape;
  const bool fixed = context.constant(1) != nullptr && context.shape(1).elements() == 1;
  if (kind_ == Kind::kPow && fixed && context.shape(0) == y) {
    GOSSAMER_ASSIGN(const PackingSource exponent, PackingSource::read(context, 1));
    context.absorb(1);
    return make_power_f32(static_cast<double>(*exponent.data()), y.elements());
  }
  const auto form = vector_form(kind_);
  if (!form) return Op::lower(context);
  const Strides a = broadcast_strides(context.shape(0), y);
  GOSSAMER_ASSIGN(const Shape right, right_shape(context.shape(0), context.shape(1)));
  const Strides b = broadcast_strides(right, y);
  StridedAxes<2> axes;
  for (int axis = 0; axis < y.rank(); ++axis) {
    axes.add(y[axis], {a[static_cast<size_t>(axis)], b[static_cast<size_t>(axis)]});
  }
  return make_binary_f32(*form, axes);
}

}  // namespace gossamer
