// Concat: tensors joined along one axis.
// Source: https://onnx.ai/onnx/operators/onnx__Concat.html
#ifndef GOSSAMER_OPS_CONCAT_H_
#define GOSSAMER_OPS_CONCAT_H_

#include "ops/checks.h"

namespace gossamer {

class ConcatOp final : public Op {
 public:
  static constexpr std::string_view kType = "Concat";
  explicit ConcatOp(int64_t axis) : axis_(axis) {}
  int64_t axis() const { return axis_; }  // negative ones count from the end
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  int64_t axis_;
};

OpResult make_concat(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CONCAT_H_
