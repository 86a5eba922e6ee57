// Functions of one tensor, element by element, that no other operator absorbs: the elementary
// functions and the rarer activations. One class and one table; the functions themselves are in
// kernels/elementwise/functions.h. (Relu, Clip, Sigmoid and their kin are in elementwise.h.)
// Source: https://onnx.ai/onnx/operators/onnx__Abs.html and its neighbours
#ifndef GOSSAMER_OPS_UNARY_H_
#define GOSSAMER_OPS_UNARY_H_

#include "kernels/elementwise/functions.h"
#include "ops/checks.h"

namespace gossamer {

class FunctionOp final : public Op {
 public:
  // `type` must outlive the op.
  FunctionOp(std::string_view type, const FunctionOfOne& function)
      : type_(type), function_(function) {}

  const FunctionOfOne& function() const { return function_; }

  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  bool is_elementwise() const override { return true; }

 private:
  std::string_view type_;
  FunctionOfOne function_;
};

// Every operator of the table, by its type.
OpResult make_function(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_UNARY_H_
