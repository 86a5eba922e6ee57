// ScatterElements (Scatter up to opset 10) and ScatterND: a copy of a tensor, some elements of
// which are replaced by updates or combined with them. They mirror GatherElements and GatherND.
// Where an element is named twice, the updates are applied in order.
// Source: https://onnx.ai/onnx/operators/onnx__ScatterElements.html and onnx__ScatterND.html
#ifndef GOSSAMER_OPS_SCATTER_H_
#define GOSSAMER_OPS_SCATTER_H_

#include "ops/checks.h"

namespace gossamer {

enum class ScatterReduction { kReplace, kAdd, kMul, kMin, kMax };

class ScatterElementsOp final : public Op {
 public:
  ScatterElementsOp(std::string_view type, int64_t axis, ScatterReduction reduction)
      : type_(type), axis_(axis), reduction_(reduction) {}
  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::string_view type_;  // a literal
  int64_t axis_;
  ScatterReduction reduction_;
};

class ScatterNdOp final : public Op {
 public:
  explicit ScatterNdOp(ScatterReduction reduction) : reduction_(reduction) {}
  std::string_view type() const override { return "ScatterND"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  ScatterReduction reduction_;
};

OpResult make_scatter(AttributeReader& attributes);
OpResult make_scatter_elements(AttributeReader& attributes);
OpResult make_scatter_nd(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SCATTER_H_
