// Conv's kernels: channels last, at most two spatial axes, constant weights.
#include "kernels/conv/conv.h"
#include "ops/conv.h"
#include "ops/lowering.h"

namespace gossamer {

Result<ConvParams> ConvOp::params(const OpContext& context) const {
  const Shape& weights = context.shape(kWeights);
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(kX), weights));
  const PixelExtents x = pixel_extents(context.shape(kX), layout_);
  ConvParams p;
  p.batch = x.batch;
  p.in_h = g.in[1], p.in_w = g.in[2], p.in_channels = x.channels;
  p.out_h = g.out[1], p.out_w = g.out[2], p.out_channels = weights[0];
  p.kernel_h = g.kernel[1], p.kernel_w = g.kernel[2];
  p.stride_h = g.stride[1], p.stride_w = g.stride[2];
  p.dilation_h = g.dilation[1], p.dilation_w = g.dilation[2];
  p.pad_top = g.pad_begin[1], p.pad_left = g.pad_begin[2];
  p.groups = group_;
  p.activation = activation_;
  p.max_weight_bytes = context.max_weight_bytes();
  p.threads = context.threads();
  return p;
}

Result<std::unique_ptr<Kernel>> ConvOp::lower(OpContext& context) const {
  const bool packable = context.constant(kWeights) != nullptr && is_packable(context, kBias) &&
                        is_packable(context, kScale);
  // An empty output needs no kernel, and nothing then bounds the window by weights that exist.
  const bool empty = context.output(0).shape.elements() == 0;
  const bool floats = context.type(kX) == DataType::kFloat32;
  if (layout_ != Layout::kChannelsLast || context.shape(kX).rank() > 4 || !packable || empty ||
      !floats) {
    return Op::lower(context);
  }
  GOSSAMER_ASSIGN(const ConvParams p, params(context));
  GOSSAMER_ASSIGN(const PackingSource weights, PackingSource::read(context, kWeights));
  GOSSAMER_ASSIGN(const PackingSource bias, PackingSource::read(context, kBias));
  GOSSAMER_ASSIGN(const PackingSource scale, PackingSource::read(context, kScale));
  const int residual = context.has_input(kResidual) ? kResidual : kNoResidual;
  GOSSAMER_ASSIGN(auto kernel,
                  make_conv_f32(p, weights.data(), scale.data(), bias.data(), residual));
  for (int i : {kWeights, kBias, kScale}) {
    if (context.has_input(i)) context.absorb(i);
  }
  return kernel;
}

}  // namespace gossamer
