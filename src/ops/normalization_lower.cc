// The kernels of the normalisations: float32.
#include <cmath>
#include <optional>

#include "kernels/normalize/normalize.h"
#include "kernels/sizes.h"
#include "ops/broadcast.h"
#include "ops/local_response.h"
#include "ops/lowering.h"
#include "ops/mean_variance.h"
#include "ops/normalization.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> BatchNormalizationOp::lower(OpContext& context) const {
  bool packable = !trains_ && layout_ == Layout::kChannelsLast;
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

namespace {

// The axes as the kernel's [outer, rows, groups, width], if they have that form: from the inside
// out, averaged ones make the width, kept ones the groups, and so on. Scale and bias must advance
// with groups and width, or with groups alone, and stand still otherwise. Nothing when the form is
// another.
std::optional<MeanVarianceParams> as_rows(const MeanVarianceOp::Axes& axes,
                                          const bool (&given)[2]) {
  enum Place { kOuter, kRows, kGroups, kWidth };
  MeanVarianceParams p;
  int64_t* const extents[] = {&p.outer, &p.rows, &p.groups, &p.width};
  int place = kWidth;
  int64_t stride = 1;  // of scale and bias
  for (size_t i = axes.count; i-- > 0;) {
    const auto& axis = axes.list[i];
    if (axis.extent == 1) continue;
    const auto moves_by = [&](int64_t step) {
      return (!given[0] || axis.factor_stride[0] == step) &&
             (!given[1] || axis.factor_stride[1] == step);
    };
    if (axis.averaged) {
      if (place == kGroups) place = kRows;
      if (place == kOuter) return std::nullopt;
    } else {
      if (place == kRows) place = kOuter;
      if (place != kOuter) place = moves_by(stride) ? kGroups : kOuter;
    }
    if (place == kWidth && p.width == 1) p.per_group = !moves_by(stride);
    const bool still = place < kGroups || (place == kWidth && p.per_group);
    if (!moves_by(still ? 0 : stride)) return std::nullopt;
    *extents[place] *= axis.extent;
    if (!still) stride *= axis.extent;
  }
  return p;
}

}  // namespace

Result<std::unique_ptr<Kernel>> MeanVarianceOp::lower(OpContext& context) const {
  const bool plain = context.type(0) == DataType::kFloat32 && !attributes_.statistics;
  if (!plain || context.shape(0).elements() == 0) return Op::lower(context);
  const bool given[] = {context.has_input(kScale), context.has_input(kBias)};
  GOSSAMER_ASSIGN(const Axes axes,
                  axes_of(context.shape(0), given[0] ? context.shape(kScale) : Shape{},
                          given[1] ? context.shape(kBias) : Shape{}));
  auto params = as_rows(axes, given);
  if (!params) return Op::lower(context);
  const bool outside = attributes_.kind == Kind::kMeanVariance;
  (outside ? params->epsilon_outside : params->epsilon) = attributes_.epsilon;
  params->centred = attributes_.kind != Kind::kRms;
  return make_mean_variance_f32(*params);
}

Result<std::unique_ptr<Kernel>> LrnOp::lower(OpContext& context) const {
  const Shape& x = context.shape(0);
  if (context.type(0) != DataType::kFloat32 || x.elements() == 0) return Op::lower(context);
  const AxisExtents e = extents_around(x, attributes_.channel_axis);
  LocalResponseParams p;
  p.pixels = e.outer, p.channels = e.size, p.inner = e.inner;
  p.below = (attributes_.size - 1) / 2;
  p.above = attributes_.size - 1 - p.below;
  p.alpha = attributes_.alpha / static_cast<float>(attributes_.size);
  p.beta = attributes_.beta;
  p.bias = attributes_.bias;
  return make_local_response_f32(p);
}

}  // namespace gossamer
