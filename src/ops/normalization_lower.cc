// The kernels of the normalisations: float32, channels last.
#include <cmath>

#include "kernels/normalize/normalize.h"
#include "kernels/sizes.h"
#include "ops/lowering.h"
#include "ops/normalization.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> BatchNormalizationOp::lower(OpContext& context) const {
  bool packable = layout_ == Layout::kChannelsLast;
  for (int i = kX; i <= kVariance; ++i) {
    packable = packable && context.type(i) == DataType::kFloat32;
    packable = packable && (i == kX || context.constant(i) != nullptr);
  }
  if (!packable) return Op::lower(context);
  const Shape& shape = context.shape(kX);
  const int64_t count = channels(shape);
  PackingSource sources[kVariance + 1];
  for (int i = kScale; i <= kVariance; ++i) {
    GOSSAMER_ASSIGN(sources[i], PackingSource::read(context, i));
  }
  GOSSAMER_ASSIGN(AlignedBuffer factors, allocate_floats(2 * count));
  auto* scale = factors.as<float>();
  for (int64_t c = 0; c < count; ++c) {
    scale[c] = sources[kScale].data()[c] / std::sqrt(sources[kVariance].data()[c] + epsilon_);
    scale[count + c] = sources[kShift].data()[c] - sources[kMean].data()[c] * scale[c];
  }
  for (int i = kScale; i <= kVariance; ++i) context.absorb(i);
  const int64_t pixels = count == 0 ? 0 : shape.elements() / count;
  return make_affine_f32(pixels, count, std::move(factors), activation_);
}

}  // namespace gossamer
