// Packs the weights of the forms that are matrix products: the rows of b are the taps of the window
// in the order in which channels-last memory presents them, [kernel_h][kernel_w][channels].
#include "kernels/conv/conv_kernels.h"

namespace gossamer {

Result<PackedMatrix> pack_conv_panels(const ConvParams& p, const ConvWeights& weights) {
  const int64_t taps = p.kernel_h * p.kernel_w;
  const int64_t channels = p.in_channels / p.groups;
  const int64_t columns = p.out_channels / p.groups;
  const int64_t group_panels = panel_count(columns);
  GOSSAMER_ASSIGN(PackedMatrix packed,
                  PackedMatrix::allocate(taps * channels, p.groups * group_panels));
  for (int64_t g = 0; g < p.groups; ++g) {
    const int64_t first = g * columns;  // output channel
    for (int64_t panel = 0; panel < group_panels; ++panel) {
      float* target = packed.mutable_panel(g * group_panels + panel);
      for (int64_t tap = 0; tap < taps; ++tap) {
        const StridedMatrix tap_weights{weights.oihw + first * channels * taps + tap, taps,
                                        channels * taps,
                                        weights.scale == nullptr ? nullptr : weights.scale + first};
        pack_panel(tap_weights, channels, columns, panel * kPanelWidth,
                   target + tap * channels * kPanelWidth);
      }
    }
    packed.set_bias(g * group_panels, weights.bias == nullptr ? nullptr : weights.bias + first,
                    columns);
  }
  return packed;
}

}  // namespace gossamer
