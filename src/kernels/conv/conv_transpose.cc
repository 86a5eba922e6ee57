// See conv_transpose.h. Output pixels whose coordinates leave the same remainders, divided by the
// strides, form a phase: they see the same taps of the window, and going from one to the next moves
// what each tap sees by one pixel. A phase is therefore a convolution of stride 1 by some of the
// taps, an indirect matrix product as in indirect.cc; its rows of the output lie a stride apart.
// Nothing is scattered, and every output is written once.
//
// An item is a block of pixels of one phase times a block of panels of one group. The block has
// parts of several rows, so that each panel serves as many pixels as a tile of the product wants.
#include "kernels/conv/conv_transpose.h"

#include <algorithm>
#include <limits>

#include "base/threads_exist.h"
#include "kernels/gemm/panels.h"
#include "kernels/gemm/tile.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kPixelBlock = 48;
constexpr int64_t kItemWork = 1 << 21;  // multiply-adds
constexpr int64_t kLeastItemWork = 1 << 18;

// One axis of the picture.
struct Axis {
  int64_t in, out, kernel, stride, dilation, pad;

  int64_t remainder(int64_t tap) const { return tap * dilation % stride; }
  // The taps of a phase: first + i * step below the kernel's extent. There may be none.
  struct Taps {
    int64_t first = 0, step = 1, count = 0;
  };
  [[gnu::noinline]] Taps taps(int64_t phase) const {
    Taps taps;
    const int64_t last = std::min(kernel, stride);  // from there on, remainders come again
    while (taps.first < last && remainder(taps.first) != phase) ++taps.first;
    while (taps.step < stride && remainder(taps.step) != 0) ++taps.step;
    if (taps.first < last) taps.count = ceil_div(kernel - taps.first, taps.step);
    return taps;
  }
  // How many taps the phases before this one have.
  [[gnu::noinline]] int64_t taps_before(int64_t phase) const {
    int64_t count = 0;
    for (int64_t before = 0; before < phase; ++before) count += taps(before).count;
    return count;
  }
  int64_t most_taps() const { return taps(0).count; }  // phase 0 has tap 0
  // How many outputs a phase has, at most.
  int64_t outputs() const { return ceil_div(out, stride); }
  int64_t first_output(int64_t phase) const { return ((phase - pad) % stride + stride) % stride; }
  // The input that `tap` sees from the first output of its phase; may lie outside.
  int64_t source(int64_t phase, int64_t tap) const {
    return (first_output(phase) + pad - tap * dilation) / stride;  // exact
  }
};

class ConvTranspose final : public Kernel {
 public:
  ConvTranspose(const ConvParams& p, const Axis& h, const Axis& w, PackedMatrix weights,
                AlignedBuffer zeros, size_t scratch_bytes)
      : p_(p),
        h_(h),
        w_(w),
        weights_(std::move(weights)),
        zeros_(std::move(zeros)),
        scratch_bytes_(scratch_bytes),
        block_(block_of(h, w)),
        group_panels_(panel_count(p.out_channels / p.groups)),
        length_(p.in_channels / p.groups) {
    const int64_t pixels = block_.rows * block_.columns;
    const int64_t work = pixels * h_.most_taps() * w_.most_taps() * length_ * kPanelWidth;
    const int64_t target =
        shared_target(multiply_adds(), possible_threads(p_.threads), kItemWork, kLeastItemWork);
    panel_block_ = units_per_item(group_panels_, work, target);
    panel_blocks_ = ceil_div(group_panels_, panel_block_);
  }

  // Outputs of a phase that one item computes.
  struct Block {
    int64_t rows, columns;
  };
  static Block block_of(const Axis& h, const Axis& w) {
    const int64_t columns = even_block(w.outputs(), kPixelBlock);
    return {std::clamp<int64_t>(kPixelBlock / columns, 1, h.outputs()), columns};
  }

