// The picture is cut into tiles of kOutput x kOutput results. For a block of tiles that fits the
// cache,
//
//   1. every tile's pixels are transformed, to one matrix [tiles][channels] for each of the
//      positions of a transformed tile (36 for F(4x4), 16 for F(2x2));
//   2. each of these is multiplied by that position's weights, by the micro-kernel of kernels/gemm;
//   3. the products are transformed back, and finished: bias, residual, activation.
//
// Weights are transformed while packing, to panels [position][panel][channel][8]: 4 times (1.8
// times) the size of the originals. Steps 2 and 3 go over blocks of output channels, so that the
// products stay in the cache too. An item is a block of tiles; where threads share them, also a
// share of the output channels, for which step 1 is done again.
//
// With groups, step 2 sums the channels of a panel's own group. Groups with fewer output channels
// than a panel has are summed together, with weights of zero between them. An item has the channels
// of a few groups alone, so that it holds many tiles: its products are short, and their weights are
// fetched for all of them.
//
// Each tile size is compiled in a file of its own (winograd_2x2.cc, winograd_4x4.cc).
#ifndef GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_CONV_H_
#define GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_CONV_H_

#include <algorithm>
#include <cstring>
#include <limits>

#include "kernels/activate.h"
#include "kernels/gemm/tile.h"
#include "kernels/sizes.h"
#include "kernels/table.h"
#include "kernels/winograd/transforms.h"
#include "kernels/winograd/winograd.h"

namespace gossamer {

// Of transformed pixels, and of products, that a block should keep in the cache.
inline constexpr int64_t kWinogradBlockFloats = 96 * 1024;
inline constexpr int64_t kWinogradPanelBlock = 8;      // panels of products at a time
inline constexpr int64_t kWinogradGroupChannels = 64;  // that an item has, where there are groups

// The groups whose sums are products of their own: those of the convolution, or several of them
// together, so that their output channels fill whole panels. They do in the end, unless `whole` is
// false.
struct WinogradGroups {
  explicit WinogradGroups(const ConvParams& p);

  int64_t count, in, out;  // channels of one of them
  bool whole;
};

// How the work of F(m x m, 3x3) is cut into items, each a block of tiles times a share of the
// panels.
struct WinogradCut {
  WinogradCut(const ConvParams& p, int m);

  WinogradGroups sums;
  int64_t tiles_h, tiles_w, tiles;
  int64_t channels;  // that an item reads, in whole vectors
  int64_t panels;
  int64_t block_tiles;  // tiles per item
  int64_t item_panels;  // panels per item
  int64_t shares;       // items for every block of tiles
};

template <int kOutput>
class WinogradConv final : public Kernel {
  using Transforms = WinogradTransforms<kOutput>;
  using F32x4 = simd::F32x4;
  static constexpr int kInput = Transforms::kInput;
  static constexpr int kPositions = kInput * kInput;

 public:
  WinogradConv(const ConvParams& params, int residual_input)
      : p_(params),
        residual_input_(residual_input),
        activation_(params.activation),
        cut_(params, kOutput) {}

  // Errors: OOM.
  static Result<std::unique_ptr<Kernel>> make(const ConvParams& params, const ConvWeights& weights,
                                              int residual_input) {
    auto kernel = std::make_unique<WinogradConv>(params, residual_input);
    GOSSAMER_TRY(kernel->pack(weights));
    return std::unique_ptr<Kernel>(std::move(kernel));
  }

  std::string_view name() const override {
    return kOutput == 4 ? kernel_name::kWinograd4 : kernel_name::kWinograd2;
  }
  int64_t items() const override { return ceil_div(cut_.tiles, cut_.block_tiles) * cut_.shares; }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  uint64_t weight_bytes() const override { return weights_.bytes() + bias_.size(); }
  uint64_t multiply_adds() const override { return p_.multiply_adds(); }
  bool can_overwrite_input(int index) const override { return index == residual_input_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) {
      block(args, item / cut_.shares * cut_.block_tiles, item % cut_.shares * cut_.item_panels);
    }
    return Status::ok();
  }

 private:
  Status pack(const ConvWeights& weights);

