// The pools' kernels: channels last, at most two spatial axes.
#include "kernels/pool/pool.h"
#include "ops/pool.h"

namespace gossamer {

Result<PoolParams> PoolOp::params(const OpContext& context) const {
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(0)));
  const PixelExtents x = pixel_extents(context.shape(0), layout_);
  PoolParams p;
  p.kind = attributes_.kind == Kind::kMax ? PoolParams::Kind::kMax : PoolParams::Kind::kAverage;
  p.batch = x.batch;
  p.in_h = g.in[1], p.in_w = g.in[2], p.channels = x.channels;
  p.out_h = g.out[1], p.out_w = g.out[2];
  p.kernel_h = g.kernel[1], p.kernel_w = g.kernel[2];
  p.stride_h = g.stride[1], p.stride_w = g.stride[2];
  p.dilation_h = g.dilation[1], p.dilation_w = g.dilation[2];
  p.pad_top = g.pad_begin[1], p.pad_left = g.pad_begin[2];
  p.pad_bottom = g.pad_end[1], p.pad_right = g.pad_end[2];
  p.count_include_pad = attributes_.count_include_pad;
  return p;
}

Result<std::unique_ptr<Kernel>> PoolOp::lower(OpContext& context) const {
  const bool fits = layout_ == Layout::kChannelsLast && context.shape(0).rank() <= 4 &&
                    context.type(0) == DataType::kFloat32;
  const bool norm = attributes_.kind == Kind::kLp;
  if (!fits || (norm && attributes_.p > 2)) return Op::lower(context);
  GOSSAMER_ASSIGN(const PoolParams p, params(context));
  if (!norm) return make_pool_f32(p);
  auto kernel = make_lp_pool_f32(p, attributes_.p);
  if (kernel == nullptr) return Op::lower(context);
  return kernel;
}

}  // namespace gossamer
