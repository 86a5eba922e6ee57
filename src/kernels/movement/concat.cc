// Rows joined side by side, and cut apart. An item is a group of rows of one part, so that joining
// whole tensors end to end (one row each) can be shared among threads as well as joining channels
// (many rows).
#include <algorithm>
#include <cstring>

#include "kernels/movement/movement.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kItemBytes = 1 << 14;

class PartsOfRows final : public Kernel {
 public:
  // The parts are the outputs when `splits`, else the inputs.
  PartsOfRows(int64_t rows, std::vector<int64_t> row_bytes, bool splits)
      : rows_(rows), row_bytes_(std::move(row_bytes)), splits_(splits) {
    for (const int64_t bytes : row_bytes_) {
      offsets_.push_back(whole_row_bytes_);
      whole_row_bytes_ += bytes;
    }
    rows_per_item_ = units_per_item(rows_, whole_row_bytes_, kItemBytes);
  }

  std::string_view name() const override {
    return splits_ ? kernel_name::kSplit : kernel_name::kConcat;
  }
  int64_t items() const override {
    return ceil_div(rows_, rows_per_item_) * static_cast<int64_t>(row_bytes_.size());
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto parts = static_cast<int64_t>(row_bytes_.size());
    for (int64_t item = begin; item < end; ++item) {
      const auto i = static_cast<size_t>(item % parts);
      const int64_t bytes = row_bytes_[i];
      if (bytes == 0) continue;
      const int64_t first = item / parts * rows_per_item_;
      const int64_t last = std::min(first + rows_per_item_, rows_);
      const void* from = splits_ ? args.inputs[0] : args.inputs[i];
      void* to = splits_ ? args.outputs[i] : args.outputs[0];
      if (to == nullptr) continue;  // nobody wants this part
      const auto* x = static_cast<const std::byte*>(from) + (splits_ ? offsets_[i] : 0);
      auto* y = static_cast<std::byte*>(to) + (splits_ ? 0 : offsets_[i]);
      const int64_t x_row = splits_ ? whole_row_bytes_ : bytes;
      const int64_t y_row = splits_ ? bytes : whole_row_bytes_;
      for (int64_t row = first; row < last; ++row) {
        std::memcpy(y + row * y_row, x + row * x_row, static_cast<size_t>(bytes));
      }
    }
    return Status::ok();
  }

 private:
  int64_t rows_;
  std::vector<int64_t> row_bytes_;
  std::vector<int64_t> offsets_;  // of each part within a whole row
  int64_t whole_row_bytes_ = 0;
  int64_t rows_per_item_;
  bool splits_;
};

}  // namespace

std::unique_ptr<Kernel> make_concat(int64_t rows, std::vector<int64_t> row_bytes) {
  return std::make_unique<PartsOfRows>(rows, std::move(row_bytes), /*splits=*/false);
}

std::unique_ptr<Kernel> make_split(int64_t rows, std::vector<int64_t> row_bytes) {
  return std::make_unique<PartsOfRows>(rows, std::move(row_bytes), /*splits=*/true);
}

}  // namespace gossamer
