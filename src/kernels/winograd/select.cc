// When Winograd's forms pay, by a model of their cost.
#include <algorithm>

#include "kernels/gemm/tile.h"
#include "kernels/sizes.h"
#include "kernels/winograd/winograd.h"

namespace gossamer {
namespace {

// In the time of one multiply-add of the micro-kernel, measured on the layers of the reference
// models: transforming one channel of a tile there, and back, and fetching one transformed weight
// from beyond the cache, once per block of tiles. Fetching is rated as where the last cache is a
// few megabytes, and large weights also cost memory: 7x7x512 goes by F(2x2), at 1.8 times the
// model's weights instead of 4, though on a server with 105 MB of cache F(4x4) takes a tenth less.
struct Costs {
  double input, output, weight;
};
constexpr Costs kCosts2 = {30, 22, 6};
constexpr Costs kCosts4 = {75, 60, 6};
// What the direct sum loses on top of its multiply-adds: it finds its pixels by address.
constexpr double kDirectOverhead = 1.1;

double cost(const ConvParams& p, int m, const Costs& costs) {
  const int64_t tiles = p.batch * ceil_div(p.out_h, m) * ceil_div(p.out_w, m);
  const auto in = static_cast<double>(round_up(p.in_channels, simd::kLanes));
  const auto out = static_cast<double>(p.out_channels);
  const double positions = (m + 2) * (m + 2);
  // A micro-kernel with fewer rows than it could have takes nearly as long.
  const double rows = static_cast<double>(round_up(tiles, kTileRows));
  const double products = rows * positions * in * out;
  const double transforms = static_cast<double>(tiles) * (in * costs.input + out * costs.output);
  return products + transforms + positions * in * out * costs.weight;
}

}  // namespace

int choose_winograd(const ConvParams& p) {
  const bool fits = p.kernel_h == 3 && p.kernel_w == 3 && p.stride_h == 1 && p.stride_w == 1 &&
                    p.dilation_h == 1 && p.dilation_w == 1 && p.groups == 1;
  if (!fits) return 0;
  const auto allowed = [&p](int m) {
    const int64_t columns = panel_count(p.out_channels) * kPanelWidth;
    const int64_t weights = (m + 2) * (m + 2) * round_up(p.in_channels, simd::kLanes) * columns;
    return static_cast<uint64_t>(weights) * sizeof(float) <= p.max_weight_bytes;
  };
  const double direct = static_cast<double>(p.multiply_adds()) * kDirectOverhead;
  const double by_two = cost(p, 2, kCosts2), by_four = cost(p, 4, kCosts4);
  if (by_four <= std::min(by_two, direct) && allowed(4)) return 4;
  return by_two < direct && allowed(2) ? 2 : 0;
}

}  // namespace gossamer
