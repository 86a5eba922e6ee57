// See mean_variance.h.
#include "ops/mean_variance.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/compose.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Kind = MeanVarianceOp::Kind;

// What is walked in two nested loops: x, scale and bias.
struct Loop {
  Shape shape;
  std::array<Strides, 3> strides{};

  void add(int64_t extent, int64_t x_stride, const std::array<int64_t, 2>& factor_stride) {
    const auto axis = static_cast<size_t>(shape.rank());
    shape.push_back(extent);
    strides[0][axis] = x_stride;
    strides[1][axis] = factor_stride[0];
    strides[2][axis] = factor_stride[1];
  }
  StridedWalk<3> walk() const { return {shape, strides}; }
};

const TensorView* present(const EvaluateArgs& args, int i) {
  const auto index = static_cast<size_t>(i);
  return index < args.inputs.size() && args.inputs[index].data != nullptr ? &args.inputs[index]
                                                                          : nullptr;
}

void put_statistic(const EvaluateArgs& args, size_t output, int64_t i, double value) {
  if (output < args.outputs.size() && args.outputs[output].data != nullptr) {
    put_real(args.outputs[output], i, value);
  }
}

// The mean of nothing. Among the other extents of an empty tensor may be any number.
Status fill_statistics(const EvaluateArgs& args) {
  for (size_t output = 1; output < args.outputs.size(); ++output) {
    const int64_t count =
        args.outputs[output].data == nullptr ? 0 : args.outputs[output].elements();
    for (int64_t i = 0; i < count; ++i) put_statistic(args, output, i, std::nan(""));
  }
  return Status::ok();
}

// The only type in which statistics are kept here, wider ones excepted.
void read_stash_type(AttributeReader& attributes) {
  const auto float32 = static_cast<int64_t>(DataType::kFloat32);
  attributes.get_int("stash_type", float32, float32, float32);
}

int64_t pixels_of(const Shape& x, Layout layout) {
  const int first = layout == Layout::kChannelsLast ? 1 : 2;
  int64_t pixels = 1;
  for (int axis = first; axis < first + x.rank() - 2; ++axis) pixels *= x[axis];
  return pixels;
}

}  // namespace

OpResult make_instance_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  return make_op<MeanVarianceOp>(MeanVarianceOp::Attributes{
      .kind = Kind::kInstance, .epsilon = attributes.get_float("epsilon", 1e-5f)});
}

OpResult make_group_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  MeanVarianceOp::Attributes norm{.kind = Kind::kGroup};
  norm.epsilon = attributes.get_float("epsilon", 1e-5f);
  if (!attributes.has("num_groups")) attributes.fail("num_groups", "attribute is missing");
  norm.groups = attributes.get_int("num_groups", 1, 1, INT32_MAX);
  norm.per_channel = attributes.opset() >= 21;
  if (norm.per_channel) read_stash_type(attributes);
  return make_op<MeanVarianceOp>(std::move(norm));
}

OpResult make_layer_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(3);
  MeanVarianceOp::Attributes norm{.kind = Kind::kLayer};
  norm.epsilon = attributes.get_float("epsilon", 1e-5f);
  norm.axis = attributes.get_int("axis", -1);
  read_stash_type(attributes);
  norm.statistics = attributes.wants_output(1) || attributes.wants_output(2);
  return make_op<MeanVarianceOp>(std::move(norm));
}

OpResult make_rms_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  MeanVarianceOp::Attributes norm{.kind = Kind::kRms};
  norm.epsilon = attributes.get_float("epsilon", 1e-5f);
  norm.axis = attributes.get_int("axis", -1);
  read_stash_type(attributes);
  return make_op<MeanVarianceOp>(std::move(norm));
}

OpResult make_simplified_layer_normalization(AttributeReader& attributes) {
  GOSSAMER_ASSIGN(const auto norm, make_rms_normalization(attributes));
  return compose::make("SimplifiedLayerNormalization", [norm](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 2));
    c.set_output(0, c.add(norm, {c.input(0), c.input(1)}));
    return Status::ok();
  });
}

