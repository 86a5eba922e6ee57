// See reshape.h.
#include "ops/reshape.h"

#include "base/text.h"

namespace gossamer {
namespace {

constexpr int kAxesBecomeInput = 13;  // the opset in which Squeeze's and Unsqueeze's axes moved

// The axes of Squeeze or Unsqueeze, wherever this opset keeps them; nothing when they are absent.
Result<std::optional<std::vector<int64_t>>> axes_of(
    const std::optional<std::vector<int64_t>>& attribute, const OpContext& context) {
  if (attribute || !context.has_input(1)) return attribute;
  GOSSAMER_ASSIGN(std::vector<int64_t> axes, context.ints(1));
  return std::optional(std::move(axes));
}

std::optional<std::vector<int64_t>> read_axes(AttributeReader& attributes) {
  attributes.expect_outputs(1);
  if (attributes.opset() >= kAxesBecomeInput) return std::nullopt;
  return attributes.get_ints("axes");
}

}  // namespace

OpResult make_reshape(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<ReshapeOp>(attributes.get_bool("allowzero", false));
}

OpResult make_flatten(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<FlattenOp>(attributes.get_int("axis", 1));
}

OpResult make_squeeze(AttributeReader& attributes) {
  attributes.expect_inputs(1, attributes.opset() >= kAxesBecomeInput ? 2 : 1);
  return make_op<SqueezeOp>(read_axes(attributes));
}

OpResult make_unsqueeze(AttributeReader& attributes) {
  const int inputs = attributes.opset() >= kAxesBecomeInput ? 2 : 1;
  attributes.expect_inputs(inputs, inputs);
  auto axes = read_axes(attributes);
  if (inputs == 1 && !axes) attributes.fail("axes", "attribute is missing");
  return make_op<UnsqueezeOp>(std::move(axes));
}

Status ViewOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_ASSIGN(const Shape shape, output_shape(context));
  return set_output(context, 0, context.type(0), shape);
}

Status ViewOp::evaluate(const EvaluateArgs& args) const {
  copy_elements(args.inputs[0], args.outputs[0]);
  return Status::ok();
}

Result<Shape> ReshapeOp::output_shape(const OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_ASSIGN(const std::vector<int64_t> dims, context.ints(1));
  GOSSAMER_ASSIGN(Shape shape, make_shape(dims));
  const Shape& from = context.shape(0);
  const auto mismatch = [&](std::string_view message) {
    return shape_error(message).got(concat(from.to_string(), " to ", Shape(dims).to_string()));
  };
  int open = -1;  // the axis that takes what is left over
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == -1 && open >= 0) return mismatch("two extents are left open");
    if (shape[axis] == -1) {
      open = axis;
      shape[axis] = 1;
    } else if (shape[axis] == 0 && !allow_zero_) {
      if (axis >= from.rank()) return mismatch("there is no extent to keep at this place");
      shape[axis] = from[axis];
    } else if (shape[axis] < 0) {
      return mismatch("an extent is negative");
    }
  }
  const auto stated = shape.checked_elements();
  const int64_t elements = from.elements();
  if (!stated) return mismatch("the extents overflow");
  if (open >= 0) {
    if (*stated == 0) return mismatch("an extent beside a zero cannot be left open");
    shape[open] = elements / *stated;
  }
  const int64_t result = open >= 0 ? shape[open] * *stated : *stated;
  if (result == elements) return shape;
  return mismatch("the number of elements changes").expected(concat(elements, " elements"));
}

Result<Shape> FlattenOp::output_shape(const OpContext& context) const {
  const Shape& from = context.shape(0);
  int64_t axis = axis_;
  if (axis != from.rank()) {  // one past the last axis is allowed here
    GOSSAMER_ASSIGN(axis, normalise_axis(axis_, from.rank()));
  }
  Shape shape{1, 1};
  for (int i = 0; i < from.rank(); ++i) shape[i < axis ? 0 : 1] *= from[i];
  return shape;
}

Result<Shape> SqueezeOp::output_shape(const OpContext& context) const {
  const Shape& from = context.shape(0);
  GOSSAMER_ASSIGN(const auto axes, axes_of(axes_, context));
  AxisSet removed;
  if (axes) {
    GOSSAMER_ASSIGN(removed, normalise_axes(*axes, from.rank()));
  }
  Shape shape;
  for (int axis = 0; axis < from.rank(); ++axis) {
    const bool remove = axes ? removed.contains[axis] : from[axis] == 1;
    if (!remove) {
      shape.push_back(from[axis]);
    } else if (from[axis] != 1) {
      return shape_error("only axes of extent 1 can be removed")
          .got(concat("axis ", axis, " of ", from.to_string()));
    }
  }
  return shape;
}

Result<Shape> UnsqueezeOp::output_shape(const OpContext& context) const {
  const Shape& from = context.shape(0);
  GOSSAMER_ASSIGN(const auto axes, axes_of(axes_, context));
  if (!axes) return require_inputs(context, 2);
  const size_t rank = static_cast<size_t>(from.rank()) + axes->size();
  if (rank > static_cast<size_t>(Shape::kMaxRank)) {
    return unsupported("tensor has too many dimensions")
        .got(concat(rank))
        .expected(concat("at most ", Shape::kMaxRank));
  }
  GOSSAMER_ASSIGN(const AxisSet inserted, normalise_axes(*axes, static_cast<int>(rank)));
  Shape shape;
  int next = 0;
  for (size_t axis = 0; axis < rank; ++axis) {
    shape.push_back(inserted.contains[axis] ? 1 : from[next++]);
  }
  return shape;
}

}  // namespace gossamer
