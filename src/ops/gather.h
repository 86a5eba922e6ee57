// Gather, GatherElements, GatherND: elements of a tensor picked by index. Negative indices count
// from the end.
//   Gather          slices along one axis: data[:axis] + indices.shape + data[axis+1:]
//   GatherElements  one element per index, each at its own place along the other axes
//   GatherND        one block per tuple of indices, a tuple being a row of the last axis
// Source: https://onnx.ai/onnx/operators/onnx__Gather.html and its neighbours
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

 private:
  int64_t axis_;
};

class GatherElementsOp final : public Op {
 public:
  explicit GatherElementsOp(int64_t axis) : axis_(axis) {}
  std::string_view type() const override { return "GatherElements"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  int64_t axis_;
};

class GatherNdOp final : public Op {
 public:
  // The first axes of data and indices that run in step.
  explicit GatherNdOp(int64_t batch_dims) : batch_dims_(batch_dims) {}
  std::string_view type() const override { return "GatherND"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  int64_t batch_dims_;
};

OpResult make_gather(AttributeReader& attributes);
OpResult make_gather_elements(AttributeReader& attributes);
OpResult make_gather_nd(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_GATHER_H_
