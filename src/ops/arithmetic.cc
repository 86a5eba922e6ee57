// See arithmetic.h.
#include "ops/arithmetic.h"

#include <concepts>
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "ops/broadcast.h"

namespace gossamer {
namespace {

using Kind = ArithmeticOp::Kind;

float combine(Kind kind, float a, float b) {
  switch (kind) {
    case Kind::kAdd:
      return a + b;
    case Kind::kSub:
      return a - b;
    case Kind::kMul:
      return a * b;
    case Kind::kDiv:
      return a / b;
  }
  return 0;
}

// Unsigned arithmetic wraps around where signed arithmetic is undefined. Division was checked.
template <std::signed_integral T>
T combine(Kind kind, T a, T b) {
  using U = std::make_unsigned_t<T>;
  switch (kind) {
    case Kind::kAdd:
      return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
    case Kind::kSub:
      return static_cast<T>(static_cast<U>(a) - static_cast<U>(b));
    case Kind::kMul:
      return static_cast<T>(static_cast<U>(a) * static_cast<U>(b));
    case Kind::kDiv:
      return a / b;
  }
  return 0;
}

template <typename T>
Status check_division(T a, T b) {
  if constexpr (std::integral<T>) {
    if (b == 0 || (b == -1 && a == std::numeric_limits<T>::min())) {
      return Status(Code::kNumeric, Stage::kRun, "integer division has no result")
          .got(concat(a, " / ", b));
    }
  }
  return Status::ok();
}

template <typename T>
Status combine_all(Kind kind, const EvaluateArgs& args) {
  const Shape& shape = args.outputs[0].shape;
  const T* a = args.inputs[0].as<T>();
  const T* b = args.inputs[1].as<T>();
  T* y = args.outputs[0].as<T>();
  StridedWalk<2> walk(shape, {broadcast_strides(args.inputs[0].shape, shape),
                              broadcast_strides(args.inputs[1].shape, shape)});
  const int64_t count = shape.elements();
  for (int64_t i = 0; i < count; ++i, walk.next()) {
    const T left = a[walk.offset(0)];
    const T right = b[walk.offset(1)];
    if (kind == Kind::kDiv) GOSSAMER_TRY(check_division(left, right));
    y[i] = combine(kind, left, right);
  }
  return Status::ok();
}

template <typename T>
OpResult make(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<T>();
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

Status ArithmeticOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_type(context, 0, {DataType::kFloat32, DataType::kInt32, DataType::kInt64}));
  GOSSAMER_TRY(require_same_type(context, 0, 1));
  GOSSAMER_ASSIGN(const Shape shape, broadcast_shapes(context.shape(0), context.shape(1)));
  return set_output(context, 0, context.type(0), shape);
}

Status ArithmeticOp::evaluate(const EvaluateArgs& args) const {
  switch (args.outputs[0].type) {
    case DataType::kInt32:
      return combine_all<int32_t>(kind_, args);
    case DataType::kInt64:
      return combine_all<int64_t>(kind_, args);
    default:
      return combine_all<float>(kind_, args);
  }
}

}  // namespace gossamer
