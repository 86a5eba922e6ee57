// See conv.h.
#include "ops/conv.h"

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr int64_t kMaxGroup = INT32_MAX;

// Element `at` of input i, or `fallback` when the input is absent.
double optional_at(const EvaluateArgs& args, int i, int64_t at, double fallback) {
  const auto index = static_cast<size_t>(i);
  const bool present = index < args.inputs.size() && args.inputs[index].data != nullptr;
  return present ? real_at(args.inputs[index], at) : fallback;
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

std::shared_ptr<const Op> ConvOp::channels_last() const {
  auto copy = std::make_shared<ConvOp>(*this);
  copy->layout_ = Layout::kChannelsLast;
  return copy;
}

std::shared_ptr<const Op> ConvOp::with_window(WindowAttributes window) const {
  auto copy = std::make_shared<ConvOp>(*this);
  copy->window_ = std::move(window);
  return copy;
}

Result<WindowGeometry> ConvOp::geometry(const Shape& x, const Shape& weights) const {
  const Spatial kernel = to_spatial(weights.dims().subspan(2));
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_window(window_, pixel_extents(x, layout_), kernel));
  return g;
}

Status check_channels(const PixelExtents& x, const Shape& weights, int64_t group, bool transposed) {
  const int64_t outputs = transposed ? x.channels : weights[0];
  if (x.channels % group != 0 || outputs % group != 0) {
    return attribute_error("group", "group does not divide the channels")
        .got(concat(group, " for ", x.channels, " input and ", outputs, " output channels"))
        .expected("a divisor of both");
  }
  const int64_t expected = transposed ? x.channels : x.channels / group;
  if (weights[transposed ? 0 : 1] == expected) return Status::ok();
  return shape_error("weights do not match the input's channels")
      .got(concat("weights ", weights.to_string(), ", ", x.channels, " channels, group ", group))
      .expected(concat("weights with ", expected, " channels"));
}

Status check_filters(const OpContext& context, int x, int weights, const WindowAttributes& window) {
  GOSSAMER_TRY(check_pixels(context, x));
  const int rank = context.shape(x).rank();
  GOSSAMER_TRY(require_rank(context, weights, rank, rank));
  const Shape& w = context.shape(weights);
  const auto& stated = window.kernel_shape;
  for (int axis = 0; axis < rank - 2; ++axis) {
    const int64_t extent = w[axis + 2];
    if (static_cast<int>(stated.size()) == rank - 2 &&
        stated[static_cast<size_t>(axis)] != extent) {
      return shape_error("weights contradict kernel_shape")
          .got(concat("weights ", w.to_string()))
          .expected(concat("a window of ", Shape(stated).to_string()));
    }
    if (extent < 1 || extent > kMaxWindowValue) {
      return attribute_error("kernel_shape", "window is empty or too large")
          .got(concat("weights ", w.to_string()))
          .expected(concat("1 to ", kMaxWindowValue));
    }
  }
  return Status::ok();
}

Result<Shape> ConvOp::output_shape(const OpContext& context, int x, int weights) const {
  GOSSAMER_TRY(check_filters(context, x, weights, window_));
  const PixelExtents extents = pixel_extents(context.shape(x), layout_);
  const Shape& w = context.shape(weights);
  GOSSAMER_TRY(check_channels(extents, w, group_, false));
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(x), w));
  return pixel_shape(extents.batch, w[0], g.out, g.spatial_rank, layout_);
}

Status ConvOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_real(context, kX));
  for (int i = kWeights; i <= kResidual; ++i) {
    if (context.has_input(i)) GOSSAMER_TRY(require_same_type(context, kX, i));
  }
  GOSSAMER_ASSIGN(const Shape y, output_shape(context, kX, kWeights));
  for (int i : {kBias, kScale}) {
    if (!context.has_input(i)) continue;
    GOSSAMER_TRY(
        require_shape(context, i, {context.shape(kWeights)[0]}, "one value per output channel"));
  }
  if (context.has_input(kResidual)) {
    GOSSAMER_TRY(require_shape(context, kResidual, y, "a value for each output"));
  }
  return set_output(context, 0, context.type(kX), y);
}

double ConvOp::work(const OpContext& context) const {
  const Shape& weights = context.shape(kWeights);  // each output sums over one filter
  const double filter = static_cast<double>(weights.elements()) /
                        static_cast<double>(std::max<int64_t>(1, weights[0]));
  return static_cast<double>(context.output(0).shape.elements()) * filter;
}

Status ConvOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[kX];
  const TensorView& w = args.inputs[kWeights];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(x.shape, w.shape));
  const PixelExtents xe = pixel_extents(x.shape, layout_);
  const PixelExtents we = pixel_extents(w.shape, Layout::kChannelsFirst);  // batch is M
  const PixelExtents ye = pixel_extents(y.shape, layout_);

  const auto filter = [&](int64_t n, int64_t m, const Spatial& at) {
    const int64_t first_channel = m / (we.batch / group_) * we.channels;
    double sum = 0;
    g.for_each_tap(at, [&](const Spatial& tap, const Spatial& pixel) {
      for (int64_t c = 0; c < we.channels; ++c) {
        sum +=
            real_at(x, xe.offset(n, first_channel + c, pixel)) * real_at(w, we.offset(m, c, tap));
      }
    });
    return sum;
  };
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t m = 0; m < ye.channels; ++m) {
      const double scale = optional_at(args, kScale, m, 1);
      const double bias = optional_at(args, kBias, m, 0);
      for_each_position(g.out, [&](const Spatial& at) {
        const int64_t place = ye.offset(n, m, at);
        const double sum = filter(n, m, at) * scale + bias + optional_at(args, kResidual, place, 0);
        put_activated(y, place, activation_, sum);
      });
    }
  }
  return Status::ok();
}

}  // namespace gossamer
