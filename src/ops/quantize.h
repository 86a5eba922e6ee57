// QuantizeLinear, DequantizeLinear and DynamicQuantizeLinear: between real numbers and the integers
// that stand for them.
//
//   q = saturate(round(x / scale) + zero_point)      x = (q - zero_point) * scale
//
// Rounding is to nearest, ties to even. scale and zero_point are one for the tensor, one for each
// index along `axis`, or, with block_size, one for each run of that many along it.
// DynamicQuantizeLinear takes both from the range of its input, which is made to contain 0.
// Source: https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html and its neighbours
#ifndef GOSSAMER_OPS_QUANTIZE_H_
#define GOSSAMER_OPS_QUANTIZE_H_

#include <memory>

#include "ops/checks.h"

namespace gossamer {

// `value` rounded and shifted by the zero point, within the range of an integer type of up to 16
// bits. NaN gives the zero point.
int64_t quantized(float value, int64_t zero_point, DataType type);
// Input i, when present, holds 8-bit integers. Errors: UNSUPPORTED.
Status require_byte(const OpContext& context, int i);

class QuantizeOp final : public Op {
 public:
  static constexpr int kX = 0;
  static constexpr int kScale = 1;
  static constexpr int kZeroPoint = 2;  // optional, of the quantised type
  struct Attributes {
    bool dequantizes = false;
    int64_t axis = 1;
    int64_t block_size = 0;                       // 0: no blocks
    DataType output_type = DataType::kUndefined;  // kUndefined: that of zero point or scale
    bool rounds_last = false;                     // after the zero point was added; not ONNX's
  };
  explicit QuantizeOp(const Attributes& attributes) : attributes_(attributes) {}

  std::string_view type() const override {
    return attributes_.dequantizes ? "DequantizeLinear" : "QuantizeLinear";
  }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Attributes attributes_;
};

class DynamicQuantizeOp final : public Op {
 public:
  static constexpr std::string_view kType = "DynamicQuantizeLinear";
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
};

OpResult make_quantize(AttributeReader& attributes);
OpResult make_dequantize(AttributeReader& attributes);
OpResult make_dynamic_quantize(AttributeReader& attributes);
// Of com.microsoft: the same with an axis and blocks from their first version on.
OpResult make_contrib_quantize(AttributeReader& attributes);
OpResult make_contrib_dequantize(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_QUANTIZE_H_
