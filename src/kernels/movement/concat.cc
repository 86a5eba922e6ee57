// Rows joined side by side. An item is a group of rows of one input, so that joining whole tensors
// end to end (one row each) can be shared among threads as well as joining channels (many rows).
#include <algorithm>
#include <cstring>

#include "kernels/movement/movement.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kItemBytes = 1 << 14;

class Concat final : public Kernel {
 public:
  Concat(int64_t rows, std::vector<int64_t> row_bytes)
      : rows_(rows), row_bytes_(std::move(row_bytes)) {
    for (const int64_t bytes : row_bytes_) {
      offsets_.push_back(y_row_bytes_);
      y_row_bytes_ += bytes;
    }
    rows_per_item_ = units_per_item(rows_, y_row_bytes_, kItemBytes);
  }

  std::string_view name() const override { return kernel_name::kConcat; }
  int64_t items() const override {
    return ceil_div(rows_, rows_per_item_) * static_cast<int64_t>(row_bytes_.size());
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto inputs = static_cast<int64_t>(row_bytes_.size());
    for (int64_t item = begin; item < end; ++item) {
      const auto i = static_cast<size_t>(item % inputs);
      const int64_t bytes = row_bytes_[i];
      if (bytes == 0) continue;
      const int64_t first = item / inputs * rows_per_item_;
      const int64_t last = std::min(first + rows_per_item_, rows_);
      const auto* x = static_cast<const std::byte*>(args.inputs[i]);
      auto* y = static_cast<std::byte*>(args.outputs[0]) + offsets_[i];
      for (int64_t row = first; row < last; ++row) {
        std::memcpy(y + row * y_row_bytes_, x + row * bytes, static_cast<size_t>(bytes));
      }
    }
    return Status::ok();
  }

 private:
  int64_t rows_;
  std::vector<int64_t> row_bytes_;
  std::vector<int64_t> offsets_;  // of each input within a row of y
  int64_t y_row_bytes_ = 0;
  int64_t rows_per_item_;
};

}  // namespace

std::unique_ptr<Kernel> make_concat(int64_t rows, std::vector<int64_t> row_bytes) {
  return std::make_unique<Concat>(rows, std::move(row_bytes));
}

}  // namespace gossamer