  // The upper left output pixel of a tile.
  struct Place {
    int64_t picture, row, column;
  };
  Place place(int64_t tile) const {
    return {tile / (cut_.tiles_h * cut_.tiles_w), tile / cut_.tiles_w % cut_.tiles_h * kOutput,
            tile % cut_.tiles_w * kOutput};
  }

  int64_t product_columns() const {
    return std::min(cut_.panels, kWinogradPanelBlock) * kPanelWidth;
  }
  // From the matrix of one position to that of the next, of so many floats: an odd number of cache
  // lines, because a transform touches the same place in all of them, which must not be the same
  // set of the cache.
  static int64_t position_stride(int64_t floats) {
    constexpr int64_t kLine = 16;
    return (ceil_div(floats, kLine) | 1) * kLine;
  }

  void block(const KernelArgs& args, int64_t first, int64_t first_panel) const {
    const int64_t panel_end = std::min(first_panel + cut_.item_panels, cut_.panels);
    const int64_t count = std::min(cut_.block_tiles, cut_.tiles - first);
    auto* pixels = reinterpret_cast<float*>(args.scratch);  // [positions][count][channels]
    float* products = pixels + kPositions * position_stride(cut_.block_tiles * cut_.channels);
    float* edge = products + kPositions * position_stride(cut_.block_tiles * product_columns());
    auto** rows = reinterpret_cast<const float**>(edge + kPositions * cut_.channels);
    const auto* x = static_cast<const float*>(args.inputs[0]);
    const int64_t channel = first_channel(first_panel);
    for (int64_t t = 0; t < count; ++t) {
      gather(x, place(first + t), channel, edge, pixels + t * cut_.channels,
             position_stride(count * cut_.channels));
    }
    for (int64_t panel = first_panel; panel < panel_end; panel += kWinogradPanelBlock) {
      const int64_t panels = std::min(kWinogradPanelBlock, panel_end - panel);
      multiply(pixels, channel, count, panel, panels, rows, products);
      for (int64_t t = 0; t < count; ++t) {
        finish(args, place(first + t), panel, panels, products + t * panels * kPanelWidth,
               position_stride(count * panels * kPanelWidth));
      }
    }
  }

  // Of those that a panel sums.
  int64_t first_channel(int64_t panel) const {
    return panel * kPanelWidth / cut_.sums.out * cut_.sums.in;
  }

  // Transforms one tile's pixels, cut_.channels of them from `channel` on. Tiles that hang over an
  // edge are completed with zeros first.
  void gather(const float* x, Place at, int64_t channel, float* edge, float* target,
              int64_t step) const {
    const int64_t pixel = p_.in_channels;
    const int64_t channels = std::min(cut_.channels, pixel - channel);
    const int64_t top = at.row - p_.pad_top, left = at.column - p_.pad_left;
    const float* picture = x + at.picture * p_.in_h * p_.in_w * pixel + channel;
    const bool inside =
        top >= 0 && left >= 0 && top + kInput <= p_.in_h && left + kInput <= p_.in_w;
    if (inside && channels == cut_.channels) {
      const float* tile = picture + (top * p_.in_w + left) * pixel;
      transform_pixels(tile, p_.in_w * pixel, pixel, target, step);
    } else {
      simd::fill_zero(edge, kPositions * cut_.channels);
      for (int64_t i = 0; i < kInput; ++i) {
        for (int64_t j = 0; j < kInput; ++j) {
          const int64_t row = top + i, column = left + j;
          if (row < 0 || row >= p_.in_h || column < 0 || column >= p_.in_w) continue;
          simd::copy(picture + (row * p_.in_w + column) * pixel,
                     edge + (i * kInput + j) * cut_.channels, channels);
        }
      }
      transform_pixels(edge, kInput * cut_.channels, cut_.channels, target, step);
    }
  }

