// Activations that no convolution or product absorbed. An item is a block of elements.
#include <algorithm>

#include "kernels/activate.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kBlock = 4096;

class Unary final : public Kernel {
 public:
  Unary(const Activation& activation, int64_t count) : activation_(activation), count_(count) {}

  std::string_view name() const override { return kernel_name::kActivate; }
  int64_t items() const override { return ceil_div(count_, kBlock); }
  double cost(double bytes) const override {
    constexpr double kExponential = 16;  // the dearest of them
    return bytes + kExponential * static_cast<double>(count_);
  }
  bool can_overwrite_input(int index) const override { return index == 0; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    for (int64_t item = begin; item < end; ++item) {
      const int64_t first = item * kBlock;
      activate(activation_, x + first, y + first, std::min(kBlock, count_ - first));
    }
    return Status::ok();
  }

 private:
  Activation activation_;
  int64_t count_;
};

}  // namespace

std::unique_ptr<Kernel> make_activation_f32(const Activation& activation, int64_t count) {
  return std::make_unique<Unary>(activation, count);
}

}  // namespace gossamer
