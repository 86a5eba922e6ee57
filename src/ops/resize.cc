// See resize.h.
#include "ops/resize.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Policy = ResizeOp::Policy;

constexpr int kUpsampleScalesBecomeInput = 9;  // opsets
constexpr int kCoordinatesAppear = 11;
constexpr int kAntialiasAppears = 18;
constexpr int kSymmetricAppears = 19;
constexpr double kLongest = 0x1p62;

Status check_scale(double scale) {
  if (std::isfinite(scale) && static_cast<float>(scale) > 0 &&
      std::isfinite(static_cast<float>(scale))) {
    return Status::ok();
  }
  return attribute_error("scales", "a scale must be a positive number").got(concat(scale));
}

Status set_scale(ResampleAxis& axis, double stated) {
  GOSSAMER_TRY(check_scale(stated));
  axis.scale = static_cast<float>(stated);
  axis.length = axis.scale * static_cast<float>(axis.in);
  if (!(static_cast<double>(axis.length) < kLongest)) {
    return shape_error("the new extent overflows").got(concat(axis.in, " times ", stated));
  }
  axis.out = static_cast<int64_t>(axis.length);
  return Status::ok();
}

Status set_sizes(const IntList& sizes, std::span<const int> axes, Policy policy,
                 ResizeGeometry& geometry) {
  float common = 0;  // the scale that the policy chooses
  for (size_t i = 0; i < axes.size(); ++i) {
    ResampleAxis& axis = geometry.axes[static_cast<size_t>(axes[i])];
    if (sizes[i] < 0) return attribute_error("sizes", "a size is negative").got(concat(sizes[i]));
    axis.out = sizes[i];
    axis.length = static_cast<float>(axis.out);
    axis.scale = axis.in > 0 ? axis.length / static_cast<float>(axis.in) : 1;
    const bool first = i == 0;
    if (policy == Policy::kNotLarger) common = first ? axis.scale : std::min(common, axis.scale);
    if (policy == Policy::kNotSmaller) common = first ? axis.scale : std::max(common, axis.scale);
  }
  if (policy == Policy::kStretch) return Status::ok();
  for (const int k : axes) {
    ResampleAxis& axis = geometry.axes[static_cast<size_t>(k)];
    const double out = std::round(static_cast<double>(common) * static_cast<double>(axis.in));
    if (!(out < kLongest)) return shape_error("the new extent overflows");
    axis.out = static_cast<int64_t>(out);
    axis.length = static_cast<float>(axis.out);
    axis.scale = common;
  }
  return Status::ok();
}

Result<ResizeOp::Settings> read_settings(AttributeReader& attributes) {
  static constexpr std::string_view kModes[] = {"nearest", "linear", "cubic"};
  static constexpr std::string_view kCoordinates[] = {
      "half_pixel",           "pytorch_half_pixel", "align_corners",       "asymmetric",
      "tf_half_pixel_for_nn", "tf_crop_and_resize", "half_pixel_symmetric"};
  static constexpr std::string_view kRoundings[] = {"round_prefer_floor", "round_prefer_ceil",
                                                    "floor", "ceil"};
  static constexpr std::string_view kPolicies[] = {"stretch", "not_larger", "not_smaller"};
  const int opset = attributes.opset();
  ResizeOp::Settings settings;
  ResampleStyle& style = settings.style;
  const bool has_coordinates = opset >= kCoordinatesAppear;
  style.interpolation = static_cast<Interpolation>(
      attributes.get_choice("mode", std::span(kModes).first(has_coordinates ? 3 : 2), 0));
  if (!has_coordinates) {
    style.coordinates = Coordinates::kAsymmetric;
    style.rounding = Rounding::kFloorUpCeilDown;
    return settings;
  }
  style.coordinates = static_cast<Coordinates>(
      attributes.get_choice("coordinate_transformation_mode",
                            std::span(kCoordinates).first(opset >= kSymmetricAppears ? 7 : 6), 0));
  style.rounding = static_cast<Rounding>(attributes.get_choice("nearest_mode", kRoundings, 0));
  style.cubic_a = attributes.get_float("cubic_coeff_a", -0.75f);
  style.exclude_outside = attributes.get_bool("exclude_outside", false);
  style.extrapolation = attributes.get_float("extrapolation_value", 0);
  if (opset >= kAntialiasAppears) {
    style.antialias = attributes.get_bool("antialias", false);
    if (const auto axes = attributes.get_ints("axes")) {
      GOSSAMER_ASSIGN(settings.axes, int_list("axes", *axes));
    }
    settings.policy =
        static_cast<Policy>(attributes.get_choice("keep_aspect_ratio_policy", kPolicies, 0));
  }
  return settings;
}

}  // namespace

