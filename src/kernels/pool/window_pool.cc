// Pooling over windows of any extent. Channels fill the lanes, taps outside the picture are
// skipped, and an item is one row of output pixels.
#include <limits>

#include "base/simd.h"
#include "kernels/pool/pool_kernels.h"
#include "kernels/sizes.h"
#include "kernels/table.h"
#include "kernels/window_taps.h"

namespace gossamer {
namespace {

using simd::F32x4;

template <PoolParams::Kind kKind, typename Load>
F32x4 reduce(const PoolWindow& w, int64_t c, Load load) {
  constexpr bool kMax = kKind == PoolParams::Kind::kMax;
  F32x4 result = simd::splat(kMax ? -std::numeric_limits<float>::infinity() : 0.0f);
  for (int64_t row = 0; row < w.rows; ++row) {
    const float* x = w.x + row * w.row_step + c;
    F32x4 sum = simd::splat(0);  // by rows: a long sum of floats loses less that way
    for (int64_t tap = 0; tap < w.taps; ++tap, x += w.tap_step) {
      if constexpr (kMax) {
        result = simd::max_or_nan(result, load(x));
      } else {
        sum += load(x);
      }
    }
    if constexpr (!kMax) result += sum;
  }
  return kMax ? result : result / simd::splat(w.count);
}

template <PoolParams::Kind kKind>
void pool_pixel(const PoolWindow& w, int64_t channels, float* y) {
  int64_t c = 0;
  for (; c + simd::kLanes <= channels; c += simd::kLanes) {
    simd::store(y + c, reduce<kKind>(w, c, simd::load));
  }
  if (c == channels) return;
  const auto lanes = static_cast<int>(channels - c);
  const auto load = [lanes](const float* p) { return simd::load_partial(p, lanes); };
  simd::store_partial(y + c, reduce<kKind>(w, c, load), lanes);
}

class WindowPool final : public Kernel {
 public:
  WindowPool(const PoolParams& params, std::string_view name, PoolPixel pixel)
      : p_(params), name_(name), pixel_(pixel) {}

  std::string_view name() const override { return name_; }
  int64_t items() const override { return p_.batch * p_.out_h; }
  double cost(double bytes) const override {
    return bytes + static_cast<double>(step_count(
                       {p_.batch, p_.out_h, p_.out_w, p_.channels, p_.kernel_h, p_.kernel_w}));
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    for (int64_t item = begin; item < end; ++item) {
      row(x + item / p_.out_h * p_.in_h * p_.in_w * p_.channels, item % p_.out_h,
          y + item * p_.out_w * p_.channels);
    }
    return Status::ok();
  }

 private:
  void row(const float* picture, int64_t oh, float* y) const {
    const int64_t top = oh * p_.stride_h - p_.pad_top;
    const TapRange rows = existing_taps(top, p_.dilation_h, p_.kernel_h, p_.in_h);
    const TapRange padded_rows = existing_taps(top + p_.pad_top, p_.dilation_h, p_.kernel_h,
                                               p_.pad_top + p_.in_h + p_.pad_bottom);
    PoolWindow w;
    w.rows = rows.size();
    w.row_step = p_.dilation_h * p_.in_w * p_.channels;
    w.tap_step = p_.dilation_w * p_.channels;
    for (int64_t ow = 0; ow < p_.out_w; ++ow, y += p_.channels) {
      const int64_t left = ow * p_.stride_w - p_.pad_left;
      const TapRange taps = existing_taps(left, p_.dilation_w, p_.kernel_w, p_.in_w);
      w.taps = taps.size();
      // A window wholly outside the picture has no address to start from.
      const bool empty = w.rows == 0 || w.taps == 0;
      const int64_t first =
          (top + rows.begin * p_.dilation_h) * p_.in_w + left + taps.begin * p_.dilation_w;
      w.x = picture + (empty ? 0 : first * p_.channels);
      const TapRange padded_taps = existing_taps(left + p_.pad_left, p_.dilation_w, p_.kernel_w,
                                                 p_.pad_left + p_.in_w + p_.pad_right);
      const int64_t count =
          p_.count_include_pad ? padded_rows.size() * padded_taps.size() : w.rows * w.taps;
      w.count = static_cast<float>(count > 0 ? count : 1);
      pixel_(w, p_.channels, y);
    }
  }

  PoolParams p_;
  std::string_view name_;
  PoolPixel pixel_;
};

}  // namespace

std::unique_ptr<Kernel> make_window_pool(const PoolParams& params) {
  if (params.kind == PoolParams::Kind::kMax) {
    return make_window_pool(params, kernel_name::kMaxPool, pool_pixel<PoolParams::Kind::kMax>);
  }
  return make_window_pool(params, kernel_name::kAveragePool,
                          pool_pixel<PoolParams::Kind::kAverage>);
}

std::unique_ptr<Kernel> make_window_pool(const PoolParams& params, std::string_view name,
                                         PoolPixel pixel) {
  return std::make_unique<WindowPool>(params, name, pixel);
}

}  // namespace gossamer
