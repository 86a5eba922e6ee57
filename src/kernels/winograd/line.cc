// The 1xk or kx1 convolution of stride 1 by Winograd's filtering in one dimension, F(4, 4): seven
// multiplications give what a window of four taps makes of four neighbouring pixels, instead of
// sixteen. Longer windows are cut into pieces of four taps. Piece s needs the pixels of the tile
// that lies s tiles further on, so each tile is transformed once for all pieces, and their products
// are summed by the micro-kernel, whose segments they are: 14 multiplications for 28 with seven
// taps.
//
// Weights are packed to panels [7][panel][pieces][in_channels][8]. An item is a block of lines
// whose transformed pixels fit the cache.
#include <algorithm>
#include <cstring>
#include <limits>

#include "base/threads_exist.h"
#include "kernels/activate.h"
#include "kernels/gemm/tile.h"
#include "kernels/sizes.h"
#include "kernels/table.h"
#include "kernels/winograd/transforms.h"
#include "kernels/winograd/winograd.h"

namespace gossamer {
namespace {

using simd::F32x4;
using Transforms = WinogradLineTransforms;

constexpr int kTile = Transforms::kOutput;
constexpr int kPositions = Transforms::kInput;
constexpr int64_t kBlockFloats = 96 * 1024;  // of transformed pixels
constexpr int64_t kPanelBlock = 8;           // panels of products at a time

class WinogradLine final : public Kernel {
 public:
  WinogradLine(const ConvParams& params, int residual_input)
      : p_(params), residual_input_(residual_input), activation_(params.activation) {
    const bool wide = p_.kernel_h == 1;
    const int64_t picture = p_.in_h * p_.in_w * p_.in_channels;
    if (wide) {
      axis_ = {p_.in_w, p_.out_w, p_.pad_left, p_.kernel_w, p_.in_channels, p_.out_channels};
      across_ = {
          p_.in_h, p_.out_h, p_.pad_top, 1, p_.in_w * p_.in_channels, p_.out_w * p_.out_channels};
    } else {
      axis_ = {p_.in_h,
               p_.out_h,
               p_.pad_top,
               p_.kernel_h,
               p_.in_w * p_.in_channels,
               p_.out_w * p_.out_channels};
      across_ = {p_.in_w, p_.out_w, p_.pad_left, 1, p_.in_channels, p_.out_channels};
    }
    picture_ = picture;
    pieces_ = ceil_div(axis_.taps, Transforms::kTaps);
    tiles_ = ceil_div(axis_.out, kTile);
    line_tiles_ = tiles_ + pieces_ - 1;
    lines_ = p_.batch * across_.out;
    panels_ = panel_count(p_.out_channels);
    const int64_t line = kPositions * line_tiles_ * p_.in_channels;
    block_lines_ = even_block(lines_, std::clamp<int64_t>(kBlockFloats / line, 1, lines_));
    if (possible_threads(p_.threads) < 2) return;
    // As many blocks for each thread.
    const int64_t blocks = round_up(ceil_div(lines_, block_lines_), p_.threads);
    block_lines_ = ceil_div(lines_, blocks);
  }

  // Errors: OOM.
  Status pack(const ConvWeights& weights);

  std::string_view name() const override { return kernel_name::kWinogradLine; }
  int64_t items() const override { return ceil_div(lines_, block_lines_); }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  uint64_t weight_bytes() const override { return weights_.bytes() + constants_.size(); }
  uint64_t multiply_adds() const override { return p_.multiply_adds(); }
  bool can_overwrite_input(int index) const override { return index == residual_input_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) block(args, item * block_lines_);
    return Status::ok();
  }

 private:
  // One of the two spatial axes. Steps are floats from one pixel to the next along it.
  struct Axis {
    int64_t in, out, pad, taps, in_step, out_step;
  };

  int64_t product_columns() const { return std::min(panels_, kPanelBlock) * kPanelWidth; }