OpResult make_resize(AttributeReader& attributes) {
  attributes.expect_outputs(1);
  GOSSAMER_ASSIGN(ResizeOp::Settings settings, read_settings(attributes));
  if (attributes.opset() < kCoordinatesAppear) {
    attributes.expect_inputs(2, 2);
    settings.scales_input = 1;
  } else {
    attributes.expect_inputs(1, 4);
    settings.roi_input = 1;
    settings.scales_input = 2;
    settings.sizes_input = 3;
  }
  return make_op<ResizeOp>(settings, std::nullopt);
}

OpResult make_upsample(AttributeReader& attributes) {
  static constexpr std::string_view kModes[] = {"nearest", "linear"};
  attributes.expect_outputs(1);
  ResizeOp::Settings settings;
  settings.is_upsample = true;
  settings.style.interpolation =
      static_cast<Interpolation>(attributes.get_choice("mode", kModes, 0));
  settings.style.coordinates = Coordinates::kAsymmetric;
  settings.style.rounding = Rounding::kFloorUpCeilDown;
  if (attributes.opset() >= kUpsampleScalesBecomeInput) {
    attributes.expect_inputs(2, 2);
    settings.scales_input = 1;
    return make_op<ResizeOp>(settings, std::nullopt);
  }
  attributes.expect_inputs(1, 1);
  if (!attributes.has("scales")) attributes.fail("scales", "attribute is missing");
  const auto floats = attributes.get_floats("scales").value_or(std::vector<float>{});
  const std::vector<double> scales(floats.begin(), floats.end());
  GOSSAMER_ASSIGN(settings.scales, real_list("scales", scales));
  return make_op<ResizeOp>(settings, std::nullopt);
}

// Scales or sizes, of which exactly one is not empty.
Status ResizeOp::read_extents(const Parameters& parameters, std::span<const int> axes,
                              ResizeGeometry& geometry) const {
  RealList scales;
  IntList sizes;
  if (settings_.scales.present) {
    scales = settings_.scales;
  } else {
    GOSSAMER_ASSIGN(scales, parameters.reals(settings_.scales_input, "scales"));
  }
  if (settings_.sizes_input >= 0) {
    GOSSAMER_ASSIGN(sizes, parameters.ints(settings_.sizes_input, "sizes"));
  }
  if (scales.size + sizes.size != axes.size() || std::min(scales.size, sizes.size) > 0) {
    return attribute_error(sizes.size > 0 ? "sizes" : "scales",
                           "either a scale or a size is needed for each axis that is resized")
        .got(concat(scales.size, " scales and ", sizes.size, " sizes"))
        .expected(concat(axes.size()));
  }
  if (sizes.size > 0) return set_sizes(sizes, axes, settings_.policy, geometry);
  for (size_t i = 0; i < axes.size(); ++i) {
    GOSSAMER_TRY(set_scale(geometry.axes[static_cast<size_t>(axes[i])], scales[i]));
  }
  return Status::ok();
}

