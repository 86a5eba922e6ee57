// See one_hot.h.
#include "ops/one_hot.h"

#include <cstring>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// Element i of numbers of any type, without its fraction.
int64_t whole_at(const TensorView& view, int64_t i) {
  if (!is_real(view.type)) return int_at(view, i);
  int64_t value = 0;
  put_number({DataType::kInt64, {}, &value}, 0, real_at(view, i));
  return value;
}

}  // namespace

OpResult make_one_hot(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  return make_op<OneHotOp>(attributes.get_int("axis", -1));
}

Status OneHotOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_number(context, 0));
  GOSSAMER_TRY(require_number(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 2));
  GOSSAMER_TRY(require_shape(context, 2, Shape{2}, "the values for off and on"));
  const Shape& indices = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, indices.rank() + 1));
  if (context.shape(1).elements() != 1) {
    return shape_error("the depth must be a single number").got(context.shape(1).to_string());
  }
  GOSSAMER_ASSIGN(const auto constant, context.known(1));
  const int64_t depth = whole_at(constant->view(), 0);
  if (depth < 1) return attribute_error("depth", "the depth is not positive").got(concat(depth));
  std::vector<int64_t> dims(indices.begin(), indices.end());
  dims.insert(dims.begin() + axis, depth);
  GOSSAMER_ASSIGN(const Shape shape, make_shape(dims));
  return set_output(context, 0, context.type(2), shape);
}

Status OneHotOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& indices = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, y.shape.rank()));
  const int64_t depth = y.shape[axis];
  int64_t inner = 1;
  for (int k = axis + 1; k < y.shape.rank(); ++k) inner *= y.shape[k];
  const size_t size = data_type_size(y.type);
  const auto* off = args.inputs[2].as<std::byte>();
  for (size_t at = 0; at < y.bytes(); at += size) std::memcpy(y.as<std::byte>() + at, off, size);
  const int64_t count = indices.elements();
  for (int64_t i = 0; i < count; ++i) {
    int64_t index = whole_at(indices, i);
    if (index < -depth || index >= depth) continue;
    if (index < 0) index += depth;
    const int64_t at = (i / inner * depth + index) * inner + i % inner;
    std::memcpy(y.as<std::byte>() + static_cast<size_t>(at) * size, off + size, size);
  }
  return Status::ok();
}

}  // namespace gossamer
