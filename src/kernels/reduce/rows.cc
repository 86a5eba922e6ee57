// See reduce.h. An item is a group of rows.
#include <algorithm>

#include "base/simd.h"
#include "kernels/reduce/reduce.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

using simd::F32x4;

constexpr int64_t kBlock = 256;  // elements summed in single precision
constexpr int64_t kItemElements = 4096;

double sum_of(const float* x, int64_t n) {
  double total = 0;
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t last = std::min(first + kBlock, n);
    F32x4 a = simd::splat(0), b = simd::splat(0);
    int64_t i = first;
    for (; i + 2 * simd::kLanes <= last; i += 2 * simd::kLanes) {
      a += simd::load(x + i);
      b += simd::load(x + i + simd::kLanes);
    }
    float rest = 0;
    for (; i < last; ++i) rest += x[i];
    total += static_cast<double>(simd::reduce_add(a + b) + rest);
  }
  return total;
}

// Requires n > 0.
float max_of(const float* x, int64_t n) {
  float lanes[simd::kLanes] = {x[0], x[0], x[0], x[0]};
  F32x4 highest = simd::load(lanes);
  int64_t i = 0;
  for (; i + simd::kLanes <= n; i += simd::kLanes) {
    highest = simd::max_or_nan(highest, simd::load(x + i));
  }
  simd::store(lanes, highest);
  float best = lanes[0];
  const auto take = [&](float v) { best = v > best || v != v ? v : best; };
  for (const float v : lanes) take(v);
  for (; i < n; ++i) take(x[i]);
  return best;
}

class ReduceRows final : public Kernel {
 public:
  ReduceRows(RowReduction form, int64_t rows, int64_t n)
      : form_(form), rows_(rows), n_(n), rows_per_item_(units_per_item(rows, n, kItemElements)) {}

  std::string_view name() const override { return kernel_name::kReduceRows; }
  int64_t items() const override { return ceil_div(rows_, rows_per_item_); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    auto* y = static_cast<float*>(args.outputs[0]);
    const double divisor = form_ == RowReduction::kMean ? static_cast<double>(n_) : 1;
    const int64_t last = std::min(end * rows_per_item_, rows_);
    for (int64_t row = begin * rows_per_item_; row < last; ++row) {
      const float* x = static_cast<const float*>(args.inputs[0]) + row * n_;
      y[row] =
          form_ == RowReduction::kMax ? max_of(x, n_) : static_cast<float>(sum_of(x, n_) / divisor);
    }
    return Status::ok();
  }

 private:
  RowReduction form_;
  int64_t rows_, n_;
  int64_t rows_per_item_;
};

}  // namespace

std::unique_ptr<Kernel> make_reduce_rows_f32(RowReduction form, int64_t rows, int64_t n) {
  return std::make_unique<ReduceRows>(form, rows, n);
}

}  // namespace gossamer
