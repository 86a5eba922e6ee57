// See constant.h.
#include "ops/constant.h"

#include <algorithm>
#include <span>

#include "base/text.h"

namespace gossamer {
namespace {

// A copy of `values` with the given rank, 0 or 1.
template <typename T>
Result<std::shared_ptr<const Constant>> copy_list(DataType type, const std::vector<T>& values,
                                                  int rank) {
  const Shape shape = rank == 0 ? Shape{} : Shape{static_cast<int64_t>(values.size())};
  return Constant::copy_of({type, shape, values.data()});
}

int clamp_axis(int64_t axis, int rank) {
  return static_cast<int>(std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank));
}

}  // namespace

OpResult make_constant(AttributeReader& attributes) {
  static constexpr std::string_view kForms[] = {"value",         "value_float", "value_floats",
                                                "value_int",     "value_ints",  "value_string",
                                                "value_strings", "sparse_value"};
  attributes.expect_inputs(0, 0);
  attributes.expect_outputs(1);
  const auto forms = std::ranges::count_if(kForms, [&](auto name) { return attributes.has(name); });
  if (forms != 1) {
    return attribute_error("value", "a constant needs exactly one value")
        .got(concat(forms, " attributes"))
        .expected("1 attribute");
  }
  std::shared_ptr<const Constant> value = attributes.get_tensor("value");
  if (value == nullptr) value = attributes.get_tensor("sparse_value");  // dense by now
  if (attributes.has("value_float")) {
    const std::vector<float> list = {attributes.get_float("value_float", 0)};
    GOSSAMER_ASSIGN(value, copy_list(DataType::kFloat32, list, 0));
  } else if (attributes.has("value_int")) {
    const std::vector<int64_t> list = {attributes.get_int("value_int", 0)};
    GOSSAMER_ASSIGN(value, copy_list(DataType::kInt64, list, 0));
  } else if (const auto floats = attributes.get_floats("value_floats")) {
    GOSSAMER_ASSIGN(value, copy_list(DataType::kFloat32, *floats, 1));
  } else if (const auto ints = attributes.get_ints("value_ints")) {
    GOSSAMER_ASSIGN(value, copy_list(DataType::kInt64, *ints, 1));
  } else if (attributes.has("value_string")) {
    const std::vector<int32_t> list = {
        attributes.number_of(attributes.get_string("value_string", ""))};
    GOSSAMER_ASSIGN(value, copy_list(DataType::kString, list, 0));
  } else if (const auto strings = attributes.get_strings("value_strings")) {
    GOSSAMER_ASSIGN(value, copy_list(DataType::kString, *strings, 1));
  }
  if (value == nullptr) {
    attributes.fail("value", "attribute holds no tensor");
    value = Constant::resident(DataType::kFloat32, Shape{0}, {});  // finish() reports the failure
  }
  return make_op<ConstantOp>(std::move(value));
}

OpResult make_shape_of(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const int64_t start = attributes.get_int("start", 0);
  return make_op<ShapeOp>(start, attributes.get_int("end", Shape::kMaxRank));
}

OpResult make_size(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<SizeOp>();
}

Status ConstantOp::infer(OpContext& context) const {
  GOSSAMER_TRY(set_output(context, 0, value_->type(), value_->shape()));
  context.set_output(0, value_->type(), value_->shape(), value_);
  return Status::ok();
}

Status ConstantOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  return value_->read({y.as<std::byte>(), y.bytes()});
}

int ShapeOp::first(int rank) const {
  return clamp_axis(start_, rank);
}

int ShapeOp::last(int rank) const {
  return std::max(first(rank), clamp_axis(end_, rank));
}

Status ShapeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  const Shape& x = context.shape(0);
  const std::vector<int64_t> extents(x.begin() + first(x.rank()), x.begin() + last(x.rank()));
  const Shape shape{static_cast<int64_t>(extents.size())};
  GOSSAMER_ASSIGN(auto constant, make_int64_constant(shape, extents));
  context.set_output(0, DataType::kInt64, shape, std::move(constant));
  return Status::ok();
}

Status ShapeOp::evaluate(const EvaluateArgs& args) const {
  const Shape& x = args.inputs[0].shape;
  std::copy(x.begin() + first(x.rank()), x.begin() + last(x.rank()), args.outputs[0].as<int64_t>());
  return Status::ok();
}

Status SizeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_ASSIGN(auto constant, make_int64_constant({}, {context.shape(0).elements()}));
  context.set_output(0, DataType::kInt64, {}, std::move(constant));
  return Status::ok();
}

Status SizeOp::evaluate(const EvaluateArgs& args) const {
  args.outputs[0].as<int64_t>()[0] = args.inputs[0].elements();
  return Status::ok();
}

}  // namespace gossamer
