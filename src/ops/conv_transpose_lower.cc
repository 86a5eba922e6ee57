// ConvTranspose's kernel: channels last, at most two spatial axes, constant weights.
#include "kernels/conv/conv_transpose.h"
#include "ops/conv_transpose.h"
#include "ops/lowering.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> ConvTransposeOp::lower(OpContext& context) const {
  const Shape& weights = context.shape(kWeights);
  const bool fits = layout_ == Layout::kChannelsLast && weights.rank() <= 4 &&
                    context.type(kX) == DataType::kFloat32 &&
                    context.constant(kWeights) != nullptr && is_packable(context, kBias);
  // Nothing bounds a window by weights that exist where there are none.
  const bool empty = context.output(0).shape.elements() == 0 || weights.elements() == 0 ||
                     context.shape(kX).elements() == 0;
  if (!fits || empty) return Op::lower(context);
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(kX), weights));
  if (std::max(g.stride[1], g.stride[2]) > kMaxTransposeStride) return Op::lower(context);
  const PixelExtents x = pixel_extents(context.shape(kX), layout_);
  ConvParams p;
  p.batch = x.batch;
  p.in_h = g.in[1], p.in_w = g.in[2], p.in_channels = x.channels;
  p.out_h = g.out[1], p.out_w = g.out[2], p.out_channels = weights[1] * attributes_.group;
  p.kernel_h = g.kernel[1], p.kernel_w = g.kernel[2];
  p.stride_h = g.stride[1], p.stride_w = g.stride[2];
  p.dilation_h = g.dilation[1], p.dilation_w = g.dilation[2];
  p.pad_top = g.pad_begin[1], p.pad_left = g.pad_begin[2];
  p.groups = attributes_.group;
  p.threads = context.threads();
  GOSSAMER_ASSIGN(const PackingSource source, PackingSource::read(context, kWeights));
  GOSSAMER_ASSIGN(const PackingSource bias, PackingSource::read(context, kBias));
  GOSSAMER_ASSIGN(auto kernel, make_conv_transpose_f32(p, source.data(), bias.data()));
  for (int i : {kWeights, kBias}) {
    if (context.has_input(i)) context.absorb(i);
  }
  return kernel;
}

}  // namespace gossamer
