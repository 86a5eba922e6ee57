// See window.h.
#include "ops/window.h"

#include <algorithm>

#include "base/text.h"
#include "ops/checks.h"

namespace gossamer {
namespace {

using AutoPad = WindowAttributes::AutoPad;

// Output extent and pads of one axis. Each branch follows the operators' specification; the last
// window of ceil_mode must start inside the input or its leading pad, as in onnxruntime.
Status resolve_axis(AutoPad auto_pad, bool ceil_mode, size_t axis, WindowGeometry& g) {
  const int64_t reach = g.reach(axis);
  const int64_t stride = g.stride[axis];
  int64_t& out = g.out[axis];
  if (auto_pad == AutoPad::kSameUpper || auto_pad == AutoPad::kSameLower) {
    out = (g.in[axis] + stride - 1) / stride;
    const int64_t total = std::max<int64_t>(0, (out - 1) * stride + reach - g.in[axis]);
    const int64_t smaller = total / 2;
    const bool upper = auto_pad == AutoPad::kSameUpper;
    g.pad_begin[axis] = upper ? smaller : total - smaller;
    g.pad_end[axis] = upper ? total - smaller : smaller;
  } else {
    const int64_t padded = g.in[axis] + g.pad_begin[axis] + g.pad_end[axis];
    const int64_t room = padded - reach + (ceil_mode ? stride - 1 : 0);
    out = room < 0 ? 0 : room / stride + 1;
    if (ceil_mode && out > 1 && (out - 1) * stride >= g.in[axis] + g.pad_begin[axis]) --out;
  }
  if (out > 0) return Status::ok();
  return attribute_error("kernel_shape", "window does not fit into the padded input")
      .got(concat("window of ", reach, " over ", g.in[axis], " with pads ", g.pad_begin[axis],
                  " and ", g.pad_end[axis]))
      .expected("at least one position");
}

}  // namespace

std::vector<int64_t> read_extents(AttributeReader& attributes, std::string_view name, int64_t low) {
  auto list = attributes.get_ints(name);
  if (!list) return {};
  for (int64_t value : *list) {
    if (value >= low && value <= kMaxWindowValue) continue;
    attributes.fail(name, "attribute is out of range", concat(value),
                    concat(low, " to ", kMaxWindowValue));
  }
  return *std::move(list);
}

Result<Spatial> per_axis(std::string_view name, std::span<const int64_t> list, int rank,
                         int64_t fallback) {
  Spatial result = {fallback, fallback, fallback};
  if (list.empty()) return result;
  if (static_cast<int>(list.size()) != rank) {
    return attribute_error(name, "attribute does not match the input's rank")
        .got(concat(list.size(), " values"))
        .expected(concat(rank, " values"));
  }
  std::ranges::copy(list, result.end() - rank);
  return result;
}

PixelExtents pixel_extents(const Shape& shape, Layout layout) {
  PixelExtents p;
  const bool last = layout == Layout::kChannelsLast;
  p.batch = shape[0];
  p.spatial_rank = shape.rank() - 2;
  p.channels = shape[last ? shape.rank() - 1 : 1];
  int64_t stride = last ? p.channels : 1;
  for (int axis = p.spatial_rank - 1; axis >= 0; --axis) {
    const auto k = static_cast<size_t>(axis + kMaxSpatialRank - p.spatial_rank);
    p.spatial[k] = shape[axis + (last ? 1 : 2)];
    p.spatial_stride[k] = stride;
    stride *= p.spatial[k];
  }
  p.channel_stride = last ? 1 : stride;
  p.batch_stride = last ? stride : stride * p.channels;
  return p;
}

Status check_pixels(const OpContext& context, int i) {
  const Shape& shape = context.shape(i);
  if (shape.rank() > 2 + kMaxSpatialRank) {
    return unsupported(concat("input ", i, " has too many spatial axes"))
        .got(shape.to_string())
        .expected(concat("at most ", kMaxSpatialRank));
  }
  GOSSAMER_TRY(require_rank(context, i, 3, 2 + kMaxSpatialRank));
  for (int64_t dim : shape) {
    if (dim <= kMaxPixelExtent) continue;
    return shape_error(concat("input ", i, " is too large"))
        .got(shape.to_string())
        .expected(concat("extents up to ", kMaxPixelExtent));
  }
  return Status::ok();
}

Shape pixel_shape(int64_t batch, int64_t channels, const Spatial& spatial, int spatial_rank,
                  Layout layout) {
  Shape shape{batch};
  if (layout == Layout::kChannelsFirst) shape.push_back(channels);
  for (int axis = kMaxSpatialRank - spatial_rank; axis < kMaxSpatialRank; ++axis) {
    shape.push_back(spatial[static_cast<size_t>(axis)]);
  }
  if (layout == Layout::kChannelsLast) shape.push_back(channels);
  return shape;
}

WindowAttributes read_window(AttributeReader& attributes) {
  static constexpr std::string_view kAutoPads[] = {"NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID"};
  WindowAttributes window;
  window.auto_pad = static_cast<AutoPad>(attributes.get_choice("auto_pad", kAutoPads, 0));
  window.kernel_shape = read_extents(attributes, "kernel_shape", 1);
  window.strides = read_extents(attributes, "strides", 1);
  window.dilations = read_extents(attributes, "dilations", 1);
  window.pads = read_extents(attributes, "pads", 0);
  return window;
}

WindowGeometry::TapRange WindowGeometry::taps_below(size_t axis, int64_t out_at,
                                                    int64_t limit) const {
  const int64_t first = coordinate(axis, out_at, 0);
  const int64_t step = dilation[axis];
  TapRange range;
  if (first < 0) range.begin = std::min(kernel[axis], (-first + step - 1) / step);
  if (first < limit) range.end = std::min(kernel[axis], (limit - 1 - first) / step + 1);
  range.end = std::max(range.begin, range.end);
  return range;
}

Spatial to_spatial(std::span<const int64_t> list) {
  Spatial result = {1, 1, 1};
  std::ranges::copy(list, result.end() - static_cast<ptrdiff_t>(list.size()));
  return result;
}

Result<WindowGeometry> resolve_lists(const WindowAttributes& window, const PixelExtents& input,
                                     const Spatial& kernel) {
  const int rank = input.spatial_rank;
  WindowGeometry g;
  g.spatial_rank = rank;
  g.in = input.spatial;
  g.kernel = kernel;
  if (!window.kernel_shape.empty() && static_cast<int>(window.kernel_shape.size()) != rank) {
    return attribute_error("kernel_shape", "attribute does not match the input's rank")
        .got(concat(window.kernel_shape.size(), " values"))
        .expected(concat(rank, " values"));
  }
  GOSSAMER_ASSIGN(g.stride, per_axis("strides", window.strides, rank, 1));
  GOSSAMER_ASSIGN(g.dilation, per_axis("dilations", window.dilations, rank, 1));
  if (window.auto_pad == AutoPad::kNotSet && !window.pads.empty()) {
    if (static_cast<int>(window.pads.size()) != 2 * rank) {
      return attribute_error("pads", "attribute does not match the input's rank")
          .got(concat(window.pads.size(), " values"))
          .expected(concat(2 * rank, " values"));
    }
    const std::span<const int64_t> pads(window.pads);
    const auto half = static_cast<size_t>(rank);
    GOSSAMER_ASSIGN(g.pad_begin, per_axis("pads", pads.first(half), rank, 0));
    GOSSAMER_ASSIGN(g.pad_end, per_axis("pads", pads.last(half), rank, 0));
  }
  for (size_t axis = 0; axis + static_cast<size_t>(rank) < kMaxSpatialRank; ++axis) {
    g.stride[axis] = g.dilation[axis] = 1;
    g.pad_begin[axis] = g.pad_end[axis] = 0;
  }
  return g;
}

Result<WindowGeometry> resolve_window(const WindowAttributes& window, const PixelExtents& input,
                                      const Spatial& kernel) {
  GOSSAMER_ASSIGN(WindowGeometry g, resolve_lists(window, input, kernel));
  for (auto axis = static_cast<size_t>(kMaxSpatialRank - g.spatial_rank); axis < kMaxSpatialRank;
       ++axis) {
    GOSSAMER_TRY(resolve_axis(window.auto_pad, window.ceil_mode, axis, g));
  }
  return g;
}

}  // namespace gossamer
