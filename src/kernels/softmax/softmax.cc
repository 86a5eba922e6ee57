// See softmax.h. An item is a group of rows. Lanes beyond a row's end are set to minus infinity,
// which neither changes the maximum nor, as e^-infinity, the sum.
#include "kernels/softmax/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exponential.h"
#include "base/simd.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int64_t kItemElements = 1024;

// x[i ..] with minus infinity from n on.
F32x4 load_row(const float* x, int64_t i, int64_t n) {
  if (i + simd::kLanes <= n) return simd::load(x + i);
  float lanes[simd::kLanes];
  std::fill(lanes, lanes + simd::kLanes, -std::numeric_limits<float>::infinity());
  std::copy(x + i, x + n, lanes);
  return simd::load(lanes);
}
void store_row(float* y, int64_t i, int64_t n, F32x4 v) {
  if (i + simd::kLanes <= n) return simd::store(y + i, v);
  simd::store_partial(y + i, v, static_cast<int>(n - i));
}

// Requires n > 0.
float highest_of(const float* x, int64_t n) {
  F32x4 highest = load_row(x, 0, n);
  for (int64_t i = simd::kLanes; i < n; i += simd::kLanes) {
    highest = simd::max(highest, load_row(x, i, n));
  }
  return simd::reduce_max(highest);
}

// One function for both kinds, so that the exponential's code is there once.
void softmax_row(SoftmaxKind kind, const float* x, float* y, int64_t n) {
  const bool log = kind == SoftmaxKind::kLogSoftmax;
  const F32x4 highest = simd::splat(highest_of(x, n));
  F32x4 sum = simd::splat(0);
  for (int64_t i = 0; i < n; i += simd::kLanes) {
    const F32x4 e = simd::exp(load_row(x, i, n) - highest);
    sum += e;
    if (!log) store_row(y, i, n, e);
  }
  const float total = simd::reduce_add(sum);
  const F32x4 divisor = simd::splat(total), log_sum = simd::splat(log ? logarithm(total) : 0);
  for (int64_t i = 0; i < n; i += simd::kLanes) {
    const F32x4 result =
        log ? (load_row(x, i, n) - highest) - log_sum : load_row(y, i, n) / divisor;
    store_row(y, i, n, result);
  }
}

class Softmax final : public Kernel {
 public:
  Softmax(SoftmaxKind kind, int64_t rows, int64_t n)
      : kind_(kind), rows_(rows), n_(n), rows_per_item_(units_per_item(rows, n, kItemElements)) {}

  std::string_view name() const override {
    return kind_ == SoftmaxKind::kSoftmax ? kernel_name::kSoftmax : kernel_name::kLogSoftmax;
  }
  int64_t items() const override { return n_ == 0 ? 0 : ceil_div(rows_, rows_per_item_); }
  double cost(double bytes) const override {
    constexpr double kExponential = 16;
    return bytes + kExponential * static_cast<double>(rows_) * static_cast<double>(n_);
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    const int64_t last = std::min(end * rows_per_item_, rows_);
    for (int64_t row = begin * rows_per_item_; row < last; ++row) {
      softmax_row(kind_, x + row * n_, y + row * n_, n_);
    }
    return Status::ok();
  }

 private:
  SoftmaxKind kind_;
  int64_t rows_, n_;
  int64_t rows_per_item_;
};

}  // namespace

std::unique_ptr<Kernel> make_softmax_f32(SoftmaxKind kind, int64_t rows, int64_t n) {
  return std::make_unique<Softmax>(kind, rows, n);
}

}  // namespace gossamer
