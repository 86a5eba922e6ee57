// Normalisation by mean and variance, in three passes: the variance is that of the centred values,
// because the mean of squares minus the square of the mean loses all digits when the mean is large.
// Where a group is wider than one channel, lanes run along it and an item is a group; else four
// groups fill the lanes and are an item.
#include <algorithm>
#include <cmath>

#include "base/simd.h"
#include "kernels/normalize/normalize.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int64_t kBlock = 64;  // terms to a partial sum: a long sum of floats loses less that way

// f(x - shift) summed over n floats; lanes that do not exist count as 0.
template <typename F>
float sum_run(const float* x, int64_t n, F f) {
  F32x4 total = simd::splat(0), partial = simd::splat(0);
  int64_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    partial += f(simd::load(x + i));
    if (i % (kBlock * simd::kLanes) != 0) continue;
    total += partial;
    partial = simd::splat(0);
  }
  float sum = simd::reduce_add(total + partial);
  if (i == n) return sum;
  float lanes[simd::kLanes];
  simd::store(lanes, f(simd::load_partial(x + i, static_cast<int>(n - i))));
  for (int64_t k = 0; k < n - i; ++k) sum += lanes[k];
  return sum;
}

// The same down `rows` rows for `n` <= 4 neighbouring columns.
template <typename F>
F32x4 sum_columns(const float* x, int64_t rows, int64_t step, int64_t n, F f) {
  F32x4 total = simd::splat(0), partial = simd::splat(0);
  for (int64_t row = 0; row < rows; ++row, x += step) {
    partial += f(simd::load_up_to(x, n));
    if (row % kBlock != 0) continue;
    total += partial;
    partial = simd::splat(0);
  }
  return total + partial;
}

class MeanVariance final : public Kernel {
 public:
  explicit MeanVariance(const MeanVarianceParams& params)
      : p_(params),
        row_length_(params.groups * params.width),
        items_each_(params.width > 1 ? params.groups : ceil_div(params.groups, simd::kLanes)) {}

  std::string_view name() const override {
    return p_.width > 1 ? kernel_name::kMeanVarianceRows : kernel_name::kMeanVarianceColumns;
  }
  int64_t items() const override {
    return p_.rows == 0 || p_.width == 0 ? 0 : p_.outer * items_each_;
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto factors = [&](size_t i) {
      return i < args.inputs.size() ? static_cast<const float*>(args.inputs[i]) : nullptr;
    };
    for (int64_t item = begin; item < end; ++item) {
      const int64_t column = item % items_each_ * (p_.width > 1 ? p_.width : simd::kLanes);
      const int64_t first = item / items_each_ * p_.rows * row_length_ + column;
      const int64_t factor = p_.per_group ? item % items_each_ : column;
      const float* scale = factors(1) != nullptr ? factors(1) + factor : nullptr;
      const float* shift = factors(2) != nullptr ? factors(2) + factor : nullptr;
      const auto* x = static_cast<const float*>(args.inputs[0]) + first;
      auto* y = static_cast<float*>(args.outputs[0]) + first;
      if (p_.width > 1) {
        group(x, scale, shift, y);
      } else {
        columns(x, scale, shift, y, std::min<int64_t>(simd::kLanes, p_.groups - column));
      }
    }
    return Status::ok();
  }

 private:
  float inverse_deviation(float squares) const {
    const float variance = squares / static_cast<float>(p_.rows * p_.width);
    return 1 / (std::sqrt(variance + p_.epsilon) + p_.epsilon_outside);
  }

  void group(const float* x, const float* scale, const float* shift, float* y) const {
    float sum = 0, squares = 0;
    for (int64_t row = 0; p_.centred && row < p_.rows; ++row) {
      sum += sum_run(x + row * row_length_, p_.width, [](F32x4 v) { return v; });
    }
    const F32x4 mean = simd::splat(sum / static_cast<float>(p_.rows * p_.width));
    for (int64_t row = 0; row < p_.rows; ++row) {
      squares += sum_run(x + row * row_length_, p_.width,
                         [mean](F32x4 v) { return (v - mean) * (v - mean); });
    }
    float factor = inverse_deviation(squares), offset = 0;
    if (p_.per_group) {  // nothing is left that changes along the width
      if (scale != nullptr) factor *= *scale;
      if (shift != nullptr) offset = *shift;
      scale = shift = nullptr;
    }
    const F32x4 factors = simd::splat(factor), offsets = simd::splat(offset);
    for (int64_t row = 0; row < p_.rows; ++row) {
      for (int64_t i = 0; i < p_.width; i += simd::kLanes) {
        const int64_t at = row * row_length_ + i, n = p_.width - i;
        F32x4 v = simd::madd(simd::load_up_to(x + at, n) - mean, factors, offsets);
        if (scale != nullptr) v *= simd::load_up_to(scale + i, n);
        if (shift != nullptr) v += simd::load_up_to(shift + i, n);
        simd::store_up_to(y + at, v, n);
      }
    }
  }

  void columns(const float* x, const float* scale, const float* shift, float* y, int64_t n) const {
    const F32x4 count = simd::splat(static_cast<float>(p_.rows));
    const int64_t summed = p_.centred ? p_.rows : 0;
    const F32x4 mean = sum_columns(x, summed, row_length_, n, [](F32x4 v) { return v; }) / count;
    const F32x4 squares = sum_columns(x, p_.rows, row_length_, n,
                                      [mean](F32x4 v) { return (v - mean) * (v - mean); });
    float lanes[simd::kLanes];
    simd::store(lanes, squares);
    for (float& lane : lanes) lane = inverse_deviation(lane);
    F32x4 factor = simd::load(lanes);
    if (scale != nullptr) factor *= simd::load_up_to(scale, n);
    const F32x4 offset = shift != nullptr ? simd::load_up_to(shift, n) : simd::splat(0);
    for (int64_t row = 0; row < p_.rows; ++row) {
      const int64_t at = row * row_length_;
      simd::store_up_to(y + at, simd::madd(simd::load_up_to(x + at, n) - mean, factor, offset), n);
    }
  }

  MeanVarianceParams p_;
  int64_t row_length_;
  int64_t items_each_;  // for each outer
};

}  // namespace

std::unique_ptr<Kernel> make_mean_variance_f32(const MeanVarianceParams& params) {
  return std::make_unique<MeanVariance>(params);
}

}  // namespace gossamer
