// See arithmetic.h.
#include "ops/arithmetic.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "kernels/elementwise/functions.h"
#include "ops/broadcast.h"
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
    {"Equal", Kind::kEqual, BinaryOp::kNumber | BinaryOp::kBool},
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

double combine(Kind kind, double a, double b) {
  switch (kind) {
    case Kind::kAdd:
    case Kind::kSum:
    case Kind::kMean:
      return a + b;
    case Kind::kSub:
      return a - b;
    case Kind::kMul:
      return a * b;
    case Kind::kDiv:
      return a / b;
    case Kind::kPow:
      return power(a, b);
    case Kind::kFmod:
      return std::fmod(a, b);
    case Kind::kMax:
      return a > b || std::isnan(a) ? a : b;
    case Kind::kMin:
      return a < b || std::isnan(a) ? a : b;
    case Kind::kPRelu:
      return a < 0 ? a * b : a;
    case Kind::kEqual:
      return a == b ? 1 : 0;
    case Kind::kLess:
      return a < b ? 1 : 0;
    case Kind::kLessOrEqual:
      return a <= b ? 1 : 0;
    case Kind::kGreater:
      return a > b ? 1 : 0;
    case Kind::kGreaterOrEqual:
      return a >= b ? 1 : 0;
    default:  // not for floating point
      return 0;
  }
}

// Elements of one integer type, or bool, as int_at reads them.
struct Integers {
  DataType type;
  int64_t a, b;
};

// Nothing when the division has no result.
std::optional<int64_t> divide(Kind kind, const Integers& in) {
  if (in.b == 0) return std::nullopt;
  if (in.type == DataType::kUint64) {
    const auto a = static_cast<uint64_t>(in.a), b = static_cast<uint64_t>(in.b);
    return static_cast<int64_t>(kind == Kind::kDiv ? a / b : a % b);
  }
  if (in.b == -1) {
    if (kind != Kind::kDiv) return 0;
    if (in.a == integer_range(in.type).lowest) return std::nullopt;
    return -in.a;
  }
  if (kind == Kind::kDiv) return in.a / in.b;
  const int64_t rest = in.a % in.b;
  const bool moves = kind == Kind::kMod && rest != 0 && (rest < 0) != (in.b < 0);
  return moves ? rest + in.b : rest;
}

// Only 1 and -1 have a power below 0 that is an integer; those of other numbers are cut to 0.
std::optional<int64_t> integer_power(int64_t base, int64_t exponent, bool negative) {
  if (negative && base == 0) return std::nullopt;
  if (negative && base != 1 && base != -1) return 0;
  uint64_t result = 1;
  auto square = static_cast<uint64_t>(base);
  for (auto rest = static_cast<uint64_t>(exponent); rest != 0; rest /= 2, square *= square) {
    if (rest % 2 != 0) result *= square;
  }
  return static_cast<int64_t>(result);
}

// Unsigned arithmetic wraps around where signed arithmetic is undefined.
std::optional<int64_t> combine(Kind kind, const Integers& in) {
  const auto a = static_cast<uint64_t>(in.a), b = static_cast<uint64_t>(in.b);
  const bool less = less_int(in.type, in.a, in.b);
  switch (kind) {
    case Kind::kAdd:
      return static_cast<int64_t>(a + b);
    case Kind::kSub:
      return static_cast<int64_t>(a - b);
    case Kind::kMul:
      return static_cast<int64_t>(a * b);
    case Kind::kDiv:
    case Kind::kMod:
    case Kind::kFmod:
      return divide(kind, in);
    case Kind::kMax:
      return less ? in.b : in.a;
    case Kind::kMin:
      return less ? in.a : in.b;
    case Kind::kPRelu:
      return less_int(in.type, in.a, 0) ? static_cast<int64_t>(a * b) : in.a;
    case Kind::kAnd:
      return in.a & in.b;
    case Kind::kOr:
      return in.a | in.b;
    case Kind::kXor:
      return in.a ^ in.b;
    case Kind::kShiftLeft:
      return b < 64 ? static_cast<int64_t>(a << b) : 0;
    case Kind::kShiftRight:
      return b < 64 ? static_cast<int64_t>(a >> b) : 0;
    case Kind::kEqual:
      return in.a == in.b ? 1 : 0;
    case Kind::kLess:
      return less ? 1 : 0;
    case Kind::kLessOrEqual:
      return less || in.a == in.b ? 1 : 0;
    case Kind::kGreater:
      return !less && in.a != in.b ? 1 : 0;
    case Kind::kGreaterOrEqual:
      return !less ? 1 : 0;
    default:
      return 0;
  }
}

// y = a op b; y may be a when their shapes are the same.
Status combine_all(Kind kind, const TensorView& a, const TensorView& b,
                   const MutableTensorView& y) {
  StridedWalk<2> walk(y.shape,
                      {broadcast_strides(a.shape, y.shape), broadcast_strides(b.shape, y.shape)});
  const bool real = is_real(a.type) || is_real(b.type);
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i, walk.next()) {
    if (real) {
      put_number(y, i, combine(kind, real_at(a, walk.offset(0)), real_at(b, walk.offset(1))));
      continue;
    }
    const Integers in{a.type, int_at(a, walk.offset(0)), int_at(b, walk.offset(1))};
    const auto result = kind == Kind::kPow ? integer_power(in.a, in.b, less_int(b.type, in.b, 0))
                                           : combine(kind, in);
    if (!result) {
      return Status(Code::kNumeric, Stage::kRun, "integer division has no result")
          .got(concat(in.a, kind == Kind::kPow ? " to the power of " : " / ", in.b));
    }
    put_int(y, i, *result);
  }
  return Status::ok();
}

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
                                              : 0;
  if ((accepts_ & set) == 0) {
    std::string expected;
    static constexpr std::string_view kNames[] = {"floating point", "signed integers",
                                                  "unsigned integers", "bool"};
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
  return static_cast<double>(context.output(0).shape.elements()) * context.input_count();
}

Status BinaryOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const TensorView& first = args.inputs[0];
  if (!is_variadic()) {
    TensorView right = args.inputs[1];
    GOSSAMER_ASSIGN(right.shape, right_shape(first.shape, right.shape));
    return combine_all(kind_, first, right, y);
  }
  copy_strided(first, StridedWalk<1>(y.shape, {broadcast_strides(first.shape, y.shape)}), 0, y);
  for (const TensorView& x : args.inputs.subspan(1)) GOSSAMER_TRY(combine_all(kind_, y, x, y));
  const int64_t count = kind_ == Kind::kMean ? y.elements() : 0;
  for (int64_t i = 0; i < count; ++i) {
    put_real(y, i, real_at(y, i) / static_cast<double>(args.inputs.size()));
  }
  return Status::ok();
}

}  // namespace gossamer
