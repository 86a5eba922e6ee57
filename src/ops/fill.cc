// See fill.h.
#include "ops/fill.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr double kMostElements = 0x1p53;  // what a double counts exactly; no memory has as many

// How many values Range gives. Integers are counted as such: limits may be 2^63 apart.
Result<int64_t> range_length(const TensorView& start, const TensorView& limit,
                             const TensorView& delta) {
  const auto too_many = [] { return shape_error("the range has too many values"); };
  const double step = real_at(delta, 0);
  if (step == 0 || std::isnan(step)) {
    return attribute_error("delta", "the step of a range cannot be 0").got(concat(step));
  }
  if (is_real(start.type)) {
    const double length = std::ceil((real_at(limit, 0) - real_at(start, 0)) / step);
    if (!(length > 0)) return std::isnan(length) ? Result<int64_t>(too_many()) : int64_t{0};
    if (length > kMostElements) return too_many();
    return static_cast<int64_t>(length);
  }
  const int64_t from = int_at(start, 0);
  const int64_t to = int_at(limit, 0);
  const int64_t by = int_at(delta, 0);
  if (by > 0 ? to <= from : to >= from) return int64_t{0};
  const auto distance = by > 0 ? static_cast<uint64_t>(to) - static_cast<uint64_t>(from)
                               : static_cast<uint64_t>(from) - static_cast<uint64_t>(to);
  const auto magnitude =
      by > 0 ? static_cast<uint64_t>(by) : uint64_t{0} - static_cast<uint64_t>(by);
  const uint64_t length = (distance - 1) / magnitude + 1;
  if (length > static_cast<uint64_t>(kMostElements)) return too_many();
  return static_cast<int64_t>(length);
}

}  // namespace

OpResult make_constant_of_shape(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const std::shared_ptr<const Constant> value = attributes.get_tensor("value");
  ConstantOfShapeOp::Element element{};
  if (value == nullptr) return make_op<ConstantOfShapeOp>(DataType::kFloat32, element);
  const size_t size = data_type_size(value->type());
  if (size == 0 || value->bytes() != size) {
    attributes.fail("value", "attribute must hold a single number", value->shape().to_string());
    return make_op<ConstantOfShapeOp>(DataType::kFloat32, element);
  }
  GOSSAMER_TRY(value->read(std::span(element).first(size)));
  return make_op<ConstantOfShapeOp>(value->type(), element);
}

OpResult make_range(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  return make_op<RangeOp>();
}

OpResult make_eye_like(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const int64_t type = attributes.get_int("dtype", 0, 0, static_cast<int64_t>(DataType::kInt4));
  return make_op<EyeLikeOp>(static_cast<DataType>(type), attributes.get_int("k", 0));
}

Status ConstantOfShapeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_ASSIGN(const std::vector<int64_t> extents, context.ints(0));
  GOSSAMER_ASSIGN(const Shape shape, make_shape(extents));
  return set_output(context, 0, element_type_, shape);
}

Status ConstantOfShapeOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const size_t size = data_type_size(y.type);
  for (size_t at = 0; at < y.bytes(); at += size) {
    std::memcpy(y.as<std::byte>() + at, value_.data(), size);
  }
  return Status::ok();
}

Status RangeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_number(context, 0));
  std::array<std::shared_ptr<const Constant>, 3> numbers;
  for (int i = 0; i < 3; ++i) {
    GOSSAMER_TRY(require_same_type(context, 0, i));
    if (context.shape(i).elements() != 1) {
      return shape_error(concat("input ", i, " must be a single number"))
          .got(context.shape(i).to_string());
    }
    GOSSAMER_ASSIGN(numbers[static_cast<size_t>(i)], context.known(i));
  }
  GOSSAMER_ASSIGN(const int64_t length,
                  range_length(numbers[0]->view(), numbers[1]->view(), numbers[2]->view()));
  return set_output(context, 0, context.type(0), Shape{length});
}

Status RangeOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const TensorView& start = args.inputs[0];
  const TensorView& delta = args.inputs[2];
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i) {
    if (is_real(y.type)) {
      put_real(y, i, real_at(start, 0) + static_cast<double>(i) * real_at(delta, 0));
    } else {  // unsigned, because uint64 may pass the range of int64
      const auto offset = static_cast<uint64_t>(i) * static_cast<uint64_t>(int_at(delta, 0));
      put_int(y, i, static_cast<int64_t>(static_cast<uint64_t>(int_at(start, 0)) + offset));
    }
  }
  return Status::ok();
}

Status EyeLikeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_rank(context, 0, 2, 2));
  const DataType type = element_type_ == DataType::kUndefined ? context.type(0) : element_type_;
  if (data_type_size(type) == 0 || type == DataType::kString) {
    return unsupported("element type is not supported").got(data_type_name(type));
  }
  return set_output(context, 0, type, context.shape(0));
}

Status EyeLikeOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const int64_t columns = y.shape[1];
  if (y.bytes() == 0) return Status::ok();
  std::memset(y.data, 0, y.bytes());
  for (int64_t row = 0; row < y.shape[0]; ++row) {
    int64_t column = 0;
    if (__builtin_add_overflow(row, k_, &column) || column < 0 || column >= columns) continue;
    const int64_t at = row * columns + column;
    if (is_real(y.type)) {
      put_real(y, at, 1);
    } else {
      put_int(y, at, 1);
    }
  }
  return Status::ok();
}

}  // namespace gossamer
