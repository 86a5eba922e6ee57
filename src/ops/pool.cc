// See pool.h.
#include "ops/pool.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "kernels/elementwise/power.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Kind = PoolOp::Kind;

constexpr int64_t kMaxNorm = INT32_MAX;

// By kind, and whether the window covers the input.
constexpr std::string_view kTypes[][2] = {
    {"MaxPool", "GlobalMaxPool"}, {"AveragePool", "GlobalAveragePool"}, {"LpPool", "GlobalLpPool"}};

PoolOp::Attributes read_pool(AttributeReader& attributes, Kind kind) {
  PoolOp::Attributes pool;
  pool.kind = kind;
  pool.window = read_window(attributes);
  pool.window.ceil_mode = attributes.get_bool("ceil_mode", false);
  if (pool.window.kernel_shape.empty()) attributes.fail("kernel_shape", "attribute is missing");
  return pool;
}

PoolOp::Attributes read_global(AttributeReader& attributes, Kind kind) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  PoolOp::Attributes pool;
  pool.kind = kind;
  pool.global = true;
  return pool;
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

// The place of a pixel within its channel, counted along the last spatial axis first or, if
// column_major, along the first.
int64_t place_of(const Spatial& pixel, const Spatial& in, int spatial_rank, bool column_major) {
  int64_t place = 0;
  for (int i = 0; i < spatial_rank; ++i) {
    const int from_last = column_major ? i : spatial_rank - 1 - i;
    const auto axis = static_cast<size_t>(kMaxSpatialRank - 1 - from_last);
    place = place * in[axis] + pixel[axis];
  }
  return place;
}

}  // namespace

PoolOp::Attributes read_average_pool(AttributeReader& attributes) {
  PoolOp::Attributes pool = read_pool(attributes, Kind::kAverage);
  pool.count_include_pad = attributes.get_bool("count_include_pad", false);
  return pool;
}

OpResult make_max_pool(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(2);
  PoolOp::Attributes pool = read_pool(attributes, Kind::kMax);
  pool.column_major = attributes.get_int("storage_order", 0, 0, 1) == 1;
  pool.indices = attributes.wants_output(1);
  return make_op<PoolOp>(std::move(pool));
}

OpResult make_average_pool(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<PoolOp>(read_average_pool(attributes));
}

OpResult make_lp_pool(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  PoolOp::Attributes pool = read_pool(attributes, Kind::kLp);
  pool.p = attributes.get_int("p", 2, 1, kMaxNorm);
  return make_op<PoolOp>(std::move(pool));
}

OpResult make_global_max_pool(AttributeReader& attributes) {
  return make_op<PoolOp>(read_global(attributes, Kind::kMax));
}

OpResult make_global_average_pool(AttributeReader& attributes) {
  return make_op<PoolOp>(read_global(attributes, Kind::kAverage));
}

OpResult make_global_lp_pool(AttributeReader& attributes) {
  PoolOp::Attributes pool = read_global(attributes, Kind::kLp);
  pool.p = attributes.get_int("p", 2, 1, kMaxNorm);
  return make_op<PoolOp>(std::move(pool));
}

const PoolOp* as_pool(const Op* op) {
  for (const auto& types : kTypes) {
    if (op != nullptr && std::ranges::find(types, op->type()) != std::end(types)) {
      return static_cast<const PoolOp*>(op);
    }
  }
  return nullptr;
}

std::string_view PoolOp::type() const {
  return kTypes[static_cast<size_t>(attributes_.kind)][attributes_.global ? 1 : 0];
}

std::shared_ptr<const Op> PoolOp::channels_last() const {
  if (attributes_.indices) return nullptr;  // they count channels first
  auto copy = std::make_shared<PoolOp>(*this);
  copy->layout_ = Layout::kChannelsLast;
  return copy;
}

