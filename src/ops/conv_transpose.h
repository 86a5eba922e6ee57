// ConvTranspose: the gradient of Conv as an operator of its own, which enlarges an image. Input
// pixel i adds to the outputs under its window:
//
//   y[n, m, o...] = bias[m] + sum over c, i..., k... with o = i*stride - pad + k*dilation of
//                   x[n, c, i...] * w[c, m mod M/group, k...]
//
// with c in the group of m. The extent of the output is attributes' business: output_padding adds
// to it, output_shape states it (pads then follow from it).
// Source: https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
#ifndef GOSSAMER_OPS_CONV_TRANSPOSE_H_
#define GOSSAMER_OPS_CONV_TRANSPOSE_H_

#include <memory>
#include <vector>

#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

class ConvTransposeOp final : public Op {
 public:
  static constexpr std::string_view kType = "ConvTranspose";
  static constexpr int kX = 0;
  static constexpr int kWeights = 1;  // [C, M/group, k...]
  static constexpr int kBias = 2;     // [M], optional
  struct Attributes {
    WindowAttributes window;
    int64_t group = 1;
    std::vector<int64_t> output_padding;
    std::vector<int64_t> output_shape;  // of the spatial axes, or of all
  };

  explicit ConvTransposeOp(Attributes attributes) : attributes_(std::move(attributes)) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> channels_last() const override;

 private:
  // `in` is the image x, `out` the larger one.
  Result<WindowGeometry> geometry(const Shape& x, const Shape& weights) const;
  Attributes attributes_;
  Layout layout_ = Layout::kChannelsFirst;
};

OpResult make_conv_transpose(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CONV_TRANSPOSE_H_
