// See axis_weights.h.
#include "image/axis_weights.h"

#include <algorithm>
#include <cmath>

namespace gossamer {
namespace {

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

int round_up(int value, int step) {
  return (value + step - 1) / step * step;
}

constexpr double kWidestSupport = 2;
constexpr int kWidestStep = 8;  // of what resample.h asks for

}  // namespace

uint64_t AxisWeights::most_bytes(int in, int out, int count) {
  const double stretch = std::max(static_cast<double>(in) / out, 1.0);
  const double capacity = 2 * std::ceil(kWidestSupport * stretch) + 1 + kWidestStep;
  const double each = 2 * (sizeof(int32_t) + capacity * sizeof(int16_t));
  return static_cast<uint64_t>(each * count);
}

Result<AxisWeights> AxisWeights::make(int in, int out, int crop, int count, Recipe::Filter filter,
                                      int step) {
  const bool cubic = filter == Recipe::Filter::kBicubic;
  const double scale = static_cast<double>(in) / out;
  const double stretch = std::max(scale, 1.0);
  const double support = (cubic ? 2.0 : 1.0) * stretch;
  AxisWeights axis;
  // An even number, for the zero after the last weight.
  axis.capacity_ = static_cast<size_t>(
      round_up(static_cast<int>(std::ceil(support)) * 2 + 1, std::max(step, 2)));
  const size_t spans = static_cast<size_t>(count) * 2;
  const size_t bytes = spans * (sizeof(int32_t) + axis.capacity_ * sizeof(int16_t));
  GOSSAMER_ASSIGN(axis.block_, AlignedBuffer::allocate(bytes));
  std::fill_n(axis.block_.data(), bytes, std::byte{0});
  axis.weights_ = axis.block_.as<int16_t>() + spans * 2;
  for (int i = 0; i < count; ++i) {
    const double centre = (crop + i + 0.5) * scale;
    // Truncated towards zero after adding a half, as Pillow does; not the same as lround.
    const double from = centre - support + 0.5, to = centre + support + 0.5;
    const int begin = std::max(static_cast<int>(from), 0);
    const int taps = std::min(static_cast<int>(to), in) - begin;
    const auto weight = [&](int t) {
      const double distance = (t + begin - centre + 0.5) * (1.0 / stretch);
      return cubic ? keys_cubic(distance) : triangle(distance);
    };
    double sum = 0;
    for (int t = 0; t < taps; ++t) sum += weight(t);
    const int wide = round_up(taps, step);
    const int first = std::clamp(in - wide, 0, begin);
    int16_t* high = axis.weights_ + static_cast<size_t>(i) * 2 * axis.capacity_ + (begin - first);
    for (int t = 0; t < taps; ++t) {
      const double share = (sum != 0.0 ? weight(t) / sum : weight(t)) * (int32_t{1} << kBits);
      const auto fixed = static_cast<int32_t>(share < 0 ? share - 0.5 : share + 0.5);
      high[t] = static_cast<int16_t>(fixed >> kLowBits);
      high[axis.capacity_ + static_cast<size_t>(t)] =
          static_cast<int16_t>(fixed & ((1 << kLowBits) - 1));
    }
    axis.block_.as<int32_t>()[2 * i] = first;
    axis.block_.as<int32_t>()[2 * i + 1] = wide;
    axis.end_ = std::max(axis.end_, first + wide);
  }
  return axis;
}

}  // namespace gossamer
