// See concat.h.
#include "ops/concat.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace gossamer {

OpResult make_concat(AttributeReader& attributes) {
  attributes.expect_inputs(1, INT32_MAX);
  attributes.expect_outputs(1);
  if (!attributes.has("axis")) attributes.fail("axis", "attribute is missing");
  return make_op<ConcatOp>(attributes.get_int("axis", 0));
}

Status ConcatOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, context.input_count()));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  Shape shape = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, shape.rank()));
  for (int i = 1; i < context.input_count(); ++i) {
    GOSSAMER_TRY(require_same_type(context, 0, i));
    Shape other = context.shape(i);
    bool fits = other.rank() == shape.rank();
    for (int k = 0; fits && k < shape.rank(); ++k) fits = k == axis || other[k] == shape[k];
    if (!fits) {
      return shape_error(concat("input ", i, " does not fit the ones before it"))
          .got(concat(other.to_string(), " beside ", shape.to_string(), ", axis ", axis))
          .expected("shapes that differ along the axis only");
    }
    if (__builtin_add_overflow(shape[axis], other[axis], &shape[axis])) {
      return shape_error("the joined extent overflows");
    }
  }
  return set_output(context, 0, context.type(0), shape);
}

Status ConcatOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, y.shape.rank()));
  const auto row_bytes = [&](const Shape& shape) {
    auto bytes = static_cast<int64_t>(data_type_size(y.type));
    for (int k = axis; k < shape.rank(); ++k) bytes *= shape[k];
    return bytes;
  };
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= y.shape[k];
  const int64_t y_row = row_bytes(y.shape);
  auto* target = y.as<std::byte>();
  for (const TensorView& x : args.inputs) {
    const int64_t x_row = row_bytes(x.shape);
    for (int64_t row = 0; x_row > 0 && row < rows; ++row) {
      std::memcpy(target + row * y_row, x.as<std::byte>() + row * x_row,
                  static_cast<size_t>(x_row));
    }
    target += x_row;
  }
  return Status::ok();
}

std::shared_ptr<const Op> ConcatOp::permuted(std::span<const int> perm) const {
  const auto axis = normalise_axis(axis_, static_cast<int>(perm.size()));
  if (!axis.is_ok()) return nullptr;
  return std::make_shared<ConcatOp>(std::ranges::find(perm, *axis) - perm.begin());
}

}  // namespace gossamer
