// Choosing and asking, element by element: Where takes x or y as a bool says; IsNaN, IsInf, Not and
// BitwiseNot look at one tensor.
// Source: https://onnx.ai/onnx/operators/onnx__Where.html and its neighbours
#ifndef GOSSAMER_OPS_LOGIC_H_
#define GOSSAMER_OPS_LOGIC_H_

#include "ops/checks.h"

namespace gossamer {

// Inputs: condition, x, y, all broadcast together.
class WhereOp final : public Op {
 public:
  static constexpr std::string_view kType = "Where";
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  double work(const OpContext& context) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  bool is_elementwise() const override { return true; }
};

class TestOp final : public Op {
 public:
  enum class Kind : uint8_t { kNot, kBitwiseNot, kIsNan, kIsInf };

  // `type` must outlive the op. The signs are those of the infinities that IsInf finds.
  TestOp(std::string_view type, Kind kind, bool positive, bool negative)
      : type_(type), kind_(kind), positive_(positive), negative_(negative) {}

  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_elementwise() const override { return true; }

 private:
  std::string_view type_;
  Kind kind_;
  bool positive_, negative_;
};

OpResult make_where(AttributeReader& attributes);
// The others, by their type.
OpResult make_test(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LOGIC_H_