OpResult make_skip_layer_normalization(AttributeReader& attributes) {
  const bool simplified = attributes.op_type() == "SkipSimplifiedLayerNormalization";
  attributes.expect_inputs(3, simplified ? 4 : 5);
  attributes.expect_outputs(4);
  MeanVarianceOp::Attributes norm{.kind = simplified ? Kind::kRms : Kind::kLayer};
  norm.epsilon = attributes.get_float("epsilon", 1e-12f);
  norm.statistics = attributes.wants_output(1) || attributes.wants_output(2);
  const std::string_view type =
      simplified ? "SkipSimplifiedLayerNormalization" : "SkipLayerNormalization";
  return compose::make(type, [norm, simplified](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 3));
    const int bias = simplified ? 3 : 4;
    ValueId sum = compose::sum(c, c.input(0), c.input(1));
    if (c.has(bias)) sum = compose::sum(c, sum, c.input(bias));
    std::vector<ValueId> inputs = {sum, c.input(2)};
    if (!simplified) inputs.push_back(c.input(3));
    const auto outputs =
        c.add(std::make_shared<MeanVarianceOp>(norm), std::move(inputs), norm.statistics ? 3 : 1);
    for (size_t i = 0; i < outputs.size(); ++i) c.set_output(static_cast<int>(i), outputs[i]);
    c.set_output(3, sum);
    return Status::ok();
  });
}

OpResult make_mean_variance_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  MeanVarianceOp::Attributes norm{.kind = Kind::kMeanVariance, .epsilon = 1e-9f};
  norm.axes = attributes.get_ints("axes").value_or(std::vector<int64_t>{0, 2, 3});
  return make_op<MeanVarianceOp>(std::move(norm));
}

std::string_view MeanVarianceOp::type() const {
  static constexpr std::string_view kTypes[] = {"InstanceNormalization", "GroupNormalization",
                                                "LayerNormalization", "MeanVarianceNormalization",
                                                "RMSNormalization"};
  return kTypes[static_cast<size_t>(attributes_.kind)];
}

std::shared_ptr<const Op> MeanVarianceOp::channels_last() const {
  if (attributes_.kind != Kind::kInstance && attributes_.kind != Kind::kGroup) return nullptr;
  return std::make_shared<MeanVarianceOp>(attributes_, Layout::kChannelsLast);
}

std::shared_ptr<const Op> MeanVarianceOp::permuted(std::span<const int> perm) const {
  const auto set = normalise_axes(attributes_.axes, static_cast<int>(perm.size()));
  if (attributes_.kind != Kind::kMeanVariance || !set.is_ok()) return nullptr;
  Attributes moved = attributes_;
  moved.axes.clear();
  for (size_t axis = 0; axis < perm.size(); ++axis) {
    if (set->contains[perm[axis]]) moved.axes.push_back(static_cast<int64_t>(axis));
  }
  return std::make_shared<MeanVarianceOp>(std::move(moved));
}

Status MeanVarianceOp::check_factors(const OpContext& context) const {
  const Shape& x = context.shape(0);
  if (is_trailing()) {
    for (int i : {kScale, kBias}) {
      if (!context.has_input(i) || broadcasts_to(context.shape(i), x)) continue;
      return shape_error(concat("input ", i, " cannot be broadcast to the tensor"))
          .got(context.shape(i).to_string())
          .expected(concat("a shape that broadcasts to ", x.to_string()));
    }
    return Status::ok();
  }
  const int64_t channels = x[layout_ == Layout::kChannelsLast ? x.rank() - 1 : 1];
  const bool per_group = attributes_.kind == Kind::kGroup && !attributes_.per_channel;
  if (attributes_.kind == Kind::kGroup && channels % attributes_.groups != 0) {
    return attribute_error("num_groups", "groups do not divide the channels")
        .got(concat(attributes_.groups, " for ", channels, " channels"))
        .expected("a divisor");
  }
  for (int i : {kScale, kBias}) {
    GOSSAMER_TRY(require_shape(context, i, {per_group ? attributes_.groups : channels},
                               per_group ? "one value per group" : "one value per channel"));
  }
  return Status::ok();
}

Status MeanVarianceOp::infer(OpContext& context) const {
  static constexpr int kRequired[] = {3, 3, 2, 1, 2};
  GOSSAMER_TRY(require_inputs(context, kRequired[static_cast<size_t>(attributes_.kind)]));
  GOSSAMER_TRY(require_real(context, 0));
  for (int i : {kScale, kBias}) {
    if (context.has_input(i)) GOSSAMER_TRY(require_same_type(context, 0, i));
  }
  const Shape& x = context.shape(0);
  if (attributes_.kind == Kind::kMeanVariance) {
    GOSSAMER_TRY(normalise_axes(attributes_.axes, x.rank()).status());
  } else {
    GOSSAMER_TRY(require_rank(context, 0, is_trailing() ? 1 : 2, Shape::kMaxRank));
    GOSSAMER_TRY(check_factors(context));
  }
  if (is_trailing()) {
    Shape statistics = x;
    GOSSAMER_ASSIGN(int axis, normalise_axis(attributes_.axis, x.rank()));
    for (; axis < x.rank(); ++axis) statistics[axis] = 1;
    for (int i = 1; i < context.output_count(); ++i) {
      GOSSAMER_TRY(set_output(context, i, DataType::kFloat32, statistics));
    }
  }
  return set_output(context, 0, context.type(0), x);
}

