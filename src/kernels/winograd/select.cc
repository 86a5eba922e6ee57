// When Winograd's forms pay, by a model of their cost.
#include <algorithm>
#include <limits>

#include "base/threads_exist.h"
#include "kernels/gemm/tile.h"
#include "kernels/sizes.h"
#include "kernels/winograd/transforms.h"
#include "kernels/winograd/winograd_conv.h"

namespace gossamer {
namespace {

// In the time of one multiply-add of the micro-kernel, measured on the layers of the reference
// models: transforming one channel of a tile there, and back.
struct Costs {
  double input, output;
};
constexpr Costs kCosts2 = {30, 22};
constexpr Costs kCosts4 = {75, 60};
constexpr Costs kCostsLine = {40, 25};
// The same for fetching one transformed weight, once per block of tiles, where all of them together
// are small or large. Large ones are rated as where the last cache is a few megabytes, and they
// also cost memory: 14x14x256 goes by F(2x2), at 1.8 times the model's weights instead of 4, though
// on a quiet server with 105 MB of cache F(4x4) takes up to a seventh less.
constexpr double kSmallWeight = 6, kLargeWeight = 12;
constexpr double kLargeWeights = 1 << 20;  // floats
// What the direct sum loses on top of its multiply-adds: it finds its pixels by address.
constexpr double kDirectOverhead = 1.1;

double fetching(double weights) {
  return weights * (weights > kLargeWeights ? kLargeWeight : kSmallWeight);
}

double summed_channels(const ConvParams& p) {
  return static_cast<double>(WinogradGroups(p).in);
}

double cost(const ConvParams& p, int m, const Costs& costs) {
  const int64_t tiles = p.batch * ceil_div(p.out_h, m) * ceil_div(p.out_w, m);
  const auto in = static_cast<double>(round_up(p.in_channels, simd::kLanes));
  const auto out = static_cast<double>(p.out_channels);
  const double positions = (m + 2) * (m + 2);
  const double weights = positions * out * summed_channels(p);
  // A micro-kernel of fewer than four rows takes as long as one of four.
  const auto rows = static_cast<double>(std::max<int64_t>(tiles, std::min(kTileRows, 4)));
  const double products = rows * weights;
  const double transforms = static_cast<double>(tiles) * (in * costs.input + out * costs.output);
  return products + transforms + fetching(weights);
}

double direct_cost(const ConvParams& p) {
  return static_cast<double>(p.multiply_adds()) * kDirectOverhead;
}

bool has_unit_steps(const ConvParams& p) {
  return p.stride_h == 1 && p.stride_w == 1 && p.dilation_h == 1 && p.dilation_w == 1;
}

bool allows(const ConvParams& p, int64_t floats_per_weight) {
  const int64_t columns = panel_count(p.out_channels) * kPanelWidth;
  const int64_t weights = floats_per_weight * WinogradGroups(p).in * columns;
  return static_cast<uint64_t>(weights) * sizeof(float) <= p.max_weight_bytes;
}

// Into how many parts the tiles, and the blocks of panels, are cut to make items.
struct WinogradSplit {
  int64_t blocks = 1, shares = 1;
};

// The cut for p.threads threads that is done first, with `blocks` blocks of tiles at least. Groups
// come in `group_shares` shares, which transform their own channels alone; 0 stands for one group.
WinogradSplit split_winograd(const ConvParams& p, int m, int64_t blocks, int64_t group_shares) {
  const Costs& costs = m == 4 ? kCosts4 : kCosts2;
  const int64_t tiles = p.batch * ceil_div(p.out_h, m) * ceil_div(p.out_w, m);
  const int64_t panel_blocks = ceil_div(panel_count(p.out_channels), kWinogradPanelBlock);
  const auto in = static_cast<double>(round_up(p.in_channels, simd::kLanes));
  const auto out = static_cast<double>(p.out_channels);
  const double weights = (m + 2) * (m + 2) * out * summed_channels(p);
  WinogradSplit best;
  double least = std::numeric_limits<double>::infinity();
  for (int64_t b = blocks; b <= std::min(2 * blocks + p.threads, tiles); ++b) {
    const auto count = static_cast<double>(ceil_div(tiles, b));
    const bool grouped = group_shares > 0;
    for (int64_t shares = grouped ? group_shares : 1;
         shares <= (grouped ? group_shares : panel_blocks); ++shares) {
      const double share = grouped ? 1 / static_cast<double>(shares)
                                   : static_cast<double>(ceil_div(panel_blocks, shares)) /
                                         static_cast<double>(panel_blocks);
      const double products = std::max(count, double{std::min(kTileRows, 4)}) * weights;
      const double item = (grouped ? share : 1) * count * in * costs.input +
                          share * (products + count * out * costs.output + fetching(weights));
      const double time = static_cast<double>(ceil_div(b * shares, p.threads)) * item;
      if (time >= least) continue;
      least = time;
      best = {b, shares};
    }
  }
  return best;
}

}  // namespace

// Not inlined: every question about a convolution asks for its groups first.
[[gnu::noinline]] WinogradGroups::WinogradGroups(const ConvParams& p)
    : count(p.groups), in(p.in_channels / p.groups), out(p.out_channels / p.groups) {
  while (out % kPanelWidth != 0 && count % 2 == 0) {
    count /= 2;
    in *= 2;
    out *= 2;
  }
  whole = count == 1 || out % kPanelWidth == 0;
  // The picture's channels are whole vectors in scratch.
  if (count == 1) in = round_up(in, simd::kLanes);
}

WinogradCut::WinogradCut(const ConvParams& p, int m) : sums(p) {
  tiles_w = ceil_div(p.out_w, m);
  tiles_h = ceil_div(p.out_h, m);
  tiles = p.batch * tiles_h * tiles_w;
  panels = panel_count(p.out_channels);
  const int64_t summed = std::clamp<int64_t>(kWinogradGroupChannels / sums.in, 1, sums.count);
  channels = round_up(summed * sums.in, simd::kLanes);
  item_panels = panel_count(summed * sums.out);
  const int64_t wide = std::max(channels, std::min(panels, kWinogradPanelBlock) * kPanelWidth);
  const int64_t positions = (m + 2) * (m + 2);
  const int64_t most = std::max<int64_t>(kWinogradBlockFloats / (positions * wide), kTileRows);
  // Blocks of equal size, in whole rows of micro-kernels.
  const int64_t blocks = ceil_div(tiles, most);
  block_tiles = std::min(round_up(ceil_div(tiles, blocks), kTileRows), tiles);
  if (possible_threads(p.threads) > 1) {
    const bool grouped = sums.count > 1;
    const WinogradSplit split =
        split_winograd(p, m, blocks, grouped ? ceil_div(panels, item_panels) : 0);
    block_tiles = ceil_div(tiles, split.blocks);
    if (!grouped) {
      item_panels = ceil_div(ceil_div(panels, kWinogradPanelBlock), split.shares);
      item_panels = std::min(item_panels * kWinogradPanelBlock, panels);
    }
  }
  shares = ceil_div(panels, item_panels);
}

int choose_winograd(const ConvParams& p) {
  if (p.kernel_h != 3 || p.kernel_w != 3 || !has_unit_steps(p) || !WinogradGroups(p).whole)
    return 0;
  const double direct = direct_cost(p);
  const double by_two = cost(p, 2, kCosts2), by_four = cost(p, 4, kCosts4);
  if (by_four <= std::min(by_two, direct) && allows(p, 36)) return 4;
  return by_two < direct && allows(p, 16) ? 2 : 0;
}

bool prefers_winograd_line(const ConvParams& p) {
  const int64_t taps = p.kernel_h * p.kernel_w;
  const bool line = (p.kernel_h == 1 || p.kernel_w == 1) && taps > 1;
  const bool whole = p.in_channels % simd::kLanes == 0 && p.out_channels % simd::kLanes == 0;
  if (!line || !whole || p.groups != 1 || !has_unit_steps(p)) return false;
  using Line = WinogradLineTransforms;
  const int64_t pieces = ceil_div(taps, Line::kTaps);
  const int64_t along = p.kernel_h == 1 ? p.out_w : p.out_h;
  const int64_t lines = p.batch * p.out_h * p.out_w / along;
  const auto tiles = static_cast<double>(lines * ceil_div(along, Line::kOutput));
  const auto in = static_cast<double>(p.in_channels), out = static_cast<double>(p.out_channels);
  const auto weights = static_cast<double>(Line::kInput * pieces) * in * out;
  const double transforms = tiles * (in * kCostsLine.input + out * kCostsLine.output);
  return tiles * weights + transforms + fetching(weights) < direct_cost(p) &&
         allows(p, Line::kInput * pieces);
}

Result<std::unique_ptr<Kernel>> make_winograd_conv(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input,
                                                   int m) {
  return m == 4 ? WinogradConv<4>::make(params, weights, residual_input)
                : WinogradConv<2>::make(params, weights, residual_input);
}

}  // namespace gossamer
