// An item is a few rows of the output. The rows of the input behind one are first mixed into one
// row in scratch memory, over whole vectors whatever the layout, then its columns are picked and
// mixed. Where a single row is wanted as it is, it is read in place.
#include <algorithm>

#include "base/simd.h"
#include "kernels/resize/resize.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kItemElements = 4096;

// y = a x, or y += a x.
void mix(float* y, const float* x, float a, int64_t count, bool add) {
  const simd::F32x4 factor = simd::splat(a);
  int64_t i = 0;
  for (; i + simd::kLanes <= count; i += simd::kLanes) {
    const simd::F32x4 product = simd::load(x + i) * factor;
    simd::store(y + i, add ? simd::load(y + i) + product : product);
  }
  for (; i < count; ++i) y[i] = add ? y[i] + a * x[i] : a * x[i];
}

class Resize final : public Kernel {
 public:
  Resize(const ResizeParams& params, Taps rows, Taps columns)
      : p_(params), rows_(std::move(rows)), columns_(std::move(columns)) {
    in_row_ = p_.in_width * p_.inner;
    out_row_ = p_.out_width * p_.inner;
    rows_per_item_ = units_per_item(p_.outer * p_.out_height, out_row_, kItemElements);
  }

  std::string_view name() const override { return kernel_name::kResize; }
  int64_t items() const override {
    return out_row_ == 0 ? 0 : ceil_div(p_.outer * p_.out_height, rows_per_item_);
  }
  uint64_t weight_bytes() const override {
    return uint64_t{rows_.owned_bytes()} + columns_.owned_bytes();
  }
  size_t scratch_bytes() const override {
    return rows_.count() > 1 ? static_cast<size_t>(in_row_) * sizeof(float) : 0;
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* y = static_cast<float*>(args.outputs[0]);
    const int64_t last = std::min(end * rows_per_item_, p_.outer * p_.out_height);
    for (int64_t row = begin * rows_per_item_; row < last; ++row) {
      const float* image = x + row / p_.out_height * p_.in_height * in_row_;
      write_row(image, row % p_.out_height, y + row * out_row_,
                reinterpret_cast<float*>(args.scratch));
    }
    return Status::ok();
  }

 private:
  void write_row(const float* image, int64_t row, float* y, float* scratch) const {
    if (rows_.count() == 0) return write_columns(image + row * in_row_, y);
    const int32_t* indices = rows_.indices(row);
    if (indices[0] < 0) {
      std::fill_n(y, out_row_, p_.extrapolation);
      return;
    }
    const float* mixed = image + indices[0] * in_row_;
    if (rows_.count() > 1) {
      for (int64_t k = 0; k < rows_.count(); ++k) {
        mix(scratch, image + indices[k] * in_row_, rows_.weights(row)[k], in_row_, k > 0);
      }
      mixed = scratch;
    }
    write_columns(mixed, y);
  }

  void write_columns(const float* x, float* y) const {
    const int64_t inner = p_.inner;
    for (int64_t q = 0; q < p_.out_width; ++q, y += inner) {
      const int32_t* indices = columns_.indices(q);
      const float* weights = columns_.weights(q);
      if (indices[0] < 0) {
        std::fill_n(y, inner, p_.extrapolation);
      } else if (inner == 1) {
        float sum = weights[0] * x[indices[0]];
        for (int64_t k = 1; k < columns_.count(); ++k) sum += weights[k] * x[indices[k]];
        y[0] = sum;
      } else if (columns_.count() == 1) {
        std::copy_n(x + indices[0] * inner, inner, y);
      } else {
        for (int64_t k = 0; k < columns_.count(); ++k) {
          mix(y, x + indices[k] * inner, weights[k], inner, k > 0);
        }
      }
    }
  }

  ResizeParams p_;
  Taps rows_;
  Taps columns_;
  int64_t in_row_;  // floats
  int64_t out_row_;
  int64_t rows_per_item_;
};

}  // namespace

std::unique_ptr<Kernel> make_resize_f32(const ResizeParams& params, Taps rows, Taps columns) {
  return std::make_unique<Resize>(params, std::move(rows), std::move(columns));
}

}  // namespace gossamer
