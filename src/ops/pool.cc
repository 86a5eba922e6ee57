// See pool.h.
#include "ops/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"

namespace gossamer {
namespace {

WindowAttributes read_pool_window(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  WindowAttributes window = read_window(attributes);
  window.ceil_mode = attributes.get_bool("ceil_mode", false);
  if (window.kernel_shape.empty()) attributes.fail("kernel_shape", "attribute is missing");
  return window;
}

// A pad as wide as the window would give windows without a single pixel.
Status check_pads(const WindowGeometry& g) {
  for (size_t axis = 0; axis < kMaxSpatialRank; ++axis) {
    const int64_t pad = std::max(g.pad_begin[axis], g.pad_end[axis]);
    if (pad < g.reach(axis)) continue;
    return attribute_error("pads", "pad is not smaller than the window")
        .got(concat(pad))
        .expected(concat("at most ", g.reach(axis) - 1));
  }
  return Status::ok();
}

// The number of taps inside the padded input, for count_include_pad.
int64_t padded_taps(const WindowGeometry& g, const Spatial& at) {
  int64_t count = 1;
  for (size_t axis = 0; axis < kMaxSpatialRank; ++axis) {
    // Those in the leading pad count as well: no tap lies before it.
    count *= g.taps_below(axis, at[axis], g.in[axis] + g.pad_end[axis]).end;
  }
  return count;
}

}  // namespace

OpResult make_max_pool(AttributeReader& attributes) {
  WindowAttributes window = read_pool_window(attributes);
  attributes.expect_outputs(2);
  attributes.get_int("storage_order", 0, 0, 1);  // orders the indices only
  if (attributes.wants_output(1)) return unsupported("the Indices output is not supported");
  return make_op<MaxPoolOp>(std::move(window));
}

OpResult make_average_pool(AttributeReader& attributes) {
  WindowAttributes window = read_pool_window(attributes);
  attributes.expect_outputs(1);
  return make_op<AveragePoolOp>(std::move(window), attributes.get_bool("count_include_pad", false));
}

OpResult make_global_max_pool(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<GlobalMaxPoolOp>();
}

OpResult make_global_average_pool(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<GlobalAveragePoolOp>();
}

Result<WindowGeometry> PoolOp::geometry(const Shape& x) const {
  const PixelExtents input = pixel_extents(x, layout_);
  if (global_) {
    WindowGeometry g;
    g.spatial_rank = input.spatial_rank;
    g.in = g.kernel = input.spatial;
    return g;
  }
  const auto rank = std::min<size_t>(window_.kernel_shape.size(), kMaxSpatialRank);
  const Spatial kernel = to_spatial(std::span(window_.kernel_shape).first(rank));
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_window(window_, input, kernel));
  GOSSAMER_TRY(check_pads(g));
  return g;
}

Status PoolOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_floats(context));
  GOSSAMER_TRY(check_pixels(context, 0));
  const PixelExtents x = pixel_extents(context.shape(0), layout_);
  if (global_ && x.spatial[0] * x.spatial[1] * x.spatial[2] == 0) {
    return shape_error("there are no pixels to pool").got(context.shape(0).to_string());
  }
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(0)));
  return set_output(context, 0, DataType::kFloat32,
                    pixel_shape(x.batch, x.channels, g.out, g.spatial_rank, layout_));
}

double PoolOp::work(const OpContext& context) const {
  const auto window = geometry(context.shape(0));
  double taps = 1;
  for (size_t axis = 0; window.is_ok() && axis < window->kernel.size(); ++axis) {
    taps *= static_cast<double>(std::min(window->kernel[axis], window->in[axis]));
  }
  return static_cast<double>(context.output(0).shape.elements()) * taps;
}

Status PoolOp::evaluate(const EvaluateArgs& args) const {
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(args.inputs[0].shape));
  const PixelExtents xe = pixel_extents(args.inputs[0].shape, layout_);
  const PixelExtents ye = pixel_extents(args.outputs[0].shape, layout_);
  const float* x = args.inputs[0].as<float>();
  float* y = args.outputs[0].as<float>();

  const auto pool = [&](int64_t n, int64_t c, const Spatial& at) {
    float best = -std::numeric_limits<float>::infinity();
    double sum = 0;
    int64_t taps = 0;
    g.for_each_tap(at, [&](const Spatial&, const Spatial& pixel) {
      const float value = x[xe.offset(n, c, pixel)];
      if (value > best || std::isnan(value)) best = value;
      sum += static_cast<double>(value);
      ++taps;
    });
    if (kind_ == Kind::kMax) return best;
    if (count_include_pad_) taps = padded_taps(g, at);
    return taps == 0 ? 0.0f : static_cast<float>(sum / static_cast<double>(taps));
  };
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t c = 0; c < ye.channels; ++c) {
      for_each_position(g.out, [&](const Spatial& at) { y[ye.offset(n, c, at)] = pool(n, c, at); });
    }
  }
  return Status::ok();
}

}  // namespace gossamer
