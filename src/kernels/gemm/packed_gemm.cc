// The product with a constant b. An item is a block of rows times a block of panels; within it each
// panel stays in the nearest cache while the rows pass by.
#include <algorithm>
#include <cassert>

#include "base/threads_exist.h"
#include "kernels/activate.h"
#include "kernels/gemm/gemm_kernels.h"
#include "kernels/gemm/panels.h"
#include "kernels/gemm/tile.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kRowBlock = 48;
constexpr int64_t kItemWork = 1 << 20;  // multiply-adds
constexpr int64_t kLeastItemWork = 1 << 17;

class PackedGemm final : public Kernel {
 public:
  PackedGemm(const GemmParams& params, PackedMatrix b)
      : p_(params), b_(std::move(b)), activation_(params.activation) {
    row_block_ = even_block(p_.m, kRowBlock);
    const int64_t target =
        shared_target(multiply_adds(), possible_threads(p_.threads), kItemWork, kLeastItemWork);
    panel_block_ = units_per_item(panel_count(p_.n), row_block_ * p_.k * kPanelWidth, target);
    panel_blocks_ = ceil_div(panel_count(p_.n), panel_block_);
  }

  std::string_view name() const override { return kernel_name::kGemm; }
  int64_t items() const override { return ceil_div(p_.m, row_block_) * panel_blocks_; }
  uint64_t weight_bytes() const override { return b_.bytes(); }
  uint64_t multiply_adds() const override { return step_count({p_.m, p_.k, p_.n}); }
  bool can_overwrite_input(int index) const override { return index == p_.residual_input; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* a = static_cast<const float*>(args.inputs[static_cast<size_t>(p_.a_input)]);
    const float* residual = nullptr;
    if (p_.residual_input != GemmParams::kNoInput) {
      residual = static_cast<const float*>(args.inputs[static_cast<size_t>(p_.residual_input)]);
    }
    for (int64_t item = begin; item < end; ++item) {
      const int64_t row = item / panel_blocks_ * row_block_;
      const int64_t panel = item % panel_blocks_ * panel_block_;
      block(a, residual, static_cast<float*>(args.outputs[0]), row, panel);
    }
    return Status::ok();
  }

 private:
  void block(const float* a, const float* residual, float* c, int64_t first_row,
             int64_t first_panel) const {
    const int64_t row_end = std::min(first_row + row_block_, p_.m);
    const int64_t panel_end = std::min(first_panel + panel_block_, panel_count(p_.n));
    const float* rows[block_limit(kRowBlock)];
    for (int64_t row = first_row; row < row_end; ++row)
      rows[row - first_row] = a + row * p_.a_stride;
    for (int64_t panel = first_panel; panel < panel_end; ++panel) {
      const int64_t column = panel * kPanelWidth;
      TileArgs tile;
      tile.length = p_.k;
      tile.panel = b_.panel(panel);
      tile.bias = b_.bias(panel);
      tile.c_stride = p_.c_stride;
      tile.columns = static_cast<int>(std::min<int64_t>(kPanelWidth, p_.n - column));
      tile.low = activation_.low;
      tile.high = activation_.high;
      tile.rows = rows;
      const int64_t at = first_row * p_.c_stride + column;
      tile.c = c + at;
      tile.residual = residual == nullptr ? nullptr : residual + at;
      compute_rows(row_end - first_row, tile);
    }
    if (!activation_.needs_pass()) return;
    const int64_t column = first_panel * kPanelWidth;
    const int64_t columns = std::min(panel_end * kPanelWidth, p_.n) - column;
    for (int64_t row = first_row; row < row_end; ++row) {
      float* out = c + row * p_.c_stride + column;
      activate(activation_.pass, out, out, columns);
    }
  }

  GemmParams p_;
  PackedMatrix b_;
  EpilogueActivation activation_;
  int64_t row_block_;     // rows per item
  int64_t panel_block_;   // panels per item
  int64_t panel_blocks_;  // items per block of rows
};

}  // namespace

std::unique_ptr<Kernel> make_packed_gemm(const GemmParams& params, PackedMatrix b) {
  return std::make_unique<PackedGemm>(params, std::move(b));
}

}  // namespace gossamer