  std::string_view name() const override { return kernel_name::kConvTranspose; }
  int64_t items() const override {
    return p_.batch * h_.stride * w_.stride * ceil_div(h_.outputs(), block_.rows) *
           ceil_div(w_.outputs(), block_.columns) * p_.groups * panel_blocks_;
  }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  uint64_t weight_bytes() const override { return weights_.bytes() + zeros_.size(); }
  uint64_t multiply_adds() const override {
    return step_count(
        {p_.batch, p_.in_h, p_.in_w, p_.out_channels, p_.kernel_h, p_.kernel_w, length_});
  }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) {
      int64_t rest = item;
      const auto take = [&rest](int64_t count) {
        const int64_t i = rest % count;
        rest /= count;
        return i;
      };
      Place place;
      place.panel = take(panel_blocks_) * panel_block_;
      place.group = take(p_.groups);
      place.column = take(ceil_div(w_.outputs(), block_.columns)) * block_.columns;
      place.row = take(ceil_div(h_.outputs(), block_.rows)) * block_.rows;
      place.phase_w = take(w_.stride);
      place.phase_h = take(h_.stride);
      place.picture = rest;
      block(args, place);
    }
    return Status::ok();
  }

 private:
  // Where an item begins: rows and columns are counted among the outputs of the phase.
  struct Place {
    int64_t picture, phase_h, phase_w, row, column, group, panel;
  };

  void block(const KernelArgs& args, const Place& place) const {
    const int64_t top = h_.first_output(place.phase_h) + place.row * h_.stride;
    const int64_t left = w_.first_output(place.phase_w) + place.column * w_.stride;
    if (top >= h_.out || left >= w_.out) return;
    const int64_t rows = std::min(block_.rows, ceil_div(h_.out - top, h_.stride));
    const int64_t columns = std::min(block_.columns, ceil_div(w_.out - left, w_.stride));
    const Axis::Taps taps_h = h_.taps(place.phase_h), taps_w = w_.taps(place.phase_w);
    const int64_t segments = taps_h.count * taps_w.count;
    auto** addresses = reinterpret_cast<const float**>(args.scratch);
    for (int64_t r = 0; r < rows; ++r) {
      gather(static_cast<const float*>(args.inputs[0]), place, r, columns,
             addresses + r * columns * segments);
    }
    const int64_t group_columns = p_.out_channels / p_.groups;
    // The panel of a group holds the taps of phase after phase; see pack().
    const int64_t first_tap =
        h_.taps_before(place.phase_h) * w_.kernel + taps_h.count * w_.taps_before(place.phase_w);
    float* y = static_cast<float*>(args.outputs[0]) +
               ((place.picture * h_.out + top) * w_.out + left) * p_.out_channels +
               place.group * group_columns;
    const int64_t panel_end = std::min(place.panel + panel_block_, group_panels_);
    for (int64_t panel = place.panel; panel < panel_end; ++panel) {
      const int64_t column = panel * kPanelWidth;
      TileArgs tile;
      tile.segments = segments;
      tile.length = length_;
      tile.panel =
          weights_.panel(place.group * group_panels_ + panel) + first_tap * length_ * kPanelWidth;
      tile.bias = weights_.bias(place.group * group_panels_ + panel);
      tile.c_stride = w_.stride * p_.out_channels;
      tile.columns = static_cast<int>(std::min<int64_t>(kPanelWidth, group_columns - column));
      tile.low = -std::numeric_limits<float>::infinity();
      tile.high = std::numeric_limits<float>::infinity();
      for (int64_t r = 0; r < rows; ++r) {
        tile.rows = addresses + r * columns * segments;
        tile.c = y + r * h_.stride * w_.out * p_.out_channels + column;
        compute_rows(columns, tile);
      }
    }
  }

  // What the pixels of row `r` of a block see: for each of its tiles, [segments][pixels of a tile].
  void gather(const float* x, const Place& place, int64_t r, int64_t columns,
              const float** address) const {
    const Axis::Taps taps_h = h_.taps(place.phase_h), taps_w = w_.taps(place.phase_w);
    const RowTiles tiles(columns);
    int64_t first = place.column;
    for (int64_t tile = 0; tile < tiles.count; ++tile) {
      const int64_t height = tiles.height(tile);
      for (int64_t kh = 0; kh < taps_h.count; ++kh) {
        const int64_t tap_h = taps_h.first + kh * taps_h.step;
        const int64_t ih = h_.source(place.phase_h, tap_h) + place.row + r;
        const bool inside = ih >= 0 && ih < h_.in;
        const float* row = x +
                           ((place.picture * h_.in + (inside ? ih : 0)) * w_.in) * p_.in_channels +
                           place.group * length_;
        for (int64_t kw = 0; kw < taps_w.count; ++kw) {
          const int64_t tap_w = taps_w.first + kw * taps_w.step;
          const int64_t source = w_.source(place.phase_w, tap_w) + first;
          for (int64_t iw = source; iw < source + height; ++iw) {
            const bool exists = inside && iw >= 0 && iw < w_.in;
            *address++ = exists ? row + iw * p_.in_channels : zeros_.as<float>();
          }
        }
      }
      first += height;
    }
  }

  ConvParams p_;
  Axis h_, w_;
  PackedMatrix weights_;
  AlignedBuffer zeros_;  // as long as a pixel's channels of a group
  size_t scratch_bytes_;
  Block block_;
  int64_t group_panels_;  // panels per group
  int64_t length_;        // input channels per group
  int64_t panel_block_;   // panels per item
  int64_t panel_blocks_;  // items per group and block of pixels
};