Result<WindowGeometry> PoolOp::geometry(const Shape& x) const {
  const PixelExtents input = pixel_extents(x, layout_);
  if (attributes_.global) {
    WindowGeometry g;
    g.spatial_rank = input.spatial_rank;
    g.in = g.kernel = input.spatial;
    return g;
  }
  const auto& stated = attributes_.window.kernel_shape;
  const auto rank = std::min<size_t>(stated.size(), kMaxSpatialRank);
  const Spatial kernel = to_spatial(std::span(stated).first(rank));
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_window(attributes_.window, input, kernel));
  GOSSAMER_TRY(check_pads(g));
  return g;
}

Status PoolOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  const DataType type = context.type(0);
  const bool byte = type == DataType::kInt8 || type == DataType::kUint8;
  if (!byte || attributes_.kind != Kind::kMax || attributes_.global) {
    GOSSAMER_TRY(require_real(context, 0));
  }
  GOSSAMER_TRY(check_pixels(context, 0));
  const PixelExtents x = pixel_extents(context.shape(0), layout_);
  if (attributes_.global && x.spatial[0] * x.spatial[1] * x.spatial[2] == 0) {
    return shape_error("there are no pixels to pool").got(context.shape(0).to_string());
  }
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(context.shape(0)));
  const Shape y = pixel_shape(x.batch, x.channels, g.out, g.spatial_rank, layout_);
  if (attributes_.indices && context.output_count() > 1) {
    GOSSAMER_TRY(set_output(context, 1, DataType::kInt64, y));
  }
  return set_output(context, 0, type, y);
}

double PoolOp::work(const OpContext& context) const {
  const auto window = geometry(context.shape(0));
  double taps = 1;
  for (size_t axis = 0; window.is_ok() && axis < window->kernel.size(); ++axis) {
    taps *= static_cast<double>(std::min(window->kernel[axis], window->in[axis]));
  }
  return static_cast<double>(context.output(0).shape.elements()) * taps;
}

struct PoolOp::Reduced {
  double value = 0;
  Spatial pixel{};  // of the maximum
};

// The window at `at` over the channel that begins at element `first`.
PoolOp::Reduced PoolOp::reduce(const TensorView& x, const PixelExtents& extents,
                               const WindowGeometry& g, int64_t first, const Spatial& at) const {
  const auto p = static_cast<double>(attributes_.p);
  Reduced best;
  double sum = 0;
  int64_t taps = 0;
  g.for_each_tap(at, [&](const Spatial&, const Spatial& pixel) {
    const double value = real_at(x, first + extents.offset(0, 0, pixel));
    if (taps++ == 0 || value > best.value || std::isnan(value)) best = {value, pixel};
    sum += attributes_.kind == Kind::kLp ? power(std::abs(value), p) : value;
  });
  if (attributes_.kind == Kind::kLp) return {power(sum, 1 / p), {}};
  if (attributes_.kind == Kind::kMax) {
    // A dilated window may hit nothing but pads; stored, this is the lowest of any type.
    if (taps == 0) best.value = -std::numeric_limits<double>::infinity();
    return best;
  }
  if (attributes_.count_include_pad) taps = padded_taps(g, at);
  return {taps == 0 ? 0 : sum / static_cast<double>(taps), {}};
}

Status PoolOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const WindowGeometry g, geometry(x.shape));
  const PixelExtents xe = pixel_extents(x.shape, layout_);
  const PixelExtents ye = pixel_extents(y.shape, layout_);
  int64_t* indices = args.outputs.size() > 1 ? args.outputs[1].as<int64_t>() : nullptr;
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t c = 0; c < ye.channels; ++c) {
      const int64_t first = xe.offset(n, c, {});
      for_each_position(g.out, [&](const Spatial& at) {
        const Reduced reduced = reduce(x, xe, g, first, at);
        const int64_t place = ye.offset(n, c, at);
        put_number(y, place, reduced.value);
        if (indices == nullptr) return;
        indices[place] =
            first + place_of(reduced.pixel, g.in, g.spatial_rank, attributes_.column_major);
      });
    }
  }
  return Status::ok();
}

}  // namespace gossamer
