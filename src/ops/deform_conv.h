// DeformConv: a convolution of images whose taps each lie an offset of their own, a fraction of a
// pixel or more, from their place in the window.
//
//   y[n, m, o] = bias[m] + sum over c, tap of w[m, c, tap] * mask[n, g, tap, o]
//                * x[n, c, o * stride - pad + tap * dilation + offset[n, g, tap, o]]
//
// x between pixels is interpolated linearly, and 0 outside. The offsets (rows, then columns) and
// the optional mask come for each of `offset_group` groups g of channels. Source:
// https://onnx.ai/onnx/operators/onnx__DeformConv.html
#ifndef GOSSAMER_OPS_DEFORM_CONV_H_
#define GOSSAMER_OPS_DEFORM_CONV_H_

#include <memory>

#include "ops/checks.h"
#include "ops/conv.h"

namespace gossamer {

class DeformConvOp final : public Op {
 public:
  static constexpr std::string_view kType = "DeformConv";
  static constexpr int kX = 0;
  static constexpr int kWeights = 1;
  static constexpr int kOffsets = 2;  // [N, offset_group * taps * 2, out_h, out_w]
  static constexpr int kBias = 3;     // optional
  static constexpr int kMask = 4;     // optional, [N, offset_group * taps, out_h, out_w]
  DeformConvOp(std::shared_ptr<const ConvOp> conv, int64_t offset_group)
      : conv_(std::move(conv)), offset_group_(offset_group) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::shared_ptr<const ConvOp> conv_;  // has the window and the groups
  int64_t offset_group_;
};

OpResult make_deform_conv(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_DEFORM_CONV_H_
