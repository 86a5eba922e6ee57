// See taps.h.
#include "kernels/resize/taps.h"

#include <algorithm>
#include <cmath>

#include "kernels/sizes.h"

namespace gossamer {
namespace {

// The place of the input that place o of the output shows.
float source_coordinate(Coordinates coordinates, const ResampleAxis& axis, int64_t o) {
  const auto at = static_cast<float>(o);
  const auto in = static_cast<float>(axis.in);
  const float half_pixel = (at + 0.5f) / axis.scale - 0.5f;
  switch (coordinates) {
    case Coordinates::kHalfPixel:
      return half_pixel;
    case Coordinates::kPytorchHalfPixel:
      return axis.length > 1 ? half_pixel : 0;
    case Coordinates::kAlignCorners:
      return axis.length == 1 ? 0 : at * (in - 1) / (axis.length - 1);
    case Coordinates::kAsymmetric:
      return at / axis.scale;
    case Coordinates::kTfHalfPixelForNn:
      return (at + 0.5f) / axis.scale;
    case Coordinates::kTfCropAndResize: {
      if (axis.length <= 1) return 0.5f * (axis.roi_start + axis.roi_end) * (in - 1);
      const float width = axis.roi_end - axis.roi_start;
      return axis.roi_start * (in - 1) + at * width * (in - 1) / (axis.length - 1);
    }
    case Coordinates::kHalfPixelSymmetric:
      break;
  }
  const float adjustment = static_cast<float>(axis.out) / (axis.scale * in);
  return in / 2 * (1 - adjustment) + half_pixel;
}

double nearest(Rounding rounding, float scale, double x) {
  switch (rounding) {
    case Rounding::kPreferFloor:
      return std::ceil(x - 0.5);
    case Rounding::kPreferCeil:
      return std::floor(x + 0.5);
    case Rounding::kFloor:
      return std::floor(x);
    case Rounding::kCeil:
      return std::ceil(x);
    case Rounding::kFloorUpCeilDown:
      break;
  }
  return scale < 1 ? std::ceil(x) : std::floor(x);
}

// A triangle, or Keys' cubic with parameter a.
double filter(const ResampleStyle& style, double distance) {
  const double d = std::fabs(distance);
  if (style.interpolation == Interpolation::kLinear) return std::max(0.0, 1 - d);
  const auto a = static_cast<double>(style.cubic_a);
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

// How far the filter is compressed: 1, and less where it is widened against aliasing.
double filter_scale(const ResampleStyle& style, const ResampleAxis& axis) {
  return style.antialias ? std::min(1.0, static_cast<double>(axis.scale)) : 1.0;
}

double support(const ResampleStyle& style, const ResampleAxis& axis) {
  return (style.interpolation == Interpolation::kCubic ? 2 : 1) / filter_scale(style, axis);
}

// The taps of one place of the output.
void fill(const ResampleStyle& style, const ResampleAxis& axis, int64_t o, int64_t count,
          int32_t* indices, float* weights) {
  const auto in = static_cast<double>(axis.in);
  auto x = static_cast<double>(source_coordinate(style.coordinates, axis, o));
  const bool covered = x >= 0 && x <= in - 1;  // NaN is not
  if (style.coordinates == Coordinates::kTfCropAndResize && !covered) {
    std::fill_n(indices, count, -1);
    std::fill_n(weights, count, 0.0f);
    return;
  }
  x = std::clamp(x, -in, 2 * in);  // whatever the scale, an index fits its type
  const auto inside = [&](double index) {
    return static_cast<int32_t>(std::clamp(index, 0.0, in - 1));
  };
  if (style.interpolation == Interpolation::kNearest) {
    indices[0] = inside(nearest(style.rounding, axis.scale, x));
    weights[0] = 1;
    return;
  }
  const double first = std::floor(x - support(style, axis)) + 1;
  const double scale = filter_scale(style, axis);
  double sum = 0;
  for (int64_t k = 0; k < count; ++k) {
    const double index = first + static_cast<double>(k);
    const bool excluded = style.exclude_outside && (index < 0 || index >= in);
    const double weight = excluded ? 0 : filter(style, scale * (index - x));
    indices[k] = inside(index);
    weights[k] = static_cast<float>(weight);
    sum += weight;
  }
  for (int64_t k = 0; k < count; ++k) {
    const auto weight = static_cast<double>(weights[k]);
    // Without any weight, which takes a place far outside, the nearest end is meant.
    weights[k] = static_cast<float>(sum != 0 ? weight / sum : (k == 0 ? 1.0 : 0.0));
  }
}

}  // namespace

bool is_identity(const ResampleStyle& style, const ResampleAxis& axis) {
  return axis.in == axis.out && axis.scale == 1 &&
         style.coordinates != Coordinates::kTfCropAndResize &&
         style.coordinates != Coordinates::kTfHalfPixelForNn;
}

double taps_per_output(const ResampleStyle& style, const ResampleAxis& axis) {
  if (style.interpolation == Interpolation::kNearest) return 1;
  return std::ceil(2 * support(style, axis));
}

Result<size_t> Taps::bytes_for(const ResampleStyle& style, const ResampleAxis& axis) {
  const double count = axis.out > 0 ? taps_per_output(style, axis) : 1;
  if (axis.in > INT32_MAX || axis.out > INT32_MAX || count > INT32_MAX) {
    return Status(Code::kOom, Stage::kPlan, "an axis is too long to be resampled");
  }
  return checked_bytes(axis.out * static_cast<int64_t>(count), sizeof(int32_t) + sizeof(float));
}

Taps Taps::make_at(std::byte* memory, const ResampleStyle& style, const ResampleAxis& axis) {
  Taps taps;
  taps.count_ = axis.out > 0 ? static_cast<int64_t>(taps_per_output(style, axis)) : 1;
  auto* indices = reinterpret_cast<int32_t*>(memory);
  auto* weights = reinterpret_cast<float*>(indices + axis.out * taps.count_);
  for (int64_t o = 0; o < axis.out; ++o) {
    fill(style, axis, o, taps.count_, indices + o * taps.count_, weights + o * taps.count_);
  }
  taps.indices_ = indices;
  taps.weights_ = weights;
  return taps;
}

Result<Taps> Taps::make(const ResampleStyle& style, const ResampleAxis& axis) {
  GOSSAMER_ASSIGN(const size_t bytes, bytes_for(style, axis));
  GOSSAMER_ASSIGN(AlignedBuffer storage, AlignedBuffer::allocate(bytes));
  Taps taps = make_at(storage.data(), style, axis);
  taps.storage_ = std::move(storage);
  return taps;
}

}  // namespace gossamer