// f(kh, kw) for every tap of the window, phase after phase.
template <typename F>
void for_each_tap(const Axis& h, const Axis& w, F f) {
  for (int64_t phase_h = 0; phase_h < h.stride; ++phase_h) {
    const Axis::Taps taps_h = h.taps(phase_h);
    for (int64_t phase_w = 0; phase_w < w.stride; ++phase_w) {
      const Axis::Taps taps_w = w.taps(phase_w);
      for (int64_t kh = 0; kh < taps_h.count; ++kh) {
        for (int64_t kw = 0; kw < taps_w.count; ++kw) {
          f(taps_h.first + kh * taps_h.step, taps_w.first + kw * taps_w.step);
        }
      }
    }
  }
}

// Panels of [phases][taps of a phase][channels of a group].
GOSSAMER_RUNS_ONCE Result<PackedMatrix> pack(const ConvParams& p, const Axis& h, const Axis& w,
                                             const float* weights, const float* bias) {
  const int64_t taps = p.kernel_h * p.kernel_w;
  const int64_t channels = p.in_channels / p.groups, columns = p.out_channels / p.groups;
  const int64_t group_panels = panel_count(columns);
  GOSSAMER_ASSIGN(PackedMatrix packed,
                  PackedMatrix::allocate(taps * channels, p.groups * group_panels));
  for (int64_t g = 0; g < p.groups; ++g) {
    for (int64_t panel = 0; panel < group_panels; ++panel) {
      float* target = packed.mutable_panel(g * group_panels + panel);
      for_each_tap(h, w, [&](int64_t kh, int64_t kw) {
        const float* first = weights + g * channels * columns * taps + kh * p.kernel_w + kw;
        pack_panel({first, columns * taps, taps, nullptr}, channels, columns, panel * kPanelWidth,
                   target);
        target += channels * kPanelWidth;
      });
    }
    packed.set_bias(g * group_panels, bias == nullptr ? nullptr : bias + g * columns, columns);
  }
  return packed;
}

}  // namespace

Result<std::unique_ptr<Kernel>> make_conv_transpose_f32(const ConvParams& params,
                                                        const float* weights, const float* bias) {
  const ConvParams& p = params;
  const Axis h{p.in_h, p.out_h, p.kernel_h, p.stride_h, p.dilation_h, p.pad_top};
  const Axis w{p.in_w, p.out_w, p.kernel_w, p.stride_w, p.dilation_w, p.pad_left};
  const auto block = ConvTranspose::block_of(h, w);
  const int64_t addresses = block.rows * block.columns * h.most_taps() * w.most_taps();
  GOSSAMER_ASSIGN(const size_t scratch, checked_bytes(addresses, sizeof(const float*)));
  GOSSAMER_ASSIGN(PackedMatrix packed, pack(p, h, w, weights, bias));
  const int64_t length = p.in_channels / p.groups;
  GOSSAMER_ASSIGN(AlignedBuffer zeros, allocate_floats(length));
  std::fill(zeros.as<float>(), zeros.as<float>() + length, 0.0f);
  return std::unique_ptr<Kernel>(
      std::make_unique<ConvTranspose>(p, h, w, std::move(packed), std::move(zeros), scratch));
}

}  // namespace gossamer
