// See grid_sample.h.
#include "ops/grid_sample.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr int kMaxTaps = 4;
constexpr int kMaxSpatial = 3;
constexpr double kCubic = -0.75;  // the cubic's parameter
// Far beyond any image, so that conversions to integers are defined.
constexpr float kFar = 1e12f;

// Where the image ends for mirroring.
struct Edges {
  double low, high;
};
Edges edges_of(bool align_corners, int64_t extent) {
  const auto last = static_cast<double>(extent - 1);
  return align_corners ? Edges{0, last} : Edges{-0.5, last + 0.5};
}

// `x` mirrored at the edges until it lies between them.
double reflected(double x, const Edges& edges) {
  const double range = edges.high - edges.low;
  if (range <= 0) return edges.low;
  const bool below = x < edges.low;
  if (!below && x <= edges.high) return x;
  const double beyond = below ? edges.low - x : x - edges.high;
  const double turns = std::floor(beyond / range), rest = beyond - turns * range;
  const bool even = std::fmod(turns, 2) == 0;
  return below == even ? edges.low + rest : edges.high - rest;
}

// The weight of a tap at this distance.
double cubic_weight(double distance) {
  const double d = std::abs(distance), a = kCubic;
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}

}  // namespace

// Along one axis: which pixels take part, -1 being none, and how much.
struct GridSampleOp::Taps {
  std::array<int64_t, kMaxTaps> index{};
  std::array<double, kMaxTaps> weight{};
};

OpResult make_grid_sample(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  // Renamed in opset 20; both names say what they mean.
  static constexpr std::string_view kModes[] = {"nearest", "linear", "cubic", "bilinear",
                                                "bicubic"};
  static constexpr GridSampleOp::Mode kMeanings[] = {
      GridSampleOp::Mode::kNearest, GridSampleOp::Mode::kLinear, GridSampleOp::Mode::kCubic,
      GridSampleOp::Mode::kLinear, GridSampleOp::Mode::kCubic};
  static constexpr std::string_view kPaddings[] = {"zeros", "border", "reflection"};
  GridSampleOp::Attributes a;
  a.mode = kMeanings[attributes.get_choice("mode", kModes, 1)];
  a.padding =
      static_cast<GridSampleOp::Padding>(attributes.get_choice("padding_mode", kPaddings, 0));
  a.align_corners = attributes.get_bool("align_corners", false);
  return make_op<GridSampleOp>(a);
}

int GridSampleOp::tap_count() const {
  static constexpr int kCounts[] = {1, 2, 4};
  return kCounts[static_cast<size_t>(attributes_.mode)];
}

Status GridSampleOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_real(context, kX));
  GOSSAMER_TRY(require_real(context, kGrid));
  GOSSAMER_TRY(require_rank(context, kX, 3, 2 + kMaxSpatial));
  const Shape &x = context.shape(kX), &grid = context.shape(kGrid);
  GOSSAMER_TRY(require_rank(context, kGrid, x.rank(), x.rank()));
  const int spatial = x.rank() - 2;
  if (grid[0] != x[0] || grid[x.rank() - 1] != spatial) {
    return shape_error("the grid does not fit the image")
        .got(concat(grid.to_string(), " for ", x.to_string()))
        .expected(concat("a batch of ", x[0], " and ", spatial, " coordinates each"));
  }
  Shape y{x[0], x[1]};
  for (int axis = 1; axis <= spatial; ++axis) y.push_back(grid[axis]);
  for (int axis = 2; axis < x.rank(); ++axis) {
    if (x[axis] > 0 || y.checked_elements() == 0) continue;
    return shape_error("there are no pixels to sample").got(x.to_string());
  }
  return set_output(context, 0, context.type(kX), y);
}

double GridSampleOp::work(const OpContext& context) const {
  double taps = 1;
  for (int axis = 2; axis < context.shape(kX).rank(); ++axis) taps *= tap_count();
  return static_cast<double>(context.output(0).shape.elements()) * taps;
}

// In float32, as it is computed elsewhere: what is nearest depends on the last bit.
float GridSampleOp::pixel_coordinate(float normalised, int64_t extent) const {
  const auto length = static_cast<float>(extent);
  const float x = attributes_.align_corners ? (normalised + 1) / 2 * (length - 1)
                                            : ((normalised + 1) * length - 1) / 2;
  return x > -kFar ? std::min(x, kFar) : -kFar;  // NaN lies outside
}

int64_t GridSampleOp::pixel_index(double place, int64_t extent) const {
  const auto last = static_cast<double>(extent - 1);
  if (place >= 0 && place <= last) return static_cast<int64_t>(place);
  if (attributes_.padding == Padding::kZeros) return -1;
  if (attributes_.padding == Padding::kReflection) {
    place = std::trunc(reflected(place, edges_of(attributes_.align_corners, extent)));
  }
  return static_cast<int64_t>(std::clamp(place, 0.0, last));
}

// A place outside the image moved to where the padding takes its pixels from.
double GridSampleOp::inside(double x, int64_t extent) const {
  const Edges edges = edges_of(attributes_.align_corners, extent);
  if (x >= edges.low && x <= edges.high) return x;
  if (attributes_.padding == Padding::kReflection) return reflected(x, edges);
  if (attributes_.padding == Padding::kZeros) return x;
  return std::clamp(x, 0.0, static_cast<double>(extent - 1));
}

