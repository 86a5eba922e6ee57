// The sliding window shared by convolution and pooling: its attributes, the resolution of pads and
// output extents against a given input, and the arithmetic of reaching a pixel through channels
// first or last. Positions always have three spatial axes; 1-D and 2-D operators have leading
// extents of 1, so that one set of loops serves all ranks (height and width are axes 1 and 2).
// Source: https://onnx.ai/onnx/operators/onnx__Conv.html and onnx__MaxPool.html
#ifndef GOSSAMER_OPS_WINDOW_H_
#define GOSSAMER_OPS_WINDOW_H_

#include <array>
#include <cstdint>
#include <vector>

#include "graph/attributes.h"
#include "graph/op.h"

namespace gossamer {

enum class Layout { kChannelsFirst, kChannelsLast };  // [N, C, spatial...] or [N, spatial..., C]

inline constexpr int kMaxSpatialRank = 3;
using Spatial = std::array<int64_t, kMaxSpatialRank>;

// A tensor of pixels, taken apart.
struct PixelExtents {
  int64_t batch = 0;
  int64_t channels = 0;
  int spatial_rank = 0;
  Spatial spatial = {1, 1, 1};
  int64_t batch_stride = 0;
  int64_t channel_stride = 0;
  Spatial spatial_stride{};

  int64_t offset(int64_t n, int64_t c, const Spatial& at) const {
    return n * batch_stride + c * channel_stride + at[0] * spatial_stride[0] +
           at[1] * spatial_stride[1] + at[2] * spatial_stride[2];
  }
};
// Requires rank 3 to 5 and extents that passed check_pixels, or that came out of it.
PixelExtents pixel_extents(const Shape& shape, Layout layout);
// Input i has a batch, channels and 1 to 3 spatial axes. Errors: SHAPE, UNSUPPORTED.
Status check_pixels(const OpContext& context, int i);
// The shape with these extents; of `spatial` the last `spatial_rank` are used.
Shape pixel_shape(int64_t batch, int64_t channels, const Spatial& spatial, int spatial_rank,
                  Layout layout);

// As written in the model; lists may be empty (then their defaults hold). Every value was checked
// to lie in a range in which the arithmetic below cannot overflow.
struct WindowAttributes {
  enum class AutoPad { kNotSet, kSameUpper, kSameLower, kValid };
  AutoPad auto_pad = AutoPad::kNotSet;
  std::vector<int64_t> kernel_shape;
  std::vector<int64_t> strides;
  std::vector<int64_t> dilations;
  std::vector<int64_t> pads;  // all beginnings, then all ends; ignored unless auto_pad is kNotSet
  bool ceil_mode = false;     // pooling only
};
// Reads all of them but ceil_mode.
WindowAttributes read_window(AttributeReader& attributes);
// A list of integers in [low, kMaxWindowValue]; empty when it is absent.
std::vector<int64_t> read_extents(AttributeReader& attributes, std::string_view name, int64_t low);

// The largest kernel, stride, dilation or pad that is accepted.
inline constexpr int64_t kMaxWindowValue = int64_t{1} << 20;
inline constexpr int64_t kMaxPixelExtent = INT32_MAX;

// A window applied to a known input. Unused leading axes have extent, kernel and stride 1.
struct WindowGeometry {
  int spatial_rank = 0;
  Spatial in = {1, 1, 1};
  Spatial out = {1, 1, 1};
  Spatial kernel = {1, 1, 1};
  Spatial stride = {1, 1, 1};
  Spatial dilation = {1, 1, 1};
  Spatial pad_begin{};
  Spatial pad_end{};  // as stated; ceil_mode may let the last window reach further

  // The extent a dilated window covers.
  int64_t reach(size_t axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }
  // The input coordinate under a tap of the window; may lie outside the input.
  int64_t coordinate(size_t axis, int64_t out_at, int64_t tap) const {
    return out_at * stride[axis] - pad_begin[axis] + tap * dilation[axis];
  }
  // The taps [begin, end) whose coordinate lies in [0, limit): the ones that hit a pixel when limit
  // is in[axis].
  struct TapRange {
    int64_t begin = 0;
    int64_t end = 0;
    int64_t count() const { return end - begin; }
  };
  TapRange taps_below(size_t axis, int64_t out_at, int64_t limit) const;
  // f(tap, pixel) for every tap of the window at `out_at` that hits a pixel. The work is bounded by
  // the input, however large the window.
  template <typename F>
  void for_each_tap(const Spatial& out_at, F&& f) const;
};
// `kernel` gives the window's extents, which for convolutions come from the weights. Errors:
// ATTRIBUTE for lists of the wrong length, oversized pads and windows that do not fit.
Result<WindowGeometry> resolve_window(const WindowAttributes& window, const PixelExtents& input,
                                      const Spatial& kernel);
// The same but for `out` and automatic pads, which it leaves at 1 and 0: for operators with a rule
// of their own. Errors: ATTRIBUTE for lists of the wrong length.
Result<WindowGeometry> resolve_lists(const WindowAttributes& window, const PixelExtents& input,
                                     const Spatial& kernel);
// `list`, one value for each of `rank` axes, as positions, or all `fallback` when it is empty.
// Errors: ATTRIBUTE.
Result<Spatial> per_axis(std::string_view name, std::span<const int64_t> list, int rank,
                         int64_t fallback);
// The last `rank` entries from a list of that length, after leading ones.
Spatial to_spatial(std::span<const int64_t> list);

// f(position) for every position below `extents`, in row-major order.
template <typename F>
void for_each_position(const Spatial& extents, F&& f) {
  Spatial at;
  for (at[0] = 0; at[0] < extents[0]; ++at[0]) {
    for (at[1] = 0; at[1] < extents[1]; ++at[1]) {
      for (at[2] = 0; at[2] < extents[2]; ++at[2]) f(at);
    }
  }
}

template <typename F>
void WindowGeometry::for_each_tap(const Spatial& out_at, F&& f) const {
  const TapRange range[] = {taps_below(0, out_at[0], in[0]), taps_below(1, out_at[1], in[1]),
                            taps_below(2, out_at[2], in[2])};
  for_each_position({range[0].count(), range[1].count(), range[2].count()}, [&](const Spatial& at) {
    Spatial tap;
    Spatial pixel;
    for (size_t axis = 0; axis < tap.size(); ++axis) {
      tap[axis] = range[axis].begin + at[axis];
      pixel[axis] = coordinate(axis, out_at[axis], tap[axis]);
    }
    f(tap, pixel);
  });
}

}  // namespace gossamer

#endif  // GOSSAMER_OPS_WINDOW_H_
