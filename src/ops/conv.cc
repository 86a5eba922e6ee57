// See conv.h.
#include "ops/conv.h"

#include "base/text.h"

namespace gossamer {
namespace {

constexpr int64_t kMaxGroup = INT32_MAX;

bool present(const EvaluateArgs& args, int i) {
  const auto index = static_cast<size_t>(i);
  return index < args.inputs.size() && args.inputs[index].data != nullptr;
}

const float* floats(const EvaluateArgs& args, int i) {
  return present(args, i) ? args.inputs[static_cast<size_t>(i)].as<float>() : nullptr;
}

// Channels of x, weights and group agree.
Status check_channels(const PixelExtents& x, const Shape& weights, int64_t group) {
  if (x.channels % group != 0 || weights[0] % group != 0) {
    return attribute_error("group", "group does not divide the channels")
        .got(concat(group, " for ", x.channels, " input and ", weights[0], " output channels"))
        .expected("a divisor of both");
  }
  if (weights[1] != x.channels / group) {
    return shape_error("weights do not match the input's channels")
        .got(concat("weights ", weights.to_string(), ", ", x.channels, " channels, group ", group))
        .expected(concat("weights with ", x.channels / group, " channels"));
  }
  return Status::ok();
}

}  // namespace

OpResult make_conv(AttributeReader& attributes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(1);
  WindowAttributes window = read_window(attributes);
  return make_op<ConvOp>(std::move(window), attributes.get_int("group", 1, 1, kMaxGroup));
}

std::shared_ptr<const Op> ConvOp::with_activation(const Activation& activation) const {
  if (activation_.kind != Activation::Kind::kNone) return nullptr;
  auto copy = std::make_shared<ConvOp>(*this);
  copy->activation_ = activation;
  return copy;
}

std::shared_ptr<const Op> ConvOp::with_window(WindowAttributes window) const {
  auto copy = std::make_shared<ConvOp>(*this);
  copy->window_ = std::move(window);
  return copy;
}

std::shared_ptr<const Op> ConvOp::channels_last() const {
  auto copy = std::make_shared<ConvOp>(*this);
  copy->layout_ = Layout::kChannelsLast;
  return copy;
}

Result<WindowGeometry> ConvOp::geometry(const Shape& x, const Shape& weights) const {
  const Spatial kernel = to_spatial(weights.dims().subspan(2));
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_window(window_, pixel_extents(x, layout_), kernel));
  return g;
}

Status ConvOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_floats(context));
  GOSSAMER_TRY(check_pixels(context, kX));
  const PixelExtents x = pixel_extents(context.shape(kX), layout_);
  GOSSAMER_TRY(require_rank(context, kWeights, x.spatial_rank + 2, x.spatial_rank + 2));
  const Shape& weights = context.shape(kWeights);
  for (int axis = 0; axis < x.spatial_rank; ++axis) {
    const auto& stated = window_.kernel_shape;
    const int64_t extent = weights[axis + 2];
    if (static_cast<int>(stated.size()) == x.spatial_rank &&
        stated[static_cast<size_t>(axis)] != extent) {
      return shape_error("weights contradict kernel_shape")
          .got(concat("weights ", weights.to_string()))
          .expected(concat("a window of ", Shape(stated).to_string()));
    }
    if (extent < 1 || extent > kMaxWindowValue) {
      return attribute_error("kernel_shape", "window is empty or too large")
          .got(concat("weights ", weights.to_string()))
          .expected(concat("1 to ", kMaxWindowValue));
    }
  }
  GOSSAMER_TRY(check_channels(x, weights, group_));
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(kX), weights));
  const Shape y = pixel_shape(x.batch, weights[0], g.out, g.spatial_rank, layout_);
  for (int i : {kBias, kScale}) {
    if (!context.has_input(i)) continue;
    GOSSAMER_TRY(require_shape(context, i, {weights[0]}, "one value per output channel"));
  }
  if (context.has_input(kResidual)) {
    GOSSAMER_TRY(require_shape(context, kResidual, y, "a value for each output"));
  }
  return set_output(context, 0, DataType::kFloat32, y);
}

double ConvOp::work(const OpContext& context) const {
  const Shape& weights = context.shape(kWeights);  // each output sums over one filter
  const double filter = static_cast<double>(weights.elements()) /
                        static_cast<double>(std::max<int64_t>(1, weights[0]));
  return static_cast<double>(context.output(0).shape.elements()) * filter;
}

Status ConvOp::evaluate(const EvaluateArgs& args) const {
  const Shape& w_shape = args.inputs[kWeights].shape;
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(args.inputs[kX].shape, w_shape));
  const PixelExtents xe = pixel_extents(args.inputs[kX].shape, layout_);
  const PixelExtents we = pixel_extents(w_shape, Layout::kChannelsFirst);  // batch is M
  const PixelExtents ye = pixel_extents(args.outputs[0].shape, layout_);
  const float* x = floats(args, kX);
  const float* w = floats(args, kWeights);
  const float* bias = floats(args, kBias);
  const float* scale = floats(args, kScale);
  const float* residual = floats(args, kResidual);
  float* y = args.outputs[0].as<float>();

  const auto filter = [&](int64_t n, int64_t m, const Spatial& at) {
    const int64_t first_channel = m / (we.batch / group_) * we.channels;
    double sum = 0;
    g.for_each_tap(at, [&](const Spatial& tap, const Spatial& pixel) {
      for (int64_t c = 0; c < we.channels; ++c) {
        sum += static_cast<double>(x[xe.offset(n, first_channel + c, pixel)]) *
               static_cast<double>(w[we.offset(m, c, tap)]);
      }
    });
    return static_cast<float>(sum);
  };
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t m = 0; m < ye.channels; ++m) {
      for_each_position(g.out, [&](const Spatial& at) {
        const int64_t place = ye.offset(n, m, at);
        float value = filter(n, m, at);
        if (scale != nullptr) value *= scale[m];
        if (bias != nullptr) value += bias[m];
        if (residual != nullptr) value += residual[place];
        y[place] = apply(activation_, value);
      });
    }
  }
  return Status::ok();
}

}  // namespace gossamer