Status ResizeOp::read_roi(const Parameters& parameters, std::span<const int> axes,
                          ResizeGeometry& geometry) const {
  if (settings_.style.coordinates != Coordinates::kTfCropAndResize) return Status::ok();
  GOSSAMER_ASSIGN(const RealList roi, parameters.reals(settings_.roi_input, "roi"));
  if (roi.size != 2 * axes.size()) {
    return attribute_error("roi", "a region needs a start and an end for each axis")
        .got(concat(roi.size, " values"))
        .expected(concat(2 * axes.size(), " values"));
  }
  for (size_t i = 0; i < axes.size(); ++i) {
    ResampleAxis& axis = geometry.axes[static_cast<size_t>(axes[i])];
    axis.roi_start = static_cast<float>(roi[i]);
    axis.roi_end = static_cast<float>(roi[i + axes.size()]);
  }
  return Status::ok();
}

Result<ResizeGeometry> ResizeOp::geometry(const Parameters& parameters) const {
  if (geometry_) return *geometry_;
  const Shape& x = parameters.shape(0);
  ResizeGeometry geometry;
  geometry.rank = x.rank();
  for (int k = 0; k < x.rank(); ++k) {
    ResampleAxis& axis = geometry.axes[static_cast<size_t>(k)];
    axis.in = axis.out = x[k];
    axis.length = static_cast<float>(x[k]);
  }
  std::array<int, Shape::kMaxRank> axes{};
  auto count = static_cast<size_t>(x.rank());
  std::iota(axes.begin(), axes.end(), 0);
  if (settings_.axes.present) {
    std::array<bool, Shape::kMaxRank> seen{};
    count = settings_.axes.size;
    for (size_t i = 0; i < count; ++i) {
      GOSSAMER_ASSIGN(const int axis, normalise_axis(settings_.axes[i], x.rank(), "axes"));
      if (seen[static_cast<size_t>(axis)]) {
        return attribute_error("axes", "axis is named twice").got(concat(axis));
      }
      seen[static_cast<size_t>(axis)] = true;
      axes[i] = axis;
    }
  }
  const std::span<const int> named(axes.data(), count);
  GOSSAMER_TRY(read_extents(parameters, named, geometry));
  GOSSAMER_TRY(read_roi(parameters, named, geometry));
  return geometry;
}

Status ResizeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number_or_bool(context, 0));
  GOSSAMER_ASSIGN(const ResizeGeometry all, geometry(Parameters(context)));
  Shape shape = context.shape(0);
  for (int k = 0; k < shape.rank(); ++k) {
    const ResampleAxis& axis = all.axes[static_cast<size_t>(k)];
    if (axis.in == 0 && axis.out > 0) {
      return shape_error("nothing cannot be enlarged").got(shape.to_string());
    }
    if (std::max(axis.in, axis.out) > INT32_MAX && !is_identity(settings_.style, axis)) {
      return shape_error("an axis is too long to be resized").got(concat(axis.out));
    }
    shape[k] = axis.out;
  }
  return set_output(context, 0, context.type(0), shape);
}

// One pass for each axis, in order.
double ResizeOp::work(const OpContext& context) const {
  const auto all = geometry(Parameters(context));
  if (!all.is_ok()) return 0;
  auto elements = static_cast<double>(context.shape(0).elements());
  double steps = elements;
  for (int k = 0; k < all->rank; ++k) {
    const ResampleAxis& axis = all->axes[static_cast<size_t>(k)];
    if (is_identity(settings_.style, axis) || axis.in == 0) continue;
    elements *= static_cast<double>(axis.out) / static_cast<double>(axis.in);
    steps += elements * taps_per_output(settings_.style, axis);
  }
  return steps;
}

std::shared_ptr<const Op> ResizeOp::bound(const OpContext& context) const {
  if (geometry_) return nullptr;
  const auto all = geometry(Parameters(context));
  return all.is_ok() ? std::make_shared<ResizeOp>(settings_, *all) : nullptr;
}

std::shared_ptr<const Op> ResizeOp::permuted(std::span<const int> perm) const {
  if (!geometry_ || geometry_->rank != static_cast<int>(perm.size())) return nullptr;
  ResizeGeometry geometry = *geometry_;
  for (size_t k = 0; k < perm.size(); ++k) {
    geometry.axes[k] = geometry_->axes[static_cast<size_t>(perm[k])];
  }
  return std::make_shared<ResizeOp>(settings_, geometry);
}

}  // namespace gossamer