Result<MeanVarianceOp::Axes> MeanVarianceOp::axes_of(const Shape& x, const Shape& scale,
                                                     const Shape& bias) const {
  Axes axes;
  if (attributes_.kind == Kind::kMeanVariance) {
    GOSSAMER_ASSIGN(const AxisSet set, normalise_axes(attributes_.axes, x.rank()));
    for (int i = 0; i < x.rank(); ++i) axes.add({x[i], set.contains[i], {}});
    return axes;
  }
  if (is_trailing()) {
    GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.rank()));
    const Strides scale_strides = broadcast_strides(scale, x);
    const Strides bias_strides = broadcast_strides(bias, x);
    for (int i = 0; i < x.rank(); ++i) {
      const auto k = static_cast<size_t>(i);
      axes.add({x[i], i >= axis, {scale_strides[k], bias_strides[k]}});
    }
    return axes;
  }
  const bool last = layout_ == Layout::kChannelsLast;
  const int64_t channels = x[last ? x.rank() - 1 : 1];
  // An instance is a group of one channel.
  const bool instance = attributes_.kind == Kind::kInstance;
  const int64_t groups = instance ? channels : attributes_.groups;
  const int64_t width = instance ? 1 : channels / groups;
  const bool per_channel = attributes_.per_channel;
  const Axis pixels{pixels_of(x, layout_), true, {}};
  axes.add({x[0], false, {}});
  if (last) axes.add(pixels);
  const int64_t group_step = per_channel ? width : 1, step = per_channel ? 1 : 0;
  axes.add({groups, false, {group_step, group_step}});
  axes.add({width, true, {step, step}});
  if (!last) axes.add(pixels);
  return axes;
}

double MeanVarianceOp::inverse_deviation(double variance) const {
  const auto epsilon = static_cast<double>(attributes_.epsilon);
  if (attributes_.kind == Kind::kMeanVariance) return 1 / (std::sqrt(variance) + epsilon);
  return 1 / std::sqrt(variance + epsilon);
}

Status MeanVarianceOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  if (x.elements() == 0) return fill_statistics(args);
  const TensorView* scale = present(args, kScale);
  const TensorView* bias = present(args, kBias);
  GOSSAMER_ASSIGN(const Axes axes, axes_of(x.shape, scale != nullptr ? scale->shape : Shape{},
                                           bias != nullptr ? bias->shape : Shape{}));
  Loop kept, averaged;
  Strides x_strides{};
  int64_t stride = 1;
  for (size_t i = axes.count; i-- > 0; stride *= axes.list[i].extent) x_strides[i] = stride;
  for (size_t i = 0; i < axes.count; ++i) {
    const Axis& axis = axes.list[i];
    (axis.averaged ? averaged : kept).add(axis.extent, x_strides[i], axis.factor_stride);
  }
  const int64_t n = averaged.shape.elements();
  StridedWalk<3> outer = kept.walk();
  StridedWalk<3> inner = averaged.walk();  // back at the start after each pass
  for (int64_t k = 0; k < kept.shape.elements(); ++k, outer.next()) {
    const auto at = [&](size_t operand) { return outer.offset(operand) + inner.offset(operand); };
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n; ++i, inner.next()) sum += real_at(x, at(0));
    const double mean = attributes_.kind == Kind::kRms ? 0 : sum / static_cast<double>(n);
    for (int64_t i = 0; i < n; ++i, inner.next()) {
      const double centred = real_at(x, at(0)) - mean;
      squares += centred * centred;
    }
    const double inverse = inverse_deviation(squares / static_cast<double>(n));
    for (int64_t i = 0; i < n; ++i, inner.next()) {
      const double factor = scale != nullptr ? real_at(*scale, at(1)) : 1;
      const double shift = bias != nullptr ? real_at(*bias, at(2)) : 0;
      put_real(args.outputs[0], at(0), (real_at(x, at(0)) - mean) * inverse * factor + shift);
    }
    put_statistic(args, 1, k, mean);
    put_statistic(args, 2, k, inverse);
  }
  return Status::ok();
}

}  // namespace gossamer