GridSampleOp::Taps GridSampleOp::taps(float normalised, int64_t extent) const {
  const Mode mode = attributes_.mode;
  auto x = static_cast<double>(pixel_coordinate(normalised, extent));
  if (mode == Mode::kNearest) x = std::nearbyint(x);
  if (mode != Mode::kCubic) x = inside(x, extent);
  Taps t;
  const double first = std::floor(x) - (mode == Mode::kCubic ? 1 : 0);
  for (int k = 0; k < tap_count(); ++k) {
    const auto i = static_cast<size_t>(k);
    const double place = mode == Mode::kNearest ? std::trunc(x) : first + k;
    const double distance = x - place;
    t.index[i] = pixel_index(place, extent);
    t.weight[i] = mode == Mode::kNearest  ? 1
                  : mode == Mode::kLinear ? 1 - std::abs(distance)
                                          : cubic_weight(distance);
  }
  return t;
}

Status GridSampleOp::evaluate(const EvaluateArgs& args) const {
  const TensorView &x = args.inputs[kX], &grid = args.inputs[kGrid];
  const MutableTensorView& y = args.outputs[0];
  const int spatial = x.shape.rank() - 2, count = tap_count();
  if (y.elements() == 0) return Status::ok();
  int64_t pixels = 1, combinations = 1;
  for (int axis = 0; axis < spatial; ++axis) {
    pixels *= x.shape[axis + 2];
    combinations *= count;
  }
  const int64_t batch = x.shape[0], channels = x.shape[1];
  const int64_t places = y.elements() / (batch * channels);
  for (int64_t at = 0; at < batch * places; ++at) {
    std::array<Taps, kMaxSpatial> axes;
    for (int axis = 0; axis < spatial; ++axis) {
      const double place = real_at(grid, at * spatial + spatial - 1 - axis);
      axes[static_cast<size_t>(axis)] = taps(static_cast<float>(place), x.shape[axis + 2]);
    }
    for (int64_t c = 0; c < channels; ++c) {
      const int64_t plane = at / places * channels + c;
      double sum = 0;
      for (int64_t combination = 0; combination < combinations; ++combination) {
        int64_t pixel = 0, rest = combination;
        double weight = 1;
        for (int axis = 0; axis < spatial && pixel >= 0; ++axis, rest /= count) {
          const Taps& t = axes[static_cast<size_t>(axis)];
          const auto k = static_cast<size_t>(rest % count);
          weight *= t.weight[k];
          pixel = t.index[k] < 0 ? -1 : pixel * x.shape[axis + 2] + t.index[k];
        }
        if (pixel >= 0) sum += weight * real_at(x, plane * pixels + pixel);
      }
      put_real(y, plane * places + at % places, sum);
    }
  }
  return Status::ok();
}

OpResult make_affine_grid(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<AffineGridOp>(attributes.get_bool("align_corners", false));
}

Status AffineGridOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_real(context, kTheta));
  GOSSAMER_ASSIGN(const std::vector<int64_t> size, context.ints(kSize));
  const auto spatial = static_cast<int64_t>(size.size()) - 2;
  if (spatial < 2 || spatial > 3 || std::ranges::any_of(size, [](int64_t n) { return n < 0; })) {
    return shape_error("input 1 must hold batch, channels and 2 or 3 extents")
        .got(concat(size.size(), " values"));
  }
  GOSSAMER_TRY(require_shape(context, kTheta, {size[0], spatial, spatial + 1}, "a matrix each"));
  Shape grid{size[0]};
  for (size_t i = 2; i < size.size(); ++i) grid.push_back(size[i]);
  grid.push_back(spatial);
  return set_output(context, 0, context.type(kTheta), grid);
}

Status AffineGridOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& theta = args.inputs[kTheta];
  const MutableTensorView& grid = args.outputs[0];
  const int spatial = grid.shape.rank() - 2;
  if (grid.elements() == 0) return Status::ok();
  const int64_t places = grid.elements() / spatial / grid.shape[0];
  for (int64_t at = 0; at < grid.shape[0] * places; ++at) {
    std::array<double, kMaxSpatial + 1> place{};  // the last axis first, then 1
    place[static_cast<size_t>(spatial)] = 1;
    int64_t rest = at % places;
    for (int k = 0; k < spatial; ++k) {
      const int64_t extent = grid.shape[spatial - k], i = rest % extent;
      rest /= extent;
      const auto length = static_cast<double>(extent);
      const auto before = static_cast<double>(i), behind = length - 1 - before;
      // A single pixel counts as the last, as in onnxruntime.
      place[static_cast<size_t>(k)] = align_corners_ ? 1 - 2 * behind / std::max(1.0, length - 1)
                                                     : (2 * before + 1) / length - 1;
    }
    for (int row = 0; row < spatial; ++row) {
      double sum = 0;
      for (int k = 0; k <= spatial; ++k) {
        const int64_t element = (at / places * spatial + row) * (spatial + 1) + k;
        sum += real_at(theta, element) * place[static_cast<size_t>(k)];
      }
      put_real(grid, at * spatial + row, sum);
    }
  }
  return Status::ok();
}

}  // namespace gossamer
