// NonZero and Compress: operators whose output's extent depends on the values of an input, which
// must therefore be known when shapes are inferred. NonZero lists the places of the elements that
// are not 0, Compress keeps the slices (or, without an axis, elements) that a condition marks.
// Source: https://onnx.ai/onnx/operators/onnx__NonZero.html and onnx__Compress.html
#ifndef GOSSAMER_OPS_NONZERO_H_
#define GOSSAMER_OPS_NONZERO_H_

#include <optional>

#include "ops/checks.h"

namespace gossamer {

class NonZeroOp final : public Op {
 public:
  std::string_view type() const override { return "NonZero"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
};

class CompressOp final : public Op {
 public:
  explicit CompressOp(std::optional<int64_t> axis) : axis_(axis) {}
  std::string_view type() const override { return "Compress"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::optional<int64_t> axis_;
};

OpResult make_non_zero(AttributeReader& attributes);
OpResult make_compress(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_NONZERO_H_
