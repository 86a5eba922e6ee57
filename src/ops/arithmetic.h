// Add, Sub, Mul, Div: two tensors combined element by element, with numpy's broadcasting. Integers
// (shape arithmetic) wrap around; dividing by zero, or the lowest by -1, is an error, not a trap.
// Source: https://onnx.ai/onnx/operators/onnx__Add.html and its neighbours
#ifndef GOSSAMER_OPS_ARITHMETIC_H_
#define GOSSAMER_OPS_ARITHMETIC_H_

#include "ops/checks.h"

namespace gossamer {

// What the four share. The subclasses only give it a type, for op_cast.
class ArithmeticOp : public Op {
 public:
  enum class Kind { kAdd, kSub, kMul, kDiv };
  Kind kind() const { return kind_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  bool is_elementwise() const override { return true; }

 protected:
  explicit ArithmeticOp(Kind kind) : kind_(kind) {}

 private:
  Kind kind_;
};

class AddOp final : public ArithmeticOp {
 public:
  static constexpr std::string_view kType = "Add";
  AddOp() : ArithmeticOp(Kind::kAdd) {}
  std::string_view type() const override { return kType; }
};

class SubOp final : public ArithmeticOp {
 public:
  static constexpr std::string_view kType = "Sub";
  SubOp() : ArithmeticOp(Kind::kSub) {}
  std::string_view type() const override { return kType; }
};

class MulOp final : public ArithmeticOp {
 public:
  static constexpr std::string_view kType = "Mul";
  MulOp() : ArithmeticOp(Kind::kMul) {}
  std::string_view type() const override { return kType; }
};

class DivOp final : public ArithmeticOp {
 public:
  static constexpr std::string_view kType = "Div";
  DivOp() : ArithmeticOp(Kind::kDiv) {}
  std::string_view type() const override { return kType; }
};

OpResult make_add(AttributeReader& attributes);
OpResult make_sub(AttributeReader& attributes);
OpResult make_mul(AttributeReader& attributes);
OpResult make_div(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ARITHMETIC_H_
