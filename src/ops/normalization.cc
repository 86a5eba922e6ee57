// See normalization.h.
#include "ops/normalization.h"

#include <cmath>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {

OpResult make_batch_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(5, 5);
  const float epsilon = attributes.get_float("epsilon", 1e-5f);
  const float momentum = attributes.get_float("momentum", 0.9f);
  // Whether the statistics are per channel or per pixel their shape tells.
  if (attributes.opset() < 9) attributes.get_int("spatial", 1);
  // From opset 14 on an attribute asks for training; before, naming more than one output did,
  // whether or not anybody reads them.
  constexpr int kAttributeAppears = 14;
  const bool by_attribute = attributes.opset() >= kAttributeAppears;
  attributes.expect_outputs(by_attribute ? 3 : 5);
  bool trains = by_attribute && attributes.get_bool("training_mode", false);
  for (int i = 1; i < 5 && !by_attribute; ++i) trains = trains || attributes.names_output(i);
  if (attributes.opset() < 7 && attributes.get_bool("is_test", false)) trains = false;
  for (int i = 1; i < attributes.output_count(); ++i) {
    if (!attributes.wants_output(i) || (trains && by_attribute)) continue;
    return unsupported("outputs for training are not supported").got(concat("output ", i));
  }
  if (trains)
    return make_op<BatchNormalizationOp>(BatchNormalizationOp::training(epsilon, momentum));
  return make_op<BatchNormalizationOp>(epsilon);
}

std::shared_ptr<const Op> BatchNormalizationOp::channels_last() const {
  if (trains_) return nullptr;
  return std::make_shared<BatchNormalizationOp>(epsilon_, Layout::kChannelsLast, activation_);
}

std::shared_ptr<const Op> BatchNormalizationOp::with_activation(
    const Activation& activation) const {
  if (trains_ || activation_.kind != Activation::Kind::kNone) return nullptr;
  return std::make_shared<BatchNormalizationOp>(epsilon_, layout_, activation);
}

Status BatchNormalizationOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 5));
  const Shape& x = context.shape(kX);
  GOSSAMER_TRY(require_rank(context, kX, 2, Shape::kMaxRank));
  for (int i = kX; i <= kVariance; ++i) {
    GOSSAMER_TRY(require_real(context, i));  // since opset 15 they may differ in type
    if (i == kX) continue;
    if (context.shape(i).rank() > 1) return unsupported("statistics per pixel are not supported");
    GOSSAMER_TRY(require_shape(context, i, {channels(x)}, "one value per channel"));
  }
  for (int i = 1; i < context.output_count() && trains_; ++i) {
    GOSSAMER_TRY(set_output(context, i, context.type(kMean), {channels(x)}));
  }
  return set_output(context, 0, context.type(kX), x);
}

double BatchNormalizationOp::work(const OpContext& context) const {
  return Op::work(context) * (trains_ ? 3 : 1);
}

// Elements of a channel come in runs of `inner`, one for each picture (and, with channels last,
// each pixel).
BatchNormalizationOp::Moments BatchNormalizationOp::moments(const EvaluateArgs& args, int64_t c,
                                                            int64_t inner) const {
  if (!trains_) return {real_at(args.inputs[kMean], c), real_at(args.inputs[kVariance], c)};
  const TensorView& x = args.inputs[kX];
  const int64_t count = x.elements();
  const int64_t step = inner * channels(x.shape);
  const int64_t of_channel = count / channels(x.shape);
  const auto mean_of = [&](auto value) {
    double sum = 0;
    for (int64_t i = c * inner; i < count; i += step) {
      for (int64_t k = i; k < i + inner; ++k) sum += value(real_at(x, k));
    }
    return sum / static_cast<double>(of_channel);
  };
  const double mean = mean_of([](double value) { return value; });
  return {mean, mean_of([=](double value) { return (value - mean) * (value - mean); })};
}

Status BatchNormalizationOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[kX];
  const int64_t count = x.elements();
  if (count == 0) return Status::ok();  // the other extents may be any number
  const int64_t channel_count = channels(x.shape);
  int64_t inner = 1;  // elements between one channel and the next
  const int first = layout_ == Layout::kChannelsLast ? x.shape.rank() : 2;
  for (int i = first; i < x.shape.rank(); ++i) inner *= x.shape[i];
  for (int64_t c = 0; c < channel_count; ++c) {
    const auto parameter = [&](int k) { return real_at(args.inputs[static_cast<size_t>(k)], c); };
    const auto [mean, variance] = moments(args, c, inner);
    const double scale = parameter(kScale) / std::sqrt(variance + static_cast<double>(epsilon_));
    const double shift = parameter(kShift);
    for (int64_t i = c * inner; i < count; i += channel_count * inner) {
      for (int64_t k = i; k < i + inner; ++k) {
        put_activated(args.outputs[0], k, activation_, (real_at(x, k) - mean) * scale + shift);
      }
    }
    const double found[] = {mean, variance};
    for (size_t i = 1; i < args.outputs.size(); ++i) {
      if (args.outputs[i].data == nullptr) continue;
      const double before = parameter(kMean + static_cast<int>(i) - 1);
      const double weight = static_cast<double>(momentum_);
      put_real(args.outputs[i], c, before * weight + found[i - 1] * (1 - weight));
    }
  }
  return Status::ok();
}

}  // namespace gossamer
