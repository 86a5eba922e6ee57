// Transpose: axis k of the output is axis perm[k] of the input.
// Source: https://onnx.ai/onnx/operators/onnx__Transpose.html
#ifndef GOSSAMER_OPS_TRANSPOSE_H_
#define GOSSAMER_OPS_TRANSPOSE_H_

#include <vector>

#include "ops/broadcast.h"
#include "ops/checks.h"

namespace gossamer {

class TransposeOp final : public Op {
 public:
  static constexpr std::string_view kType = "Transpose";

  // Requires a permutation of 0 .. n-1, or nothing, which reverses the axes.
  explicit TransposeOp(std::vector<int> perm) : perm_(std::move(perm)) {}

  // Empty when the axes are reversed whatever the rank.
  std::span<const int> perm() const { return perm_; }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> q) const override;

 private:
  int source_axis(int axis, int rank) const {
    return perm_.empty() ? rank - 1 - axis : perm_[static_cast<size_t>(axis)];
  }
  Strides input_strides(const Shape& x) const;  // along the output's axes
  std::vector<int> perm_;
};

OpResult make_transpose(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_TRANSPOSE_H_
