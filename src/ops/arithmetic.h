// Operators that combine two tensors element by element, with numpy's broadcasting: arithmetic,
// comparisons, logic and bits, and those that take any number of tensors (Max, Min, Sum, Mean).
// Integers (shape arithmetic) wrap around; dividing by zero, or the lowest by -1, is an error, not
// a trap. NaN wins over every number in Max and Min.
// Source: https://onnx.ai/onnx/operators/onnx__Add.html and its neighbours
#ifndef GOSSAMER_OPS_ARITHMETIC_H_
#define GOSSAMER_OPS_ARITHMETIC_H_

#include <optional>

#include "ops/checks.h"

namespace gossamer {

class BinaryOp : public Op {
 public:
  enum class Kind : uint8_t {
    kAdd,
    kSub,
    kMul,
    kDiv,
    kPow,
    kMod,   // the sign of the divisor, as in Python; integers only
    kFmod,  // the sign of the dividend, as in C
    kMax,
    kMin,
    kSum,
    kMean,
    kPRelu,  // a, or a b where a is negative; b must broadcast to a
    kAnd,    // of bools or of bits
    kOr,
    kXor,
    kShiftLeft,
    kShiftRight,
    kEqual,  // from here on the result is bool
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
  };
  // Sets of element types.
  static constexpr uint8_t kReal = 1, kSigned = 2, kUnsigned = 4, kBool = 8, kText = 16;
  static constexpr uint8_t kNumber = kReal | kSigned | kUnsigned;

  // `type` must outlive the op.
  BinaryOp(std::string_view type, Kind kind, uint8_t accepts)
      : type_(type), kind_(kind), accepts_(accepts) {}

  // Before opset 7 nothing broadcast by itself: an attribute asked for it and could name the axis
  // of the first operand with which the second one's first axis is aligned (PRelu: 1).
  void read_broadcast(AttributeReader& attributes);

  Kind kind() const { return kind_; }
  std::string_view type() const final { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  double work(const OpContext& context) const override;
  bool is_elementwise() const override { return !right_axis_; }

 private:
  // The second operand's shape under the rules of opset 7.
  Result<Shape> right_shape(const Shape& left, const Shape& right) const;
  bool is_variadic() const { return kind_ >= Kind::kMax && kind_ <= Kind::kMean; }
  Status check_type(const OpContext& context, int i) const;
  std::string_view type_;
  Kind kind_;
  uint8_t accepts_;
  std::optional<int64_t> right_axis_;
};

// The subclasses only give these a type, for op_cast.
class AddOp final : public BinaryOp {
 public:
  static constexpr std::string_view kType = "Add";
  AddOp() : BinaryOp(kType, Kind::kAdd, kNumber) {}
};

class SubOp final : public BinaryOp {
 public:
  static constexpr std::string_view kType = "Sub";
  SubOp() : BinaryOp(kType, Kind::kSub, kNumber) {}
};

class MulOp final : public BinaryOp {
 public:
  static constexpr std::string_view kType = "Mul";
  MulOp() : BinaryOp(kType, Kind::kMul, kNumber) {}
};

class DivOp final : public BinaryOp {
 public:
  static constexpr std::string_view kType = "Div";
  DivOp() : BinaryOp(kType, Kind::kDiv, kNumber) {}
};

OpResult make_add(AttributeReader& attributes);
OpResult make_sub(AttributeReader& attributes);
OpResult make_mul(AttributeReader& attributes);
OpResult make_div(AttributeReader& attributes);
// Every other operator above, by its type.
OpResult make_binary(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ARITHMETIC_H_
