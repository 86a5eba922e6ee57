// See quantize.h. Along a run of the innermost axis scale and zero stand still, or, where that axis
// is the channels', advance; what stands still is copied into four lanes and read with a step of 0.
// All arithmetic is in float32, in which these integers and their differences are exact.
#include "kernels/quantize/quantize.h"

#include <algorithm>
#include <bit>

#include "base/simd.h"
#include "base/simd_bytes.h"
#include "kernels/strided_runs.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;
using simd::I32x4;

using Bytes [[gnu::vector_size(4)]] = uint8_t;

// Four integers from their bits; `sign` is the bit of the sign, if any.
F32x4 load_integers(const uint8_t* p, int32_t sign) {
  const I32x4 bits = __builtin_convertvector(simd::load_as<Bytes>(p), I32x4);
  const I32x4 value = (bits ^ sign) - sign;
  float lanes[simd::kLanes];
  for (int i = 0; i < simd::kLanes; ++i) lanes[i] = static_cast<float>(value[i]);
  return simd::load(lanes);
}

// Requires |v| < 2^22. Rounds, halves to even: the sum has no room for a fraction.
constexpr float kRounder = 0x1.8p23f;

void store_integers(uint8_t* p, F32x4 v) {
  float lanes[simd::kLanes];
  simd::store(lanes, v + simd::splat(kRounder));
  const Bytes value = __builtin_convertvector(simd::load_as<I32x4>(lanes), Bytes);
  std::memcpy(p, &value, sizeof value);
}

// Where a run's factors are, in vectors; they may stand still.
class Factors {
 public:
  Factors(const float* scale, const float* zero, int64_t step) : step_(step) {
    std::fill(still_, still_ + simd::kLanes, *scale);
    std::fill(still_ + simd::kLanes, still_ + 2 * simd::kLanes, *zero);
    scale_ = step == 0 ? still_ : scale;
    zero_ = step == 0 ? still_ + simd::kLanes : zero;
  }
  Factors(const Factors&) = delete;
  Factors& operator=(const Factors&) = delete;
  F32x4 scale(int64_t i) const { return simd::load(scale_ + i * step_); }
  F32x4 zero(int64_t i) const { return simd::load(zero_ + i * step_); }

 private:
  const float* scale_;
  const float* zero_;
  int64_t step_;
  float still_[2 * simd::kLanes];
};

// f(x, y, i) for four elements after the other, from x[i] to y[i]; for the last ones by way of
// lanes of their own.
template <typename X, typename Y, typename F>
void map_run(const X* x, Y* y, int64_t n, F f) {
  for (int64_t i = 0; i < n; i += simd::kLanes) {
    const int64_t left = n - i;
    X from[simd::kLanes] = {};
    Y to[simd::kLanes];
    const bool whole = left >= simd::kLanes;
    if (!whole) std::copy(x + i, x + n, from);
    f(whole ? x + i : from, whole ? y + i : to, i);
    if (!whole) std::copy(to, to + left, y + i);
  }
}

class Quantize final : public Kernel {
 public:
  Quantize(const QuantizeParams& params, AlignedBuffer factors, bool dequantizes,
           const StridedAxes<1>& axes)
      : channels_(params.channels),
        runs_(axes),
        factors_(std::move(factors)),
        sign_(params.type == DataType::kInt8 ? 128 : 0),
        dequantizes_(dequantizes),
        rounds_last_(params.rounds_last) {}

  std::string_view name() const override {
    return dequantizes_ ? kernel_name::kDequantize : kernel_name::kQuantize;
  }
  int64_t items() const override { return runs_.items(); }
  uint64_t weight_bytes() const override { return factors_.size(); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const void* x = args.inputs[0];
    void* y = args.outputs[0];
    const float* scale = factors_.as<float>();
    runs_.for_each(begin, end, [&](const auto& offsets, int64_t at, int64_t count) {
      const Factors factors(scale + offsets[0], scale + channels_ + offsets[0], runs_.step(0));
      if (dequantizes_) {
        dequantize(static_cast<const uint8_t*>(x) + at, factors, static_cast<float*>(y) + at,
                   count);
      } else {
        quantize(static_cast<const float*>(x) + at, factors, static_cast<uint8_t*>(y) + at, count);
      }
    });
    return Status::ok();
  }

 private:
  void dequantize(const uint8_t* x, const Factors& factors, float* y, int64_t count) const {
    map_run(x, y, count, [&](const uint8_t* from, float* to, int64_t i) {
      const F32x4 steps = load_integers(from, sign_) - factors.zero(i);
      simd::store(to, steps * factors.scale(i));
    });
  }

  // Limits are set before rounding, which then cannot pass them: they are whole numbers.
  void quantize(const float* x, const Factors& factors, uint8_t* y, int64_t count) const {
    const F32x4 lowest = simd::splat(static_cast<float>(-sign_));
    const F32x4 highest = simd::splat(static_cast<float>(255 - sign_));
    map_run(x, y, count, [&](const float* from, uint8_t* to, int64_t i) {
      const F32x4 zero = factors.zero(i);
      const F32x4 after = rounds_last_ ? simd::splat(0) : zero;
      F32x4 v = simd::load(from) / factors.scale(i);
      if (rounds_last_) v += zero;
      v = simd::clip(v, lowest - after, highest - after);
      v = (v + simd::splat(kRounder)) - simd::splat(kRounder) + after;
      store_integers(to, xsimd::select(v == v, v, zero));  // NOLINT: NaN
    });
  }

  int64_t channels_;
  StridedRuns<1> runs_;  // of the factors
  AlignedBuffer factors_;
  int32_t sign_;  // the bit of it, if any
  bool dequantizes_, rounds_last_;
};

std::unique_ptr<Kernel> make(const QuantizeParams& p, AlignedBuffer factors, bool dequantizes) {
  StridedAxes<1> axes;
  axes.add(p.outer, {0});
  axes.add(p.channels, {1});
  axes.add(p.inner, {0});
  return std::make_unique<Quantize>(p, std::move(factors), dequantizes, axes);
}

}  // namespace

std::unique_ptr<Kernel> make_quantize_f32(const QuantizeParams& params, AlignedBuffer factors) {
  return make(params, std::move(factors), false);
}

std::unique_ptr<Kernel> make_dequantize_f32(const QuantizeParams& params, AlignedBuffer factors) {
  return make(params, std::move(factors), true);
}

}  // namespace gossamer
