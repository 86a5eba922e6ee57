// The product of two computed matrices, or stacks of them. An item is one panel of b in one
// product: it copies the panel into scratch, in the packed form of panels.h, and passes all rows of
// a along it. With many rows the copy is a small part of the work; with few it is not, but networks
// that classify images have no such products.
#include <algorithm>

#include "kernels/activate.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm/panels.h"
#include "kernels/gemm/tile.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kRowBlock = 48;

class MatMul final : public Kernel {
 public:
  MatMul(const MatMulParams& params, size_t scratch_bytes)
      : p_(params), activation_(params.activation), scratch_bytes_(scratch_bytes) {
    for (int i = 0; i < p_.batch_rank; ++i) products_ *= p_.batch[i];
  }

  std::string_view name() const override { return kernel_name::kMatMul; }
  int64_t items() const override { return p_.m == 0 ? 0 : products_ * panel_count(p_.n); }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  uint64_t multiply_adds() const override { return step_count({products_, p_.m, p_.k, p_.n}); }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* a = static_cast<const float*>(args.inputs[0]);
    const auto* b = static_cast<const float*>(args.inputs[1]);
    auto* c = static_cast<float*>(args.outputs[0]);
    auto* panel = reinterpret_cast<float*>(args.scratch);
    for (int64_t item = begin; item < end; ++item) {
      const int64_t product = item / panel_count(p_.n);
      const int64_t column = item % panel_count(p_.n) * kPanelWidth;
      int64_t a_index = 0, b_index = 0;
      for (int64_t axis = p_.batch_rank - 1, rest = product; axis >= 0; --axis) {
        const int64_t i = rest % p_.batch[axis];
        rest /= p_.batch[axis];
        a_index += i * p_.a_batch_stride[axis];
        b_index += i * p_.b_batch_stride[axis];
      }
      pack_panel({b + b_index * p_.k * p_.n, p_.n, 1, nullptr}, p_.k, p_.n, column, panel);
      multiply(a + a_index * p_.m * p_.k, panel, c + product * p_.m * p_.n, column);
    }
    return Status::ok();
  }

 private:
  // c's columns from `column` on, in one product.
  void multiply(const float* a, const float* panel, float* c, int64_t column) const {
    static constexpr float kNoBias[kPanelWidth] = {};
    TileArgs tile;
    tile.length = p_.k;
    tile.panel = panel;
    tile.bias = kNoBias;
    tile.c_stride = p_.n;
    tile.columns = static_cast<int>(std::min<int64_t>(kPanelWidth, p_.n - column));
    tile.low = activation_.low;
    tile.high = activation_.high;
    const float* rows[block_limit(kRowBlock)];
    tile.rows = rows;
    const int64_t block = even_block(p_.m, kRowBlock);
    for (int64_t row = 0; row < p_.m; row += block) {
      const int64_t count = std::min(block, p_.m - row);
      for (int64_t r = 0; r < count; ++r) rows[r] = a + (row + r) * p_.k;
      tile.c = c + row * p_.n + column;
      compute_rows(count, tile);
    }
    if (!activation_.needs_pass()) return;
    for (int64_t row = 0; row < p_.m; ++row) {
      float* out = c + row * p_.n + column;
      activate(activation_.pass, out, out, tile.columns);
    }
  }

  MatMulParams p_;
  EpilogueActivation activation_;
  size_t scratch_bytes_;
  int64_t products_ = 1;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_matmul_f32(const MatMulParams& params) {
  GOSSAMER_ASSIGN(const size_t scratch,
                  checked_bytes(params.k, static_cast<size_t>(kPanelWidth) * sizeof(float)));
  return std::unique_ptr<Kernel>(std::make_unique<MatMul>(params, scratch));
}

}  // namespace gossamer
