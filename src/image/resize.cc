// See resize.h. The two passes share one table of weights per axis; the row pass reads the source
// through PixelRows and keeps only the rows and columns that the crop needs.
#include "image/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/aligned_buffer.h"

namespace gossamer {
namespace {

constexpr int kWeightBits = 32 - 8 - 2;  // 8 for the pixel, 2 for overshoot and sign
constexpr int32_t kHalf = int32_t{1} << (kWeightBits - 1);

double triangle(double x) {
  x = std::fabs(x);
  return x < 1.0 ? 1.0 - x : 0.0;
}

double keys_cubic(double x) {
  constexpr double kA = -0.5;
  x = std::fabs(x);
  if (x < 1.0) return ((kA + 2.0) * x - (kA + 3.0)) * x * x + 1.0;
  if (x < 2.0) return (((x - 5.0) * x + 8.0) * x - 4.0) * kA;
  return 0.0;
}

uint8_t clip(int32_t sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kWeightBits, 0, 255));
}

// Which inputs make each output along one axis, and how much each counts.
class AxisWeights {
 public:
  // Outputs [crop, crop + count) of `out`, from `in` inputs. Errors: OOM.
  static Result<AxisWeights> make(int in, int out, int crop, int count, Recipe::Filter filter);

  int first(int i) const { return spans_.as<int32_t>()[2 * i]; }
  int count(int i) const { return spans_.as<int32_t>()[2 * i + 1]; }
  const int32_t* weights(int i) const {
    return weights_.as<int32_t>() + static_cast<size_t>(i) * taps_;
  }

 private:
  AlignedBuffer spans_;    // [i][first, count]
  AlignedBuffer weights_;  // [i][taps_]
  size_t taps_ = 0;
};

Result<AxisWeights> AxisWeights::make(int in, int out, int crop, int count, Recipe::Filter filter) {
  const bool cubic = filter == Recipe::Filter::kBicubic;
  const double scale = static_cast<double>(in) / out;
  const double stretch = std::max(scale, 1.0);
  const double support = (cubic ? 2.0 : 1.0) * stretch;
  AxisWeights axis;
  axis.taps_ = static_cast<size_t>(std::ceil(support)) * 2 + 1;
  GOSSAMER_ASSIGN(axis.spans_,
                  AlignedBuffer::allocate(static_cast<size_t>(count) * 2 * sizeof(int32_t)));
  GOSSAMER_ASSIGN(axis.weights_, AlignedBuffer::allocate(static_cast<size_t>(count) * axis.taps_ *
                                                         sizeof(int32_t)));
  GOSSAMER_ASSIGN(AlignedBuffer exact, AlignedBuffer::allocate(axis.taps_ * sizeof(double)));
  double* w = exact.as<double>();
  const double step = 1.0 / stretch;
  for (int i = 0; i < count; ++i) {
    const double centre = (crop + i + 0.5) * scale;
    // Truncated towards zero after adding a half, as Pillow does; not the same as lround.
    const double low = centre - support + 0.5;
    const double high = centre + support + 0.5;
    const int first = std::max(static_cast<int>(low), 0);
    const int taps = std::min(static_cast<int>(high), in) - first;
    double sum = 0;
    for (int t = 0; t < taps; ++t) {
      const double distance = (t + first - centre + 0.5) * step;
      w[t] = cubic ? keys_cubic(distance) : triangle(distance);
      sum += w[t];
    }
    int32_t* fixed = axis.weights_.as<int32_t>() + static_cast<size_t>(i) * axis.taps_;
    for (int t = 0; t < taps; ++t) {
      const double share = (sum != 0.0 ? w[t] / sum : w[t]) * (int32_t{1} << kWeightBits);
      fixed[t] = static_cast<int32_t>(share < 0 ? share - 0.5 : share + 0.5);
    }
    axis.spans_.as<int32_t>()[2 * i] = first;
    axis.spans_.as<int32_t>()[2 * i + 1] = taps;
  }
  return axis;
}

template <size_t kChannels>
void resize_row(const uint8_t* in, const AxisWeights& columns, int count, uint8_t* out) {
  for (int x = 0; x < count; ++x) {
    const int32_t* weights = columns.weights(x);
    const uint8_t* pixel = in + static_cast<size_t>(columns.first(x)) * kChannels;
    std::array<int32_t, kChannels> sum;
    sum.fill(kHalf);
    for (int t = 0, taps = columns.count(x); t < taps; ++t, pixel += kChannels) {
      for (size_t c = 0; c < kChannels; ++c) sum[c] += pixel[c] * weights[t];
    }
    for (size_t c = 0; c < kChannels; ++c) *out++ = clip(sum[c]);
  }
}

