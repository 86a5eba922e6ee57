// See convert.h. An item is a block of elements.
#include "kernels/elementwise/convert.h"

#include <algorithm>

#include "base/convert.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kBlock = 4096;

class Convert final : public Kernel {
 public:
  // One of the types is float32.
  Convert(DataType from, DataType to, int64_t count) : from_(from), to_(to), count_(count) {}

  std::string_view name() const override { return kernel_name::kConvert; }
  int64_t items() const override { return ceil_div(count_, kBlock); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t first = begin * kBlock; first < std::min(end * kBlock, count_); first += kBlock) {
      const auto at = static_cast<size_t>(first);
      const auto count = static_cast<size_t>(std::min(kBlock, count_ - first));
      const auto* x = static_cast<const std::byte*>(args.inputs[0]) + at * data_type_size(from_);
      auto* y = static_cast<std::byte*>(args.outputs[0]) + at * data_type_size(to_);
      if (to_ == DataType::kFloat32) {
        to_float32(from_, x, reinterpret_cast<float*>(y), count);
      } else {
        from_float32(reinterpret_cast<const float*>(x), to_, y, count);
      }
    }
    return Status::ok();
  }

 private:
  DataType from_;
  DataType to_;
  int64_t count_;
};

}  // namespace

std::unique_ptr<Kernel> make_widening(DataType from, int64_t count) {
  return std::make_unique<Convert>(from, DataType::kFloat32, count);
}

std::unique_ptr<Kernel> make_narrowing(DataType to, int64_t count) {
  return std::make_unique<Convert>(DataType::kFloat32, to, count);
}

}  // namespace gossamer