  // Writes B^T d B to target + position * step.
  void transform_pixels(const float* x, int64_t row_stride, int64_t pixel_stride, float* target,
                        int64_t step) const {
    for (int64_t c = 0; c < cut_.channels; c += simd::kLanes) {
      F32x4 half[kInput][kInput];  // [column][row], after the columns
      for (int64_t j = 0; j < kInput; ++j) {
        F32x4 d[kInput];
        GOSSAMER_UNROLL
        for (int i = 0; i < kInput; ++i)
          d[i] = simd::load(x + i * row_stride + j * pixel_stride + c);
        Transforms::input(d, half[j]);
      }
      float* out = target + c;
      for (int i = 0; i < kInput; ++i) {
        F32x4 d[kInput], t[kInput];
        GOSSAMER_UNROLL
        for (int j = 0; j < kInput; ++j) d[j] = half[j][i];
        Transforms::input(d, t);
        GOSSAMER_UNROLL
        for (int j = 0; j < kInput; ++j, out += step) simd::store(out, t[j]);
      }
    }
  }

  // products[position][count][panels * 8] = pixels[position] weights[position]
  // The pixels' channels count from `channel` on.
  void multiply(const float* pixels, int64_t channel, int64_t count, int64_t first_panel,
                int64_t panels, const float** rows, float* products) const {
    TileArgs tile;
    tile.length = cut_.sums.in;
    tile.bias = zeros();
    tile.c_stride = panels * kPanelWidth;
    tile.low = -std::numeric_limits<float>::infinity();
    tile.high = std::numeric_limits<float>::infinity();
    for (int64_t position = 0; position < kPositions; ++position) {
      const float* a = pixels + position * position_stride(count * cut_.channels);
      for (int64_t t = 0; t < count; ++t) rows[t] = a + t * cut_.channels;
      tile.rows = rows;
      tile.c = products + position * position_stride(count * tile.c_stride);
      for (int64_t panel = 0; panel < panels; ++panel, tile.c += kPanelWidth) {
        tile.row_offset = first_channel(first_panel + panel) - channel;
        tile.panel = weights_.panel(position * cut_.panels + first_panel + panel);
        compute_rows(count, tile);
      }
    }
  }

  // Transforms the products of one tile back and writes its output pixels, as far as they exist.
  void finish(const KernelArgs& args, Place at, int64_t first_panel, int64_t panels,
              const float* products, int64_t step) const {
    const int64_t column = first_panel * kPanelWidth;
    const int64_t columns = std::min(panels * kPanelWidth, p_.out_channels - column);
    const int64_t offset =
        ((at.picture * p_.out_h + at.row) * p_.out_w + at.column) * p_.out_channels + column;
    const int rows = static_cast<int>(std::min<int64_t>(kOutput, p_.out_h - at.row));
    const int pixels = static_cast<int>(std::min<int64_t>(kOutput, p_.out_w - at.column));
    float* y = static_cast<float*>(args.outputs[0]) + offset;
    const float* residual = residual_of(args, residual_input_);
    if (residual != nullptr) residual += offset;
    const float* bias = bias_.as<float>() + column;
    for (int64_t c = 0; c < columns; c += simd::kLanes) {
      F32x4 result[kOutput][kOutput];
      transform_products(products + c, step, simd::load(bias + c), result);
      const int lanes = static_cast<int>(std::min<int64_t>(simd::kLanes, columns - c));
      for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < pixels; ++j) {
          const int64_t pixel = (i * p_.out_w + j) * p_.out_channels + c;
          store(result[i][j], residual == nullptr ? nullptr : residual + pixel, y + pixel, lanes);
        }
      }
    }
    if (!activation_.needs_pass()) return;
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < pixels; ++j) {
        float* pixel = y + (i * p_.out_w + j) * p_.out_channels;
        activate(activation_.pass, pixel, pixel, columns);
      }
    }
  }

  // A^T m A + bias, for four channels.
  static void transform_products(const float* m, int64_t step, F32x4 bias,
                                 F32x4 (&result)[kOutput][kOutput]) {
    F32x4 half[kOutput][kInput];
    for (int64_t j = 0; j < kInput; ++j) {
      F32x4 column[kInput], y[kOutput];
      GOSSAMER_UNROLL
      for (int i = 0; i < kInput; ++i) column[i] = simd::load(m + (i * kInput + j) * step);
      Transforms::output(column, y);
      GOSSAMER_UNROLL
      for (int i = 0; i < kOutput; ++i) half[i][j] = y[i];
    }
    for (int i = 0; i < kOutput; ++i) {
      Transforms::output(half[i], result[i]);
      GOSSAMER_UNROLL
      for (int j = 0; j < kOutput; ++j) result[i][j] += bias;
    }
  }

  void store(F32x4 value, const float* residual, float* y, int lanes) const {
    const F32x4 low = simd::splat(activation_.low), high = simd::splat(activation_.high);
    if (lanes == simd::kLanes) {
      if (residual != nullptr) value += simd::load(residual);
      simd::store(y, simd::clip(value, low, high));
      return;
    }
    if (residual != nullptr) value += simd::load_partial(residual, lanes);
    simd::store_partial(y, simd::clip(value, low, high), lanes);
  }

  const float* zeros() const { return bias_.as<float>() + cut_.panels * kPanelWidth; }

  ConvParams p_;
  int residual_input_;
  EpilogueActivation activation_;
  WinogradCut cut_;
  PackedMatrix weights_;  // panels [positions][cut_.panels]; their biases are not used
  AlignedBuffer bias_;    // [cut_.panels][8], then 8 zeros
  size_t scratch_bytes_ = 0;
};

