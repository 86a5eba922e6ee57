// See nonzero.h.
#include "ops/nonzero.h"

#include <cstring>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

int64_t count_nonzero(const TensorView& view) {
  int64_t count = 0;
  const int64_t elements = view.elements();
  for (int64_t i = 0; i < elements; ++i) count += real_at(view, i) != 0 ? 1 : 0;
  return count;
}

}  // namespace

OpResult make_non_zero(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<NonZeroOp>();
}

OpResult make_compress(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  if (!attributes.has("axis")) return make_op<CompressOp>(std::nullopt);
  return make_op<CompressOp>(attributes.get_int("axis", 0));
}

Status NonZeroOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number_or_bool(context, 0));
  GOSSAMER_ASSIGN(const auto x, context.known(0));
  return set_output(context, 0, DataType::kInt64,
                    Shape{x->shape().rank(), count_nonzero(x->view())});
}

Status NonZeroOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t columns = y.shape[1];
  const int64_t count = x.elements();
  int64_t column = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (real_at(x, i) == 0) continue;
    int64_t rest = i;
    for (int axis = x.shape.rank() - 1; axis >= 0; --axis) {
      y.as<int64_t>()[axis * columns + column] = rest % x.shape[axis];
      rest /= x.shape[axis];
    }
    ++column;
  }
  return Status::ok();
}

Status CompressOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_bool(context, 1));
  GOSSAMER_TRY(require_rank(context, 1, 1, 1));
  const Shape& x = context.shape(0);
  Shape shape = axis_ ? x : Shape{x.elements()};
  int axis = 0;
  if (axis_) {
    GOSSAMER_ASSIGN(axis, normalise_axis(*axis_, x.rank()));
  }
  if (context.shape(1)[0] > shape[axis]) {
    return shape_error("the condition is longer than what it selects from")
        .got(concat(context.shape(1)[0]))
        .expected(concat("at most ", shape[axis]));
  }
  GOSSAMER_ASSIGN(const auto condition, context.known(1));
  shape[axis] = count_nonzero(condition->view());
  return set_output(context, 0, context.type(0), shape);
}

Status CompressOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const TensorView& condition = args.inputs[1];
  const Shape from = axis_ ? x.shape : Shape{x.shape.elements()};
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_.value_or(0), from.rank()));
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= from[k];
  size_t block = data_type_size(x.type);
  for (int k = axis + 1; k < from.rank(); ++k) block *= static_cast<size_t>(from[k]);
  if (args.outputs[0].elements() == 0) return Status::ok();
  const auto* source = x.as<std::byte>();
  auto* target = args.outputs[0].as<std::byte>();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < condition.shape[0]; ++i) {
      if (int_at(condition, i) == 0) continue;
      std::memcpy(target, source + static_cast<size_t>(row * from[axis] + i) * block, block);
      target += block;
    }
  }
  return Status::ok();
}

}  // namespace gossamer