// One output row from the `taps` intermediate rows starting at `in`.
void blend_rows(const uint8_t* in, size_t row_bytes, const int32_t* weights, int taps,
                uint8_t* out) {
  for (size_t x = 0; x < row_bytes; ++x) {
    int32_t sum = kHalf;
    const uint8_t* value = in + x;
    for (int t = 0; t < taps; ++t, value += row_bytes) sum += *value * weights[t];
    out[x] = clip(sum);
  }
}

Status resize_smooth(const PixelRows& source, const ResizePlan& plan, Recipe::Filter filter,
                     uint8_t* scratch, uint8_t* out, size_t out_stride) {
  GOSSAMER_ASSIGN(
      const AxisWeights columns,
      AxisWeights::make(source.width(), plan.width, plan.crop_x, plan.crop_width, filter));
  GOSSAMER_ASSIGN(const AxisWeights rows, AxisWeights::make(source.height(), plan.height,
                                                            plan.crop_y, plan.crop_height, filter));
  const int first = rows.first(0);
  const int last_row = plan.crop_height - 1;
  const int end = rows.first(last_row) + rows.count(last_row);
  const size_t row_bytes =
      static_cast<size_t>(plan.crop_width) * static_cast<size_t>(source.channels());
  GOSSAMER_ASSIGN(AlignedBuffer middle,
                  AlignedBuffer::allocate(row_bytes * static_cast<size_t>(end - first)));
  uint8_t* narrow = middle.as<uint8_t>();
  for (int y = first; y < end; ++y) {
    const uint8_t* in = source.row(y, scratch);
    uint8_t* target = narrow + static_cast<size_t>(y - first) * row_bytes;
    if (source.channels() == 1) {
      resize_row<1>(in, columns, plan.crop_width, target);
    } else {
      resize_row<3>(in, columns, plan.crop_width, target);
    }
  }
  for (int y = 0; y < plan.crop_height; ++y) {
    blend_rows(narrow + static_cast<size_t>(rows.first(y) - first) * row_bytes, row_bytes,
               rows.weights(y), rows.count(y), out + static_cast<size_t>(y) * out_stride);
  }
  return Status::ok();
}

// Sums up the position from the start of the axis, as Pillow does, so that rounding agrees.
class NearestWalk {
 public:
  NearestWalk(int in, int out, int crop) : step_(static_cast<double>(in) / out), limit_(in - 1) {
    position_ = step_ * 0.5;
    for (int i = 0; i < crop; ++i) position_ += step_;
  }
  int next() {
    const int index = std::min(static_cast<int>(position_), limit_);
    position_ += step_;
    return index;
  }

 private:
  double step_;
  double position_;
  int limit_;
};

void resize_nearest(const PixelRows& source, const ResizePlan& plan, uint8_t* scratch, uint8_t* out,
                    size_t out_stride) {
  const size_t channels = static_cast<size_t>(source.channels());
  NearestWalk rows(source.height(), plan.height, plan.crop_y);
  const NearestWalk start(source.width(), plan.width, plan.crop_x);
  for (int y = 0; y < plan.crop_height; ++y) {
    const uint8_t* in = source.row(rows.next(), scratch);
    uint8_t* target = out + static_cast<size_t>(y) * out_stride;
    NearestWalk columns = start;
    for (int x = 0; x < plan.crop_width; ++x, target += channels) {
      std::memcpy(target, in + static_cast<size_t>(columns.next()) * channels, channels);
    }
  }
}

}  // namespace

Status resize(const PixelRows& source, const ResizePlan& plan, Recipe::Filter filter, uint8_t* out,
              size_t out_stride) {
  const size_t source_row =
      static_cast<size_t>(source.width()) * static_cast<size_t>(source.channels());
  GOSSAMER_ASSIGN(AlignedBuffer scratch, AlignedBuffer::allocate(source_row));
  if (filter == Recipe::Filter::kNearest) {
    resize_nearest(source, plan, scratch.as<uint8_t>(), out, out_stride);
    return Status::ok();
  }
  return resize_smooth(source, plan, filter, scratch.as<uint8_t>(), out, out_stride);
}

}  // namespace gossamer
