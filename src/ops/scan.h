// CumSum: each element becomes the sum of those before it along an axis, itself included or, with
// exclusive, not; with reverse, of those after it. Input 1 names the axis.
// Source: https://onnx.ai/onnx/operators/onnx__CumSum.html
#ifndef GOSSAMER_OPS_SCAN_H_
#define GOSSAMER_OPS_SCAN_H_

#include "ops/checks.h"

namespace gossamer {

class CumSumOp final : public Op {
 public:
  static constexpr std::string_view kType = "CumSum";
  CumSumOp(bool exclusive, bool reverse) : exclusive_(exclusive), reverse_(reverse) {}
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  bool exclusive_, reverse_;
};

OpResult make_cum_sum(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SCAN_H_
