// See normalization.h.
#include "ops/normalization.h"

#include <cmath>

#include "base/text.h"

namespace gossamer {

OpResult make_batch_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(5, 5);
  attributes.expect_outputs(5);
  const float epsilon = attributes.get_float("epsilon", 1e-5f);
  attributes.get_float("momentum", 0.9f);  // used in training only
  if (attributes.get_int("training_mode", 0) != 0) {
    return unsupported("training mode is not supported").attribute("training_mode");
  }
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
  return std::make_shared<BatchNormalizationOp>(epsilon_, Layout::kChannelsLast);
}

Status BatchNormalizationOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 5));
  GOSSAMER_TRY(require_floats(context));
  GOSSAMER_TRY(require_rank(context, kX, 2, Shape::kMaxRank));
  const Shape& x = context.shape(kX);
  for (int i = kScale; i <= kVariance; ++i) {
    GOSSAMER_TRY(require_shape(context, i, {x[channel_axis(x)]}, "one value per channel"));
  }
  return set_output(context, 0, DataType::kFloat32, x);
}

Status BatchNormalizationOp::evaluate(const EvaluateArgs& args) const {
  const Shape& shape = args.inputs[kX].shape;
  const int axis = channel_axis(shape);
  int64_t inner = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) inner *= shape[i];
  const auto input = [&](int i) { return args.inputs[static_cast<size_t>(i)].as<float>(); };
  float* y = args.outputs[0].as<float>();
  const int64_t count = shape.elements();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = i / inner % shape[axis];
    const double deviation =
        std::sqrt(static_cast<double>(input(kVariance)[c]) + static_cast<double>(epsilon_));
    const double centred = static_cast<double>(input(kX)[i]) - static_cast<double>(input(kMean)[c]);
    y[i] = static_cast<float>(centred / deviation * static_cast<double>(input(kScale)[c]) +
                              static_cast<double>(input(kShift)[c]));
  }
  return Status::ok();
}

}  // namespace gossamer