template <int kOutput>
GOSSAMER_RUNS_ONCE Status WinogradConv<kOutput>::pack(const ConvWeights& weights) {
  const int64_t scratch =
      kPositions * (position_stride(cut_.block_tiles * cut_.channels) +
                    position_stride(cut_.block_tiles * product_columns()) + cut_.channels);
  // In whole vectors up to here, so that the addresses of the tiles' rows can follow.
  GOSSAMER_ASSIGN(const size_t floats, checked_bytes(scratch, sizeof(float)));
  scratch_bytes_ = floats + static_cast<size_t>(cut_.block_tiles) * sizeof(const float*);
  GOSSAMER_ASSIGN(weights_, PackedMatrix::allocate(cut_.sums.in, kPositions * cut_.panels));
  GOSSAMER_ASSIGN(bias_, allocate_floats((cut_.panels + 1) * kPanelWidth));
  std::memset(bias_.data(), 0, bias_.size());
  if (weights.bias != nullptr) {
    std::copy_n(weights.bias, p_.out_channels, bias_.as<float>());
  }
  const int64_t in = p_.in_channels / p_.groups, out = p_.out_channels / p_.groups;
  for (int64_t column = 0; column < cut_.panels * kPanelWidth; column += simd::kLanes) {
    const int64_t end = std::min<int64_t>(column + simd::kLanes, p_.out_channels);
    float* target = weights_.mutable_panel(column / kPanelWidth) + column % kPanelWidth;
    const int64_t first = first_channel(column / kPanelWidth);
    for (int64_t c = 0; c < cut_.sums.in; ++c, target += kPanelWidth) {
      float taps[9][simd::kLanes] = {};
      const int64_t channel = first + c;
      for (int64_t m = column; m < end; ++m) {
        if (channel / in != m / out) continue;  // of another group, or padding
        const float* g = weights.oihw + (m * in + channel % in) * 9;
        const float scale = weights.scale == nullptr ? 1.0f : weights.scale[m];
        for (int tap = 0; tap < 9; ++tap) taps[tap][m - column] = g[tap] * scale;
      }
      F32x4 half[3][kInput];
      for (int j = 0; j < 3; ++j) {
        const F32x4 g[3] = {simd::load(taps[j]), simd::load(taps[3 + j]), simd::load(taps[6 + j])};
        Transforms::weights(g, half[j]);
      }
      for (int i = 0; i < kInput; ++i) {
        const F32x4 g[3] = {half[0][i], half[1][i], half[2][i]};
        F32x4 u[kInput];
        Transforms::weights(g, u);
        for (int j = 0; j < kInput; ++j) {
          simd::store(target + (i * kInput + j) * cut_.panels * cut_.sums.in * kPanelWidth, u[j]);
        }
      }
    }
  }
  return Status::ok();
}

extern template class WinogradConv<2>;
extern template class WinogradConv<4>;

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_WINOGRAD_WINOGRAD_CONV_H_