  void block(const KernelArgs& args, int64_t first_line) const {
    const int64_t count = std::min(block_lines_, lines_ - first_line);
    auto* pixels = reinterpret_cast<float*>(args.scratch);  // [positions][count][tiles][channels]
    float* products = pixels + kPositions * block_lines_ * line_tiles_ * p_.in_channels;
    auto** rows = reinterpret_cast<const float**>(products + kPositions * block_lines_ * tiles_ *
                                                                 product_columns());
    const auto* x = static_cast<const float*>(args.inputs[0]);
    const int64_t step = count * line_tiles_ * p_.in_channels;
    for (int64_t line = 0; line < count; ++line) {
      transform_line(x, first_line + line, pixels + line * line_tiles_ * p_.in_channels, step);
    }
    for (int64_t panel = 0; panel < panels_; panel += kPanelBlock) {
      const int64_t panels = std::min(kPanelBlock, panels_ - panel);
      multiply(pixels, count, panel, panels, rows, products);
      for (int64_t row = 0; row < count * tiles_; ++row) {
        finish(args, first_line + row / tiles_, row % tiles_ * kTile, panel, panels,
               products + row * panels * kPanelWidth, count * tiles_ * panels * kPanelWidth);
      }
    }
  }

  // Transforms the tiles of one line to target + position * step.
  void transform_line(const float* x, int64_t line, float* target, int64_t step) const {
    const int64_t across = line % across_.out - across_.pad;
    const bool exists = across >= 0 && across < across_.in;
    const float* start =
        x + line / across_.out * picture_ + (exists ? across * across_.in_step : 0);
    for (int64_t tile = 0; tile < line_tiles_; ++tile, target += p_.in_channels) {
      const float* pixels[kPositions];
      for (int64_t i = 0; i < kPositions; ++i) {
        const int64_t at = tile * kTile - axis_.pad + i;
        const bool inside = exists && at >= 0 && at < axis_.in;
        pixels[i] = inside ? start + at * axis_.in_step : zeros();
      }
      for (int64_t c = 0; c < p_.in_channels; c += simd::kLanes) {
        F32x4 d[kPositions], t[kPositions];
        GOSSAMER_UNROLL
        for (int i = 0; i < kPositions; ++i) d[i] = simd::load(pixels[i] + c);
        Transforms::input(d, t);
        GOSSAMER_UNROLL
        for (int i = 0; i < kPositions; ++i) simd::store(target + i * step + c, t[i]);
      }
    }
  }

  // products[position][count * tiles][panels * 8] = sum over pieces of pixels weights
  void multiply(const float* pixels, int64_t count, int64_t first_panel, int64_t panels,
                const float** rows, float* products) const {
    TileArgs tile;
    tile.segments = pieces_;
    tile.length = p_.in_channels;
    tile.bias = zeros();
    tile.c_stride = panels * kPanelWidth;
    tile.low = -std::numeric_limits<float>::infinity();
    tile.high = std::numeric_limits<float>::infinity();
    tile.rows = rows;
    const int64_t row_count = count * tiles_;
    for (int64_t position = 0; position < kPositions; ++position) {
      find_rows(pixels + position * count * line_tiles_ * p_.in_channels, row_count, rows);
      tile.c = products + position * row_count * tile.c_stride;
      for (int64_t panel = 0; panel < panels; ++panel, tile.c += kPanelWidth) {
        tile.panel = weights_.panel(position * panels_ + first_panel + panel);
        compute_rows(row_count, tile);
      }
    }
  }

  // The addresses of all rows and pieces, as compute_rows reads them.
  void find_rows(const float* pixels, int64_t row_count, const float** rows) const {
    const RowTiles split(row_count);
    int64_t first = 0;
    for (int64_t i = 0; i < split.count; ++i) {
      const int height = split.height(i);
      for (int64_t piece = 0; piece < pieces_; ++piece) {
        for (int64_t row = first; row < first + height; ++row) {
          const int64_t tile = row / tiles_ * line_tiles_ + row % tiles_ + piece;
          *rows++ = pixels + tile * p_.in_channels;
        }
      }
      first += height;
    }
  }

