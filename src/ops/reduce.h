// ReduceSum, ReduceMean and their kin: the elements along some axes become one. The axes are an
// attribute or, from opset 13 (ReduceSum) or 18 (the others) on, input 1; without any, all of them
// are reduced or, with noop_with_empty_axes, none. What is reduced keeps an extent of 1 or, without
// keepdims, goes.
//
// Nothing reduces to the neutral element: 0, 1 (Prod), the least value (Max), the greatest (Min),
// -infinity (the logarithms); the mean of nothing is NaN, or 0 among integers.
// Source: https://onnx.ai/onnx/operators/onnx__ReduceSum.html and its neighbours
#ifndef GOSSAMER_OPS_REDUCE_H_
#define GOSSAMER_OPS_REDUCE_H_

#include <optional>
#include <vector>

#include "ops/checks.h"

namespace gossamer {

class ReduceOp final : public Op {
 public:
  enum class Kind : uint8_t {
    kSum,
    kMean,
    kMax,
    kMin,
    kProd,
    kL1,         // sum of |x|
    kSumSquare,  // sum of x^2
    kL2,         // its root; from here on integers are computed as real numbers
    kLogSum,
    kLogSumExp,
  };
  using Axes = std::optional<std::vector<int64_t>>;
  struct Attributes {
    Axes axes;
    bool axes_are_input = false;
    bool keep_dims = true;
    bool noop_with_empty_axes = false;
  };

  // `type` must outlive the op.
  ReduceOp(std::string_view type, Kind kind, Attributes attributes)
      : type_(type), kind_(kind), attributes_(std::move(attributes)) {}

  Kind kind() const { return kind_; }
  bool keeps_dims() const { return attributes_.keep_dims; }
  // The axes of an input of this rank, given the axes of input 1 (if it is there). Errors:
  // ATTRIBUTE.
  Result<AxisSet> reduced_axes(std::optional<std::span<const int64_t>> axes, int rank) const;
  // The same reduction with its axes as an attribute, keeping extents of 1.
  std::shared_ptr<const Op> settled(std::vector<int64_t> axes) const;

  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  std::string_view type_;
  Kind kind_;
  Attributes attributes_;
};
// The op as a reduction when it is one; one class serves several operators.
const ReduceOp* as_reduction(const Op* op);

// Each of them, by its type.
OpResult make_reduce(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_REDUCE_H_
