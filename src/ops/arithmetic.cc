// See arithmetic.h.
#include "ops/arithmetic.h"

#include <algorithm>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/combine.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Kind = BinaryOp::Kind;

struct Entry {
  std::string_view type;
  Kind kind;
  uint8_t accepts;
};
constexpr uint8_t kInteger = BinaryOp::kSigned | BinaryOp::kUnsigned;
constexpr Entry kEntries[] = {
    {"And", Kind::kAnd, BinaryOp::kBool},
    {"BitShift", Kind::kShiftLeft, BinaryOp::kUnsigned},
    {"BitwiseAnd", Kind::kAnd, kInteger},
    {"BitwiseOr", Kind::kOr, kInteger},
    {"BitwiseXor", Kind::kXor, kInteger},
    {"Equal", Kind::kEqual, BinaryOp::kNumber | BinaryOp::kBool | BinaryOp::kText},
    {"Greater", Kind::kGreater, BinaryOp::kNumber},
    {"GreaterOrEqual", Kind::kGreaterOrEqual, BinaryOp::kNumber},
    {"Less", Kind::kLess, BinaryOp::kNumber},
    {"LessOrEqual", Kind::kLessOrEqual, BinaryOp::kNumber},
    {"Max", Kind::kMax, BinaryOp::kNumber},
    {"Mean", Kind::kMean, BinaryOp::kReal},
    {"Min", Kind::kMin, BinaryOp::kNumber},
    {"Mod", Kind::kMod, kInteger},
    {"Or", Kind::kOr, BinaryOp::kBool},
    {"PRelu", Kind::kPRelu, BinaryOp::kNumber},
    {"Pow", Kind::kPow, BinaryOp::kNumber},
    {"Sum", Kind::kSum, BinaryOp::kReal},
    {"Xor", Kind::kXor, BinaryOp::kBool},
};

template <typename T>
OpResult make(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  auto op = std::make_shared<T>();
  op->read_broadcast(attributes);
  return std::shared_ptr<const Op>(std::move(op));
}

}  // namespace

OpResult make_add(AttributeReader& attributes) {
  return make<AddOp>(attributes);
}
OpResult make_sub(AttributeReader& attributes) {
  return make<SubOp>(attributes);
}
OpResult make_mul(AttributeReader& attributes) {
  return make<MulOp>(attributes);
}
OpResult make_div(AttributeReader& attributes) {
  return make<DivOp>(attributes);
}

OpResult make_binary(AttributeReader& attributes) {
  Entry entry = *std::ranges::find(kEntries, attributes.op_type(), &Entry::type);
  const bool variadic = entry.kind >= Kind::kMax && entry.kind <= Kind::kMean;
  attributes.expect_inputs(variadic ? 1 : 2, variadic ? INT32_MAX : 2);
  attributes.expect_outputs(1);
  if (entry.kind == Kind::kMod && attributes.get_bool("fmod", false)) {
    entry.kind = Kind::kFmod;
    entry.accepts = BinaryOp::kNumber;
  }
  if (entry.kind == Kind::kShiftLeft) {
    if (!attributes.has("direction")) attributes.fail("direction", "attribute is missing");
    static constexpr std::string_view kDirections[] = {"LEFT", "RIGHT"};
    if (attributes.get_choice("direction", kDirections, 0) == 1) entry.kind = Kind::kShiftRight;
  }
  auto op = std::make_shared<BinaryOp>(entry.type, entry.kind, entry.accepts);
  if (!variadic) op->read_broadcast(attributes);
  return std::shared_ptr<const Op>(std::move(op));
}

void BinaryOp::read_broadcast(AttributeReader& attributes) {
  if (attributes.opset() >= 7) return;
  if (kind_ == Kind::kPRelu) {
    right_axis_ = 1;
    return;
  }
  const bool broadcasts = attributes.get_bool("broadcast", false);
  const bool named = attributes.has("axis");
  const int64_t axis = attributes.get_int("axis", 0);
  if (broadcasts && named) right_axis_ = axis;
}

Result<Shape> BinaryOp::right_shape(const Shape& left, const Shape& right) const {
  if (!right_axis_ || right.checked_elements() == 1) return right;
  GOSSAMER_ASSIGN(const int axis, normalise_axis(*right_axis_, left.rank()));
  Shape shape = right;
  while (shape.rank() + axis < left.rank()) shape.push_back(1);
  return shape;
}

Status BinaryOp::check_type(const OpContext& context, int i) const {
  const DataType type = context.type(i);
  const int set = is_real(type)               ? kReal
                  : is_signed_integer(type)   ? kSigned
                  : is_unsigned_integer(type) ? kUnsigned
                  : type == DataType::kBool   ? kBool
                  : type == DataType::kString ? kText
                                              : 0;
  if ((accepts_ & set) == 0) {
    std::string expected;
    static constexpr std::string_view kNames[] = {"floating point", "signed integers",
                                                  "unsigned integers", "bool", "text"};
    for (size_t k = 0; k < std::size(kNames); ++k) {
      if ((accepts_ >> k & 1) != 0) expected += concat(expected.empty() ? "" : ", ", kNames[k]);
    }
    return unsupported(concat("element type of input ", i, " is not supported"))
        .got(data_type_name(type))
        .expected(expected);
  }
  return kind_ == Kind::kPow ? Status::ok() : require_same_type(context, 0, i);
}

Status BinaryOp::infer(OpContext& context) const {
  const int count = is_variadic() ? std::max(1, context.input_count()) : 2;
  GOSSAMER_TRY(require_inputs(context, count));
  Shape shape = context.shape(0);
  for (int i = 0; i < count; ++i) {
    GOSSAMER_TRY(check_type(context, i));
    GOSSAMER_ASSIGN(const Shape other, right_shape(context.shape(0), context.shape(i)));
    GOSSAMER_ASSIGN(shape, broadcast_shapes(shape, i == 0 ? context.shape(0) : other));
  }
  if (kind_ == Kind::kPRelu && shape != context.shape(0)) {
    return shape_error("the slope does not broadcast to the input's shape")
        .got(concat(context.shape(1).to_string(), " for ", context.shape(0).to_string()));
  }
  const bool decides = kind_ >= Kind::kEqual;
  return set_output(context, 0, decides ? DataType::kBool : context.type(0), shape);
}

double BinaryOp::work(const OpContext& context) const {
  // fmod takes a step for each bit that the exponents are apart.
  const double steps = kind_ == Kind::kFmod ? 1000 : 1;
  return static_cast<double>(context.output(0).shape.elements()) * context.input_count() * steps;
}

Status BinaryOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const TensorView& first = args.inputs[0];
  if (!is_variadic()) {
    TensorView right = args.inputs[1];
    GOSSAMER_ASSIGN(right.shape, right_shape(first.shape, right.shape));
    return combine_elements(kind_, first, right, y);
  }
  copy_strided(first, StridedWalk<1>(y.shape, {broadcast_strides(first.shape, y.shape)}), 0, y);
  for (const TensorView& x : args.inputs.subspan(1)) GOSSAMER_TRY(combine_elements(kind_, y, x, y));
  const int64_t count = kind_ == Kind::kMean ? y.elements() : 0;
  for (int64_t i = 0; i < count; ++i) {
    put_real(y, i, real_at(y, i) / static_cast<double>(args.inputs.size()));
  }
  return Status::ok();
}

}  // namespace gossamer
