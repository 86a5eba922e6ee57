// Cast: the same values in another element type. Numbers become integers by dropping the fraction;
// values that the target cannot hold become the nearest it can, NaN becomes 0, so that no input
// has undefined results. Anything but 0 is true.
// Source: https://onnx.ai/onnx/operators/onnx__Cast.html
#ifndef GOSSAMER_OPS_CAST_H_
#define GOSSAMER_OPS_CAST_H_

#include "ops/checks.h"

namespace gossamer {

class CastOp final : public Op {
 public:
  static constexpr std::string_view kType = "Cast";
  explicit CastOp(DataType to) : to_(to) {}
  DataType to() const { return to_; }
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_elementwise() const override { return true; }

 private:
  DataType to_;
};

OpResult make_cast(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CAST_H_
