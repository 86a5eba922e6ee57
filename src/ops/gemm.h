// Gemm and MatMul: products of matrices.
//
//   Gemm:   y = act( alpha * A' * B' + beta * C ), A' and B' being A and B, transposed if so asked;
//           C, optional, is broadcast to [M, N]
//   MatMul: y = act( A * B ) over all leading axes, which broadcast as in numpy; an operand of
//           rank 1 is a row on the left and a column on the right, and loses that axis again
//
// act is not ONNX: passes fold an activation that follows into the product.
// Source: https://onnx.ai/onnx/operators/onnx__Gemm.html and onnx__MatMul.html
#ifndef GOSSAMER_OPS_GEMM_H_
#define GOSSAMER_OPS_GEMM_H_

#include <memory>

#include "kernels/activation.h"
#include "ops/checks.h"

namespace gossamer {

class GemmOp final : public Op {
 public:
  static constexpr std::string_view kType = "Gemm";
  struct Attributes {
    float alpha = 1;
    float beta = 1;
    bool transpose_a = false;
    bool transpose_b = false;
  };

  explicit GemmOp(const Attributes& attributes, const Activation& activation = {})
      : attributes_(attributes), activation_(activation) {}

  const Attributes& attributes() const { return attributes_; }
  const Activation& activation() const { return activation_; }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> with_activation(const Activation& activation) const override;

 private:
  Attributes attributes_;
  Activation activation_;
};

// The product of two stacks of matrices, [batch_a..., m, k] * [batch_b..., k, n].
struct MatMulExtents {
  Shape batch_a;
  Shape batch_b;
  Shape batch;  // what both broadcast to
  int64_t m = 1;
  int64_t k = 1;
  int64_t n = 1;
  Shape output;
};
// Errors: SHAPE.
Result<MatMulExtents> matmul_extents(const Shape& a, const Shape& b);

class MatMulOp final : public Op {
 public:
  static constexpr std::string_view kType = "MatMul";

  explicit MatMulOp(const Activation& activation = {}) : activation_(activation) {}

  const Activation& activation() const { return activation_; }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> with_activation(const Activation& activation) const override;

 private:
  Activation activation_;
};

OpResult make_gemm(AttributeReader& attributes);
OpResult make_matmul(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_GEMM_H_
