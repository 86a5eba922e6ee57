// One row times a constant matrix: fully connected layers, squeeze-and-excite. Every weight is used
// once, so the speed is that of reading b. A tile of one row would wait on its two sums; here the
// rows of a panel are dealt to four pairs of sums, which keeps enough loads in flight.
#include <algorithm>

#include "base/simd.h"
#include "kernels/activate.h"
#include "kernels/gemm/gemm_kernels.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int kChains = 4;
constexpr int64_t kItemWork = 1 << 16;  // multiply-adds

struct Sums {
  F32x4 left, right;
};

// The eight sums of a[k] * panel[k][0..7], plus bias.
Sums multiply_panel(const float* a, int64_t k, const float* panel, const float* bias) {
  Sums sums[kChains];
  sums[0] = {simd::load(bias), simd::load(bias + 4)};
  GOSSAMER_UNROLL
  for (int q = 1; q < kChains; ++q) sums[q] = {simd::splat(0), simd::splat(0)};
  int64_t i = 0;
  for (; i + kChains <= k; i += kChains, panel += kChains * kPanelWidth) {
    GOSSAMER_UNROLL
    for (int q = 0; q < kChains; ++q) {
      const F32x4 x = simd::load_splat(a + i + q);
      sums[q].left = simd::madd(x, simd::load(panel + q * kPanelWidth), sums[q].left);
      sums[q].right = simd::madd(x, simd::load(panel + q * kPanelWidth + 4), sums[q].right);
    }
  }
  for (; i < k; ++i, panel += kPanelWidth) {
    const F32x4 x = simd::load_splat(a + i);
    sums[0].left = simd::madd(x, simd::load(panel), sums[0].left);
    sums[0].right = simd::madd(x, simd::load(panel + 4), sums[0].right);
  }
  return {(sums[0].left + sums[1].left) + (sums[2].left + sums[3].left),
          (sums[0].right + sums[1].right) + (sums[2].right + sums[3].right)};
}

class Gemv final : public Kernel {
 public:
  Gemv(const GemmParams& params, PackedMatrix b)
      : p_(params),
        b_(std::move(b)),
        activation_(params.activation),
        panel_block_(units_per_item(panel_count(p_.n), p_.k * kPanelWidth, kItemWork)) {}

  std::string_view name() const override { return kernel_name::kGemv; }
  int64_t items() const override { return ceil_div(panel_count(p_.n), panel_block_); }
  uint64_t weight_bytes() const override { return b_.bytes(); }
  uint64_t multiply_adds() const override { return step_count({p_.k, p_.n}); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* a = static_cast<const float*>(args.inputs[static_cast<size_t>(p_.a_input)]);
    auto* c = static_cast<float*>(args.outputs[0]);
    const F32x4 low = simd::splat(activation_.low), high = simd::splat(activation_.high);
    const int64_t first = begin * panel_block_;
    const int64_t last = std::min(end * panel_block_, panel_count(p_.n));
    for (int64_t panel = first; panel < last; ++panel) {
      const int64_t column = panel * kPanelWidth;
      const Sums sums = multiply_panel(a, p_.k, b_.panel(panel), b_.bias(panel));
      const auto columns = static_cast<int>(std::min<int64_t>(kPanelWidth, p_.n - column));
      const F32x4 clipped_left = simd::clip(sums.left, low, high);
      const F32x4 clipped_right = simd::clip(sums.right, low, high);
      if (columns == kPanelWidth) {
        simd::store(c + column, clipped_left);
        simd::store(c + column + 4, clipped_right);
      } else {
        const int left = std::min(columns, 4);
        simd::store_partial(c + column, clipped_left, left);
        simd::store_partial(c + column + left, clipped_right, columns - left);
      }
      if (activation_.needs_pass()) {
        activate(activation_.pass, c + column, c + column, columns);
      }
    }
    return Status::ok();
  }

 private:
  GemmParams p_;
  PackedMatrix b_;
  EpilogueActivation activation_;
  int64_t panel_block_;
};

}  // namespace

std::unique_ptr<Kernel> make_gemv(const GemmParams& params, PackedMatrix b) {
  return std::make_unique<Gemv>(params, std::move(b));
}

}  // namespace gossamer
