// The mean over whole pictures. There is one output pixel, so the work is shared out by channels:
// an item is a block of them in one picture, summed row by row to keep the sums short.
#include <algorithm>

#include "base/simd.h"
#include "kernels/pool/pool_kernels.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int kVectors = 4;  // one cache line of each pixel at a time
constexpr int64_t kSlice = kVectors * simd::kLanes;
constexpr int64_t kBlock = 4 * kSlice;  // channels per item

class GlobalAverage final : public Kernel {
 public:
  GlobalAverage(int64_t batch, int64_t pixels_h, int64_t pixels_w, int64_t channels)
      : batch_(batch), height_(pixels_h), width_(pixels_w), channels_(channels) {}

  std::string_view name() const override { return kernel_name::kGlobalAverage; }
  int64_t items() const override { return batch_ * ceil_div(channels_, kBlock); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const int64_t blocks = ceil_div(channels_, kBlock);
    for (int64_t item = begin; item < end; ++item) {
      const int64_t n = item / blocks;
      const int64_t first = item % blocks * kBlock;
      const int64_t last = std::min(first + kBlock, channels_);
      const float* x = static_cast<const float*>(args.inputs[0]) + n * height_ * width_ * channels_;
      float* y = static_cast<float*>(args.outputs[0]) + n * channels_;
      int64_t c = first;
      for (; c + kSlice <= last; c += kSlice) average<kVectors>(x + c, y + c);
      for (; c + simd::kLanes <= last; c += simd::kLanes) average<1>(x + c, y + c);
      if (c < last) average_partial(x + c, y + c, static_cast<int>(last - c));
    }
    return Status::ok();
  }

 private:
  float pixels() const { return static_cast<float>(height_ * width_); }

  template <int kCount>
  void average(const float* x, float* y) const {
    F32x4 total[kCount];
    GOSSAMER_UNROLL
    for (int v = 0; v < kCount; ++v) total[v] = simd::splat(0);
    for (int64_t row = 0; row < height_; ++row) {
      F32x4 sum[kCount];
      GOSSAMER_UNROLL
      for (int v = 0; v < kCount; ++v) sum[v] = simd::splat(0);
      for (int64_t column = 0; column < width_; ++column, x += channels_) {
        GOSSAMER_UNROLL
        for (int v = 0; v < kCount; ++v) sum[v] += simd::load(x + v * simd::kLanes);
      }
      GOSSAMER_UNROLL
      for (int v = 0; v < kCount; ++v) total[v] += sum[v];
    }
    GOSSAMER_UNROLL
    for (int v = 0; v < kCount; ++v) {
      simd::store(y + v * simd::kLanes, total[v] / simd::splat(pixels()));
    }
  }

  void average_partial(const float* x, float* y, int lanes) const {
    F32x4 total = simd::splat(0);
    for (int64_t row = 0; row < height_; ++row) {
      F32x4 sum = simd::splat(0);
      for (int64_t column = 0; column < width_; ++column, x += channels_) {
        sum += simd::load_partial(x, lanes);
      }
      total += sum;
    }
    simd::store_partial(y, total / simd::splat(pixels()), lanes);
  }

  int64_t batch_, height_, width_, channels_;
};

}  // namespace

std::unique_ptr<Kernel> make_global_average(int64_t batch, int64_t pixels_h, int64_t pixels_w,
                                            int64_t channels) {
  return std::make_unique<GlobalAverage>(batch, pixels_h, pixels_w, channels);
}

}  // namespace gossamer
