// Local response normalisation. With channels last, the squares of a pixel are written to scratch
// with zeros at both ends, so that a window is a plain sum of shifted loads, and an item is a
// pixel. Else pixels fill the lanes, and an item is a plane of them, a channel. Windows are short
// (5, as a rule), and sliding sums would lose digits.
#include <algorithm>
#include <cmath>

#include "base/simd.h"
#include "kernels/elementwise/power.h"
#include "kernels/normalize/normalize.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

// v^-beta; the one exponent that networks use by two square roots.
F32x4 inverse_power(F32x4 v, float beta) {
  if (beta == 0.75f) {
    const F32x4 root = xsimd::sqrt(v);
    return simd::splat(1) / (root * xsimd::sqrt(root));
  }
  float lanes[simd::kLanes];
  simd::store(lanes, v);
  for (float& lane : lanes)
    lane = static_cast<float>(power(static_cast<double>(lane), static_cast<double>(-beta)));
  return simd::load(lanes);
}

class LocalResponse final : public Kernel {
 public:
  LocalResponse(const LocalResponseParams& params, size_t scratch_bytes)
      : p_(params), scratch_bytes_(scratch_bytes) {}

  std::string_view name() const override { return kernel_name::kLocalResponse; }
  int64_t items() const override { return p_.channels == 0 ? 0 : p_.pixels; }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    auto* squares = reinterpret_cast<float*>(args.scratch);
    std::fill(squares, squares + scratch_bytes_ / sizeof(float), 0.0f);
    const auto* x = static_cast<const float*>(args.inputs[0]) + begin * p_.channels;
    auto* y = static_cast<float*>(args.outputs[0]) + begin * p_.channels;
    for (int64_t item = begin; item < end; ++item, x += p_.channels, y += p_.channels) {
      pixel(x, squares, y);
    }
    return Status::ok();
  }

 private:
  void pixel(const float* x, float* squares, float* y) const {
    for (int64_t c = 0; c < p_.channels; ++c) squares[p_.below + c] = x[c] * x[c];
    const F32x4 alpha = simd::splat(p_.alpha), bias = simd::splat(p_.bias);
    for (int64_t c = 0; c < p_.channels; c += simd::kLanes) {
      F32x4 sum = simd::splat(0);
      for (int64_t k = 0; k <= p_.below + p_.above; ++k) sum += simd::load(squares + c + k);
      const F32x4 factor = inverse_power(simd::madd(sum, alpha, bias), p_.beta);
      const auto n = static_cast<int>(std::min<int64_t>(simd::kLanes, p_.channels - c));
      if (n == simd::kLanes) {
        simd::store(y + c, simd::load(x + c) * factor);
      } else {
        simd::store_partial(y + c, simd::load_partial(x + c, n) * factor, n);
      }
    }
  }

  LocalResponseParams p_;
  size_t scratch_bytes_;
};

class LocalResponsePlanes final : public Kernel {
 public:
  explicit LocalResponsePlanes(const LocalResponseParams& params) : p_(params) {}

  std::string_view name() const override { return kernel_name::kLocalResponsePlanes; }
  int64_t items() const override { return p_.inner == 0 ? 0 : p_.pixels * p_.channels; }
  double cost(double bytes) const override {
    return bytes + static_cast<double>(step_count({p_.pixels, p_.channels, p_.inner})) *
                       static_cast<double>(p_.below + p_.above + 1);
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) {
      plane(static_cast<const float*>(args.inputs[0]) + item * p_.inner, item % p_.channels,
            static_cast<float*>(args.outputs[0]) + item * p_.inner);
    }
    return Status::ok();
  }

 private:
  void plane(const float* x, int64_t channel, float* y) const {
    const int64_t first = -std::min(channel, p_.below) * p_.inner;
    const int64_t last = std::min(p_.channels - 1 - channel, p_.above) * p_.inner;
    const F32x4 alpha = simd::splat(p_.alpha), bias = simd::splat(p_.bias);
    for (int64_t i = 0; i < p_.inner; i += simd::kLanes) {
      const int64_t n = p_.inner - i;
      F32x4 sum = simd::splat(0);
      for (int64_t k = first; k <= last; k += p_.inner) {
        const F32x4 v = simd::load_up_to(x + i + k, n);
        sum = simd::madd(v, v, sum);
      }
      const F32x4 result =
          simd::load_up_to(x + i, n) * inverse_power(simd::madd(sum, alpha, bias), p_.beta);
      simd::store_up_to(y + i, result, n);
    }
  }

  LocalResponseParams p_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_local_response_f32(const LocalResponseParams& params) {
  LocalResponseParams p = params;
  // Further neighbours do not exist.
  const int64_t furthest = std::max<int64_t>(0, p.channels - 1);
  p.below = std::min(p.below, furthest);
  p.above = std::min(p.above, furthest);
  if (p.inner != 1) return std::unique_ptr<Kernel>(std::make_unique<LocalResponsePlanes>(p));
  const int64_t squares = p.below + round_up(p.channels, simd::kLanes) + p.above;
  GOSSAMER_ASSIGN(const size_t bytes, checked_bytes(squares, sizeof(float)));
  return std::unique_ptr<Kernel>(std::make_unique<LocalResponse>(p, bytes));
}

}  // namespace gossamer
