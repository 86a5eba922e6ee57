// Gather: slices of a tensor along one axis, picked by index: data[:axis] + indices.shape +
// data[axis+1:]. Negative indices count from the end. Its kin are in gather_elements.h.
// Source: https://onnx.ai/onnx/operators/onnx__Gather.html
#ifndef GOSSAMER_OPS_GATHER_H_
#define GOSSAMER_OPS_GATHER_H_

#include "ops/checks.h"

namespace gossamer {

class GatherOp final : public Op {
 public:
  static constexpr std::string_view kType = "Gather";
  explicit GatherOp(int64_t axis) : axis_(axis) {}
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  // Its data, where that is a list of strings.
  std::shared_ptr<const Constant> class_names(const OpContext& context) const override;

 private:
  int64_t axis_;
};

OpResult make_gather(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_GATHER_H_
