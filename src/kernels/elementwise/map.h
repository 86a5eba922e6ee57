// The kernel that applies a function of one number to each element, block by block.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_MAP_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_MAP_H_

#include <algorithm>
#include <memory>

#include "kernels/kernel.h"
#include "kernels/sizes.h"

namespace gossamer {

template <typename F>
class MapKernel final : public Kernel {
 public:
  MapKernel(std::string_view name, int64_t count, F f) : name_(name), count_(count), f_(f) {}

  std::string_view name() const override { return name_; }
  int64_t items() const override { return ceil_div(count_, kBlock); }
  double cost(double bytes) const override {
    constexpr double kCall = 100;  // a function of the C library
    return bytes + kCall * static_cast<double>(count_);
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    const int64_t last = std::min(end * kBlock, count_);
    for (int64_t i = begin * kBlock; i < last; ++i) {
      y[i] = static_cast<float>(f_(static_cast<double>(x[i])));
    }
    return Status::ok();
  }

 private:
  static constexpr int64_t kBlock = 1024;
  std::string_view name_;
  int64_t count_;
  F f_;
};

// y[i] = f(x[i]) for `count` floats; f takes and gives a double. `name` must outlive the kernel.
template <typename F>
std::unique_ptr<Kernel> map_f32(std::string_view name, int64_t count, F f) {
  return std::make_unique<MapKernel<F>>(name, count, f);
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_MAP_H_
