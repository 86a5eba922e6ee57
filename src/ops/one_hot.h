// OneHot: each index becomes a vector along a new axis, `on` at its place and `off` elsewhere; all
// `off` for an index outside it. Inputs: indices, depth, [off, on].
// Source: https://onnx.ai/onnx/operators/onnx__OneHot.html
#ifndef GOSSAMER_OPS_ONE_HOT_H_
#define GOSSAMER_OPS_ONE_HOT_H_

#include "ops/checks.h"

namespace gossamer {

class OneHotOp final : public Op {
 public:
  explicit OneHotOp(int64_t axis) : axis_(axis) {}
  std::string_view type() const override { return "OneHot"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  int64_t axis_;  // of the output
};

OpResult make_one_hot(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ONE_HOT_H_
