// Norms over windows: what LpPool asks for. Squares are added up in double precision, so that none
// is too small or too large to count.
#include <cmath>

#include "base/simd_doubles.h"
#include "kernels/pool/pool_kernels.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F64x2;

template <bool kSquares>
void norm_pixel(const PoolWindow& w, int64_t channels, float* y) {
  for (int64_t c = 0; c < channels; c += simd::kDoubleLanes) {
    F64x2 sum = {};
    for (int64_t row = 0; row < w.rows; ++row) {
      const float* x = w.x + row * w.row_step + c;
      for (int64_t tap = 0; tap < w.taps; ++tap, x += w.tap_step) {
        const F64x2 v = simd::widen(x, channels - c);
        sum += kSquares ? v * v : simd::abs(v);
      }
    }
    const auto norm = [&sum](int i) {
      return static_cast<float>(kSquares ? std::sqrt(sum[i]) : sum[i]);
    };
    y[c] = norm(0);
    if (c + 1 < channels) y[c + 1] = norm(1);
  }
}

}  // namespace

std::unique_ptr<Kernel> make_lp_pool_f32(const PoolParams& params, int64_t p) {
  return make_window_pool(without_idle_steps(params), kernel_name::kLpPool,
                          p == 1 ? norm_pixel<false> : norm_pixel<true>);
}

}  // namespace gossamer
