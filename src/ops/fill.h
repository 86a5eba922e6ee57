// Operators that make tensors from a few numbers: ConstantOfShape (one value everywhere), Range
// (start, start + delta, ...) and EyeLike (ones on a diagonal).
// Source: https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html, onnx__Range.html and
// onnx__EyeLike.html
#ifndef GOSSAMER_OPS_FILL_H_
#define GOSSAMER_OPS_FILL_H_

#include <array>
#include <memory>

#include "ops/checks.h"

namespace gossamer {

class ConstantOfShapeOp final : public Op {
 public:
  using Element = std::array<std::byte, sizeof(int64_t)>;
  ConstantOfShapeOp(DataType element_type, Element value)
      : element_type_(element_type), value_(value) {}
  std::string_view type() const override { return "ConstantOfShape"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  DataType element_type_;
  Element value_;
};

class RangeOp final : public Op {
 public:
  std::string_view type() const override { return "Range"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
};

class EyeLikeOp final : public Op {
 public:
  // kUndefined keeps the input's type. The diagonal is k places above the main one.
  EyeLikeOp(DataType element_type, int64_t k) : element_type_(element_type), k_(k) {}
  std::string_view type() const override { return "EyeLike"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  DataType element_type_;
  int64_t k_;
};

OpResult make_constant_of_shape(AttributeReader& attributes);
OpResult make_range(AttributeReader& attributes);
OpResult make_eye_like(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_FILL_H_
