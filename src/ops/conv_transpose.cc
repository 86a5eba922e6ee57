// See conv_transpose.h.
#include "ops/conv_transpose.h"

#include <algorithm>

#include "base/text.h"
#include "ops/conv.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using AutoPad = WindowAttributes::AutoPad;

// Output extent and pads of one axis; `stated` is the extent asked for, or -1.
Status resolve_axis(AutoPad auto_pad, size_t axis, int64_t padding, int64_t stated,
                    WindowGeometry& g) {
  const int64_t whole = (g.in[axis] - 1) * g.stride[axis] + padding + g.reach(axis);
  const bool same = auto_pad == AutoPad::kSameUpper || auto_pad == AutoPad::kSameLower;
  int64_t& out = g.out[axis];
  if (stated >= 0 || same) {
    out = stated >= 0 ? stated : g.in[axis] * g.stride[axis];
    const int64_t total = std::max<int64_t>(0, whole - out);
    const int64_t smaller = total / 2;
    const bool upper = auto_pad == AutoPad::kSameUpper;
    g.pad_begin[axis] = upper ? smaller : total - smaller;
    g.pad_end[axis] = upper ? total - smaller : smaller;
  } else {
    out = whole - g.pad_begin[axis] - g.pad_end[axis];
  }
  if (out > 0) return Status::ok();
  return attribute_error(stated >= 0 ? "output_shape" : "pads", "nothing is left of the output")
      .got(concat("extent ", out))
      .expected("at least 1");
}

// The input coordinate that tap `tap` spreads to output `at`; -1 when there is none.
int64_t source_of(const WindowGeometry& g, size_t axis, int64_t at, int64_t tap) {
  const int64_t steps = at + g.pad_begin[axis] - tap * g.dilation[axis];
  if (steps < 0 || steps % g.stride[axis] != 0) return -1;
  const int64_t source = steps / g.stride[axis];
  return source < g.in[axis] ? source : -1;
}

// f(tap, pixel) for every pixel of the input that reaches output `at`.
template <typename F>
void for_each_source(const WindowGeometry& g, const Spatial& at, F&& f) {
  for_each_position(g.kernel, [&](const Spatial& tap) {
    Spatial pixel;
    for (size_t axis = 0; axis < pixel.size(); ++axis) {
      pixel[axis] = source_of(g, axis, at[axis], tap[axis]);
      if (pixel[axis] < 0) return;
    }
    f(tap, pixel);
  });
}

}  // namespace

OpResult make_conv_transpose(AttributeReader& attributes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(1);
  ConvTransposeOp::Attributes conv;
  conv.window = read_window(attributes);
  conv.group = attributes.get_int("group", 1, 1, INT32_MAX);
  conv.output_padding = read_extents(attributes, "output_padding", 0);
  conv.output_shape = attributes.get_ints("output_shape").value_or(std::vector<int64_t>{});
  for (int64_t extent : conv.output_shape) {
    if (extent >= 0 && extent <= kMaxPixelExtent) continue;
    attributes.fail("output_shape", "attribute is out of range", concat(extent),
                    concat("0 to ", kMaxPixelExtent));
  }
  return make_op<ConvTransposeOp>(std::move(conv));
}

std::shared_ptr<const Op> ConvTransposeOp::channels_last() const {
  auto copy = std::make_shared<ConvTransposeOp>(*this);
  copy->layout_ = Layout::kChannelsLast;
  return copy;
}

Result<WindowGeometry> ConvTransposeOp::geometry(const Shape& x, const Shape& weights) const {
  const Spatial kernel = to_spatial(weights.dims().subspan(2));
  const PixelExtents input = pixel_extents(x, layout_);
  const int rank = input.spatial_rank;
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_lists(attributes_.window, input, kernel));
  GOSSAMER_ASSIGN(const Spatial padding,
                  per_axis("output_padding", attributes_.output_padding, rank, 0));
  std::span<const int64_t> stated(attributes_.output_shape);
  // Some exporters state the batch and the channels, too.
  if (static_cast<int>(stated.size()) == x.rank()) stated = stated.subspan(2);
  GOSSAMER_ASSIGN(const Spatial out, per_axis("output_shape", stated, rank, -1));
  for (auto axis = static_cast<size_t>(kMaxSpatialRank - rank); axis < kMaxSpatialRank; ++axis) {
    GOSSAMER_TRY(resolve_axis(attributes_.window.auto_pad, axis, padding[axis], out[axis], g));
  }
  return g;
}

Status ConvTransposeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_real(context, kX));
  GOSSAMER_TRY(require_same_type(context, kX, kWeights));
  GOSSAMER_TRY(check_filters(context, kX, kWeights, attributes_.window));
  const PixelExtents x = pixel_extents(context.shape(kX), layout_);
  const Shape& w = context.shape(kWeights);
  const int64_t group = attributes_.group;
  GOSSAMER_TRY(check_channels(x, w, group, true));
  if (w[1] > kMaxPixelExtent) return shape_error("too many channels").got(w.to_string());
  const int64_t channels = w[1] * group;
  if (context.has_input(kBias)) {
    GOSSAMER_TRY(require_same_type(context, kX, kBias));
    GOSSAMER_TRY(require_shape(context, kBias, {channels}, "one value per output channel"));
  }
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(kX), w));
  return set_output(context, 0, context.type(kX),
                    pixel_shape(x.batch, channels, g.out, g.spatial_rank, layout_));
}

double ConvTransposeOp::work(const OpContext& context) const {
  // Each output looks at every tap, and sums over the channels of its group at some of them.
  const Shape& w = context.shape(kWeights);
  double steps = static_cast<double>(context.output(0).shape.elements());
  for (int axis = 2; axis < w.rank(); ++axis) steps *= static_cast<double>(w[axis]);
  const int64_t channels_summed = w[0] / attributes_.group;
  return steps * static_cast<double>(1 + channels_summed);
}

Status ConvTransposeOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[kX];
  const TensorView& w = args.inputs[kWeights];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(x.shape, w.shape));
  const PixelExtents xe = pixel_extents(x.shape, layout_);
  const PixelExtents we = pixel_extents(w.shape, Layout::kChannelsFirst);  // batch is C
  const PixelExtents ye = pixel_extents(y.shape, layout_);
  const bool biased = args.inputs.size() > kBias && args.inputs[kBias].data != nullptr;
  const int64_t channels = xe.channels / attributes_.group;  // that one output sums over
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t m = 0; m < ye.channels; ++m) {
      const int64_t first = m / we.channels * channels;
      const double bias = biased ? real_at(args.inputs[kBias], m) : 0;
      for_each_position(g.out, [&](const Spatial& at) {
        double sum = bias;
        if (channels == 0) return put_real(y, ye.offset(n, m, at), sum);  // any window fits those
        for_each_source(g, at, [&](const Spatial& tap, const Spatial& pixel) {
          for (int64_t c = first; c < first + channels; ++c) {
            sum +=
                real_at(x, xe.offset(n, c, pixel)) * real_at(w, we.offset(c, m % we.channels, tap));
          }
        });
        put_real(y, ye.offset(n, m, at), sum);
      });
    }
  }
  return Status::ok();
}

}  // namespace gossamer
