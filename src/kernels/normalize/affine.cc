// A multiplication and an addition per channel, and the activation that follows. Channels fill the
// lanes; an item is a group of pixels.
#include <algorithm>

#include "base/simd.h"
#include "kernels/activate.h"
#include "kernels/normalize/normalize.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kItemElements = 4096;

class Affine final : public Kernel {
 public:
  Affine(int64_t pixels, int64_t channels, AlignedBuffer factors, const Activation& activation)
      : pixels_(pixels),
        channels_(channels),
        pixels_per_item_(units_per_item(pixels, channels, kItemElements)),
        factors_(std::move(factors)),
        activation_(activation) {}

  std::string_view name() const override { return kernel_name::kAffine; }
  int64_t items() const override {
    return channels_ == 0 ? 0 : ceil_div(pixels_, pixels_per_item_);
  }
  uint64_t weight_bytes() const override { return factors_.size(); }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const int64_t first = begin * pixels_per_item_ * channels_;
    const int64_t last = std::min(end * pixels_per_item_, pixels_) * channels_;
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    for (int64_t i = first; i < last; i += channels_) pixel(x + i, y + i);
    if (activation_.needs_pass()) activate(activation_.pass, y + first, y + first, last - first);
    return Status::ok();
  }

 private:
  void pixel(const float* x, float* y) const {
    const auto* scale = factors_.as<float>();
    const float* shift = scale + channels_;
    const auto low = simd::splat(activation_.low), high = simd::splat(activation_.high);
    int64_t c = 0;
    for (; c + simd::kLanes <= channels_; c += simd::kLanes) {
      const auto sum = simd::madd(simd::load(x + c), simd::load(scale + c), simd::load(shift + c));
      simd::store(y + c, simd::clip(sum, low, high));
    }
    if (c == channels_) return;
    const auto n = static_cast<int>(channels_ - c);
    const auto sum = simd::madd(simd::load_partial(x + c, n), simd::load_partial(scale + c, n),
                                simd::load_partial(shift + c, n));
    simd::store_partial(y + c, simd::clip(sum, low, high), n);
  }

  int64_t pixels_, channels_;
  int64_t pixels_per_item_;
  AlignedBuffer factors_;
  EpilogueActivation activation_;
};

}  // namespace

std::unique_ptr<Kernel> make_affine_f32(int64_t pixels, int64_t channels, AlignedBuffer factors,
                                        const Activation& activation) {
  return std::make_unique<Affine>(pixels, channels, std::move(factors), activation);
}

}  // namespace gossamer