  // Transforms the products of one tile back and writes its pixels, from `at` on, as far as they
  // exist.
  void finish(const KernelArgs& args, int64_t line, int64_t at, int64_t first_panel, int64_t panels,
              const float* products, int64_t step) const {
    const int64_t column = first_panel * kPanelWidth;
    const int64_t columns = std::min(panels * kPanelWidth, p_.out_channels - column);
    const int64_t offset = line / across_.out * p_.out_h * p_.out_w * p_.out_channels +
                           line % across_.out * across_.out_step + at * axis_.out_step + column;
    const int count = static_cast<int>(std::min<int64_t>(kTile, axis_.out - at));
    float* y = static_cast<float*>(args.outputs[0]) + offset;
    const float* residual = residual_of(args, residual_input_);
    if (residual != nullptr) residual += offset;
    const F32x4 low = simd::splat(activation_.low), high = simd::splat(activation_.high);
    for (int64_t c = 0; c < columns; c += simd::kLanes) {
      F32x4 m[kPositions], result[kTile];
      GOSSAMER_UNROLL
      for (int i = 0; i < kPositions; ++i) m[i] = simd::load(products + i * step + c);
      Transforms::output(m, result);
      const F32x4 bias = simd::load(this->bias() + column + c);
      GOSSAMER_UNROLL
      for (int i = 0; i < kTile; ++i) {
        if (i >= count) continue;
        const int64_t pixel = i * axis_.out_step + c;
        F32x4 value = result[i] + bias;
        if (residual != nullptr) value += simd::load(residual + pixel);
        simd::store(y + pixel, simd::clip(value, low, high));
      }
    }
    if (!activation_.needs_pass()) return;
    for (int i = 0; i < count; ++i) {
      float* pixel = y + i * axis_.out_step;
      activate(activation_.pass, pixel, pixel, columns);
    }
  }

  const float* bias() const { return constants_.as<float>(); }
  const float* zeros() const { return constants_.as<float>() + panels_ * kPanelWidth; }

  ConvParams p_;
  int residual_input_;
  EpilogueActivation activation_;
  PackedMatrix weights_;     // panels [positions][panels_] of pieces * in_channels
  AlignedBuffer constants_;  // biases [panels_][8], then zeros: a pixel's, and 8 at least
  size_t scratch_bytes_ = 0;
  Axis axis_;    // along which the window lies
  Axis across_;  // the other one
  int64_t picture_;
  int64_t pieces_, tiles_, line_tiles_, lines_, panels_;
  int64_t block_lines_;
};

GOSSAMER_RUNS_ONCE Status WinogradLine::pack(const ConvWeights& weights) {
  const int64_t channels = p_.in_channels;
  const int64_t floats =
      kPositions * block_lines_ * (line_tiles_ * channels + tiles_ * product_columns());
  GOSSAMER_ASSIGN(const size_t bytes, checked_bytes(floats, sizeof(float)));
  const int64_t addresses = block_lines_ * tiles_ * pieces_;
  scratch_bytes_ = bytes + static_cast<size_t>(addresses) * sizeof(const float*);
  GOSSAMER_ASSIGN(weights_, PackedMatrix::allocate(pieces_ * channels, kPositions * panels_));
  const int64_t constants = panels_ * kPanelWidth + std::max<int64_t>(channels, kPanelWidth);
  GOSSAMER_ASSIGN(constants_, allocate_floats(constants));
  std::memset(constants_.data(), 0, constants_.size());
  if (weights.bias != nullptr) {
    std::copy_n(weights.bias, p_.out_channels, constants_.as<float>());
  }
  for (int64_t column = 0; column < panels_ * kPanelWidth; ++column) {
    float* target = weights_.mutable_panel(column / kPanelWidth) + column % kPanelWidth;
    const bool exists = column < p_.out_channels;
    const float scale = exists && weights.scale != nullptr ? weights.scale[column] : 1.0f;
    for (int64_t piece = 0; piece < pieces_; ++piece) {
      for (int64_t c = 0; c < channels; ++c, target += kPanelWidth) {
        float taps[Transforms::kTaps] = {}, u[kPositions];
        for (int64_t k = 0; k < Transforms::kTaps && exists; ++k) {
          const int64_t tap = piece * Transforms::kTaps + k;
          if (tap >= axis_.taps) break;
          taps[k] = weights.oihw[(column * channels + c) * axis_.taps + tap] * scale;
        }
        Transforms::weights(taps, u);
        for (int i = 0; i < kPositions; ++i) {
          target[i * panels_ * pieces_ * channels * kPanelWidth] = u[i];
        }
      }
    }
  }
  return Status::ok();
}

}  // namespace

Result<std::unique_ptr<Kernel>> make_winograd_line(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input) {
  auto kernel = std::make_unique<WinogradLine>(params, residual_input);
  GOSSAMER_TRY(kernel->pack(weights));
  return std::unique_ptr<Kernel>(std::move(kernel));
}

}  // namespace gossamer
