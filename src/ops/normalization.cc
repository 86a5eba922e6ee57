// See normalization.h.
#include "ops/normalization.h"

#include <cmath>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {

OpResult make_batch_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(5, 5);
  attributes.expect_outputs(5);
  const float epsilon = attributes.get_float("epsilon", 1e-5f);
  attributes.get_float("momentum", 0.9f);  // used in training only
  if (attributes.get_int("training_mode", 0) != 0) {
    return unsupported("training mode is not supported").attribute("training_mode");
  }
  // As in opset 7, which dropped it, one output means inference.
  if (attributes.opset() < 7) attributes.get_int("is_test", 0);
  if (attributes.opset() < 9 && attributes.get_int("spatial", 1) != 1) {
    return unsupported("statistics per pixel are not supported").attribute("spatial");
  }
  for (int i = 1; i < attributes.output_count(); ++i) {
    if (attributes.wants_output(i)) {
      return unsupported("outputs for training are not supported").got(concat("output ", i));
    }
  }
  return make_op<BatchNormalizationOp>(epsilon);
}

std::shared_ptr<const Op> BatchNormalizationOp::channels_last() const {
  return std::make_shared<BatchNormalizationOp>(epsilon_, Layout::kChannelsLast, activation_);
}

std::shared_ptr<const Op> BatchNormalizationOp::with_activation(
    const Activation& activation) const {
  if (activation_.kind != Activation::Kind::kNone) return nullptr;
  return std::make_shared<BatchNormalizationOp>(epsilon_, layout_, activation);
}

Status BatchNormalizationOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 5));
  const Shape& x = context.shape(kX);
  GOSSAMER_TRY(require_rank(context, kX, 2, Shape::kMaxRank));
  for (int i = kX; i <= kVariance; ++i) {
    GOSSAMER_TRY(require_real(context, i));  // since opset 15 they may differ in type
    if (i != kX) GOSSAMER_TRY(require_shape(context, i, {channels(x)}, "one value per channel"));
  }
  return set_output(context, 0, context.type(kX), x);
}

Status BatchNormalizationOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[kX];
  const int64_t count = x.elements();
  if (count == 0) return Status::ok();  // the other extents may be any number
  const int64_t channel_count = channels(x.shape);
  int64_t inner = 1;  // elements between one channel and the next
  const int first = layout_ == Layout::kChannelsLast ? x.shape.rank() : 2;
  for (int i = first; i < x.shape.rank(); ++i) inner *= x.shape[i];
  for (int64_t i = 0; i < count; i += inner) {
    const int64_t c = i / inner % channel_count;
    const auto parameter = [&](int k) { return real_at(args.inputs[static_cast<size_t>(k)], c); };
    const double scale =
        parameter(kScale) / std::sqrt(parameter(kVariance) + static_cast<double>(epsilon_));
    const double mean = parameter(kMean), shift = parameter(kShift);
    for (int64_t k = i; k < i + inner; ++k) {
      put_activated(args.outputs[0], k, activation_, (real_at(x, k) - mean) * scale + shift);
    }
  }
  return Status::ok();
}

}  // namespace gossamer
