// Conv: a bank of filters slid over the spatial axes of an image.
//
//   y[n, m, o...] = act( scale[m] * sum over c, k... of x[n, g*C/group + c, o*stride - pad +
//                   k*dilation ...] * w[m, c, k...]  +  bias[m]  +  residual[n, m, o...] )
//
// with g = m / (M/group), and pixels outside x counting as 0. scale, residual and act are not ONNX:
// passes fold a BatchNormalization, an addition or an activation that follows into them.
// Source: https://onnx.ai/onnx/operators/onnx__Conv.html
#ifndef GOSSAMER_OPS_CONV_H_
#define GOSSAMER_OPS_CONV_H_

#include <memory>

#include "kernels/activation.h"
#include "kernels/conv/conv_params.h"
#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

class ConvOp final : public Op {
 public:
  static constexpr std::string_view kType = "Conv";
  // x and the output have the op's layout, weights are always [M, C/group, k...].
  static constexpr int kX = 0;
  static constexpr int kWeights = 1;
  static constexpr int kBias = 2;      // [M], optional
  static constexpr int kScale = 3;     // [M], optional, set by passes
  static constexpr int kResidual = 4;  // shape and layout of the output, optional, set by passes

  ConvOp(WindowAttributes window, int64_t group) : window_(std::move(window)), group_(group) {}

  const WindowAttributes& window() const { return window_; }
  int64_t group() const { return group_; }
  Layout layout() const { return layout_; }
  const Activation& activation() const { return activation_; }
  // The same convolution over a window with other pads, say.
  std::shared_ptr<const Op> with_window(WindowAttributes window) const;
  // The window over an input of shape `x`. Errors: as infer().
  Result<WindowGeometry> geometry(const Shape& x, const Shape& weights) const;
  // What a kernel is made of. Requires operands that infer() accepts, of at most two spatial axes.
  Result<ConvParams> params(const OpContext& context) const;
  // infer() for operators whose image and weights are inputs `x` and `weights`.
  Result<Shape> output_shape(const OpContext& context, int x, int weights) const;

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> with_activation(const Activation& activation) const override;
  std::shared_ptr<const Op> channels_last() const override;

 private:
  WindowAttributes window_;
  int64_t group_;
  Layout layout_ = Layout::kChannelsFirst;
  Activation activation_;
};

// Image and filters have the same rank, the windows fit kernel_shape and can be computed with.
// Errors: SHAPE, ATTRIBUTE, UNSUPPORTED.
Status check_filters(const OpContext& context, int x, int weights, const WindowAttributes& window);
// Channels of x, weights and group agree; `transposed` weights have x's channels in front. Errors:
// ATTRIBUTE, SHAPE.
Status check_channels(const PixelExtents& x, const Shape& weights, int64_t group, bool transposed);

OpResult make_conv(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CONV_H_
