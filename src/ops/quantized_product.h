// Convolutions and matrix products of 8-bit integers: ConvInteger and MatMulInteger, which give the
// int32 sums, and QLinearConv and QLinearMatMul, which scale and round them to 8 bits again.
//
//   sum = bias + sum of (x - x_zero) * (w - w_zero)
//   y   = saturate(round(sum * x_scale * w_scale / y_scale) + y_zero)
//
// What belongs to w is one value, or one per output channel or column; what belongs to the left
// side of a matrix product is one value, or one per row. Pixels outside the image count as x_zero.
// Plain loops for now.
// Source: https://onnx.ai/onnx/operators/onnx__QLinearConv.html and its neighbours
#ifndef GOSSAMER_OPS_QUANTIZED_PRODUCT_H_
#define GOSSAMER_OPS_QUANTIZED_PRODUCT_H_

#include <memory>

#include "ops/checks.h"
#include "ops/conv.h"

namespace gossamer {

// What the four share.
class QuantizedProductOp : public Op {
 public:
  // The inputs by what they are; -1 where the operator has none.
  struct Inputs {
    int x, x_scale, x_zero;
    int w, w_scale, w_zero;
    int y_scale, y_zero, bias;
  };

 protected:
  explicit QuantizedProductOp(bool requantizes) : requantizes_(requantizes) {}
  const Inputs& inputs() const;
  bool requantizes() const { return requantizes_; }
  // Everything but the shapes of x and w. `rows` are those of x that may have their own scale,
  // `channels` those of w.
  Status check_operands(const OpContext& context, int64_t rows, int64_t channels) const;
  // States the output, of the type it must have.
  Status set_product(OpContext& context, const Shape& y) const;

 private:
  bool requantizes_;
};

class QuantizedConvOp final : public QuantizedProductOp {
 public:
  // `conv` has the attributes and the layout.
  QuantizedConvOp(bool requantizes, std::shared_ptr<const ConvOp> conv)
      : QuantizedProductOp(requantizes), conv_(std::move(conv)) {}

  std::string_view type() const override { return requantizes() ? "QLinearConv" : "ConvInteger"; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  std::shared_ptr<const Op> channels_last() const override;

 private:
  std::shared_ptr<const ConvOp> conv_;
};

class QuantizedMatMulOp final : public QuantizedProductOp {
 public:
  explicit QuantizedMatMulOp(bool requantizes) : QuantizedProductOp(requantizes) {}

  std::string_view type() const override {
    return requantizes() ? "QLinearMatMul" : "MatMulInteger";
  }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
};

OpResult make_conv_integer(AttributeReader& attributes);
OpResult make_matmul_integer(AttributeReader& attributes);
OpResult make_qlinear_conv(AttributeReader& attributes);
OpResult make_qlinear_matmul(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_QUANTIZED_PRODUCT_H_
