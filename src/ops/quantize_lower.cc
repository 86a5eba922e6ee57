// The kernels of QuantizeLinear and DequantizeLinear: float32 on one side, 8 bits on the other, and
// constant factors for the tensor or an axis.
#include "kernels/quantize/quantize.h"
#include "kernels/sizes.h"
#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/lowering.h"
#include "ops/quantize.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> QuantizeOp::lower(OpContext& context) const {
  const bool dequantizes = attributes_.dequantizes;
  const DataType real = dequantizes ? context.output(0).type : context.type(kX);
  const DataType whole = dequantizes ? context.type(kX) : context.output(0).type;
  const bool fits = real == DataType::kFloat32 && context.type(kScale) == DataType::kFloat32 &&
                    is_integer(whole) && data_type_size(whole) == 1 &&
                    attributes_.block_size == 0 && context.constant(kScale) != nullptr &&
                    is_packable(context, kZeroPoint);
  const int64_t channels = context.shape(kScale).elements();
  const Shape& x = context.shape(kX);
  if (!fits || x.elements() == 0) return Op::lower(context);
  QuantizeParams p;
  p.type = whole;
  p.rounds_last = attributes_.rounds_last;
  p.channels = channels;
  p.inner = channels == 1 ? x.elements() : 1;
  if (channels != 1) {
    GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.rank()));
    const AxisExtents e = extents_around(x, axis);
    p.outer = e.outer, p.inner = e.inner;
  }
  GOSSAMER_ASSIGN(const PackingSource scale, PackingSource::read(context, kScale));
  GOSSAMER_ASSIGN(AlignedBuffer factors, allocate_floats(2 * channels + kFactorsBeyond));
  auto* target = factors.as<float>();
  std::copy(scale.data(), scale.data() + channels, target);
  std::fill(target + channels, target + 2 * channels + kFactorsBeyond, 0.0f);
  context.absorb(kScale);
  if (context.has_input(kZeroPoint)) {
    GOSSAMER_ASSIGN(const auto zeros, read_whole(context.constant(kZeroPoint)));
    for (int64_t c = 0; c < channels; ++c) {
      target[channels + c] = static_cast<float>(int_at(zeros->view(), c));
    }
    context.absorb(kZeroPoint);
  }
  return dequantizes ? make_dequantize_f32(p, std::move(factors))
                     : make_quantize_f32(p, std::move(factors));
}

}  // namespace gossamer
