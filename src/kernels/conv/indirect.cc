// The general convolution as an indirect matrix product (after Dukhan, "The Indirect Convolution
// Algorithm", 2019): the micro-kernel of kernels/gemm/tile.h is given, for each output pixel, the
// addresses of what the pixel sees, so that no picture is unfolded into a matrix.
//
// With one group and no horizontal dilation, a row of the window is one run of kernel_w *
// in_channels floats in memory, which suits pictures of three channels as well as wide ones. Runs
// that hang over the left or right edge are copied to scratch with their zeros; those above or
// below the picture point to a row of zeros. With groups or dilation a run is a single tap of the
// window, and nothing is copied; the addresses of the first group serve all of them, whose channels
// lie as far from there in every pixel.
//
// An item is a block of output pixels times a block of panels, of one group or several.
#include <algorithm>

#include "base/threads_exist.h"
#include "kernels/activate.h"
#include "kernels/conv/conv_kernels.h"
#include "kernels/gemm/tile.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr int64_t kPixelBlock = 36;
// In multiply-adds. Large, because finding what a block of pixels sees is done again for every
// item.
constexpr int64_t kItemWork = 1 << 23;
constexpr int64_t kLeastItemWork = 1 << 20;

class IndirectConv final : public Kernel {
 public:
  IndirectConv(const ConvParams& params, PackedMatrix weights, AlignedBuffer zeros,
               size_t scratch_bytes, int residual_input)
      : p_(params),
        weights_(std::move(weights)),
        zeros_(std::move(zeros)),
        residual_input_(residual_input),
        activation_(params.activation),
        scratch_bytes_(scratch_bytes) {
    pixels_ = p_.batch * p_.out_h * p_.out_w;
    group_panels_ = panel_count(p_.out_channels / p_.groups);
    panels_ = p_.groups * group_panels_;
    pixel_block_ = pixel_block(p_);
    const int64_t panel_work = pixel_block_ * segments() * length() * kPanelWidth;
    const int64_t target =
        shared_target(multiply_adds(), possible_threads(p_.threads), kItemWork, kLeastItemWork);
    panel_block_ = units_per_item(panels_, panel_work, target);
    panel_blocks_ = ceil_div(panels_, panel_block_);
  }

  // A run is a row of the window, rather than a single tap.
  static bool joins_taps(const ConvParams& p) { return p.groups == 1 && p.dilation_w == 1; }
  static int64_t segments(const ConvParams& p) {
    return joins_taps(p) ? p.kernel_h : p.kernel_h * p.kernel_w;
  }
  static int64_t length(const ConvParams& p) {
    return (joins_taps(p) ? p.kernel_w : 1) * (p.in_channels / p.groups);
  }
  static int64_t pixel_block(const ConvParams& p) {
    return even_block(p.batch * p.out_h * p.out_w, kPixelBlock);
  }
  // Addresses, then copies of the runs that hang over an edge. Errors: OOM.
  static Result<size_t> scratch_size(const ConvParams& p) {
    const int64_t runs = pixel_block(p) * segments(p);
    GOSSAMER_ASSIGN(const size_t addresses, checked_bytes(runs, sizeof(const float*)));
    const bool inside = p.pad_left == 0 && (p.out_w - 1) * p.stride_w + p.kernel_w <= p.in_w;
    if (!joins_taps(p) || inside) return addresses;
    GOSSAMER_ASSIGN(const size_t copies, checked_bytes(runs * length(p), sizeof(float)));
    return checked_bytes(static_cast<int64_t>(uint64_t{addresses} + copies), 1);
  }

  std::string_view name() const override { return kernel_name::kConv; }
  int64_t items() const override { return ceil_div(pixels_, pixel_block_) * panel_blocks_; }
  size_t scratch_bytes() const override { return scratch_bytes_; }
  uint64_t weight_bytes() const override { return weights_.bytes() + zeros_.size(); }
  uint64_t multiply_adds() const override { return p_.multiply_adds(); }
  bool can_overwrite_input(int index) const override { return index == residual_input_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) {
      block(args, item / panel_blocks_ * pixel_block_, item % panel_blocks_ * panel_block_);
    }
    return Status::ok();
  }

 private:
  int64_t segments() const { return segments(p_); }
  int64_t length() const { return length(p_); }

  // Where the runs of a block are found, and where the next copy goes.
  struct Runs {
    const float** addresses;
    float* copies;
  };

  void block(const KernelArgs& args, int64_t first_pixel, int64_t first_panel) const {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    const int64_t pixel_end = std::min(first_pixel + pixel_block_, pixels_);
    const int64_t panel_end = std::min(first_panel + panel_block_, panels_);
    Runs runs;
    runs.addresses = reinterpret_cast<const float**>(args.scratch);
    runs.copies = reinterpret_cast<float*>(runs.addresses + pixel_block_ * segments());
    Cursor place = cursor(x, first_pixel);
    const RowTiles tiles(pixel_end - first_pixel);
    int64_t gathered = 0;
    for (int64_t tile = 0; tile < tiles.count; ++tile) {
      gather(place, tiles.height(tile), runs, gathered * segments());
      gathered += tiles.height(tile);
    }
    const float* residual = residual_of(args, residual_input_);
    auto* y = static_cast<float*>(args.outputs[0]);
    for (int64_t panel = first_panel; panel < panel_end; ++panel) {
      TileArgs tile;
      tile.segments = segments();
      tile.length = length();
      tile.panel = weights_.panel(panel);
      tile.bias = weights_.bias(panel);
      tile.row_offset = panel / group_panels_ * (p_.in_channels / p_.groups);
      tile.c_stride = p_.out_channels;
      tile.columns = static_cast<int>(first_column(panel + 1) - first_column(panel));
      tile.low = activation_.low;
      tile.high = activation_.high;
      tile.rows = runs.addresses;
      const int64_t at = first_pixel * p_.out_channels + first_column(panel);
      tile.c = y + at;
      tile.residual = residual == nullptr ? nullptr : residual + at;
      compute_rows(pixel_end - first_pixel, tile);
    }
    if (!activation_.needs_pass()) return;
    const int64_t column = first_column(first_panel), count = first_column(panel_end) - column;
    for (int64_t pixel = first_pixel; pixel < pixel_end; ++pixel) {
      float* out = y + pixel * p_.out_channels + column;
      activate(activation_.pass, out, out, count);
    }
  }

  // Of the output channels that a panel makes. The last panel of a group may make fewer than 8.
  int64_t first_column(int64_t panel) const {
    const int64_t columns = p_.out_channels / p_.groups;
    return panel / group_panels_ * columns + panel % group_panels_ * kPanelWidth;
  }

  // An output pixel. Stepping from one to the next takes no divisions.
  struct Cursor {
    const float* picture;
    int64_t row, column;
  };
  Cursor cursor(const float* x, int64_t pixel) const {
    const int64_t picture = pixel / (p_.out_w * p_.out_h);
    return {x + picture * picture_size(), pixel / p_.out_w % p_.out_h, pixel % p_.out_w};
  }
  void step(Cursor& at) const {
    if (++at.column < p_.out_w) return;
    at.column = 0;
    if (++at.row < p_.out_h) return;
    at.row = 0;
    at.picture += picture_size();
  }
  int64_t picture_size() const { return p_.in_h * p_.in_w * p_.in_channels; }

  // Fills addresses[segments][count], from `first_address` on, for `count` pixels.
  void gather(Cursor& at, int64_t count, Runs& runs, int64_t first_address) const {
    for (int64_t r = 0; r < count; ++r, step(at)) {
      const int64_t top = at.row * p_.stride_h - p_.pad_top;
      const int64_t left = at.column * p_.stride_w - p_.pad_left;
      const float** address = runs.addresses + first_address + r;
      if (joins_taps(p_) && left >= 0 && left + p_.kernel_w <= p_.in_w) {
        whole_runs(at.picture, top, left, address, count);
        continue;
      }
      for (int64_t kh = 0; kh < p_.kernel_h; ++kh) {
        const int64_t ih = top + kh * p_.dilation_h;
        const bool inside = ih >= 0 && ih < p_.in_h;
        const float* row = inside ? at.picture + ih * p_.in_w * p_.in_channels : nullptr;
        if (joins_taps(p_)) {
          *address = joined_run(row, left, runs);
          address += count;
          continue;
        }
        for (int64_t kw = 0; kw < p_.kernel_w; ++kw, address += count) {
          const int64_t iw = left + kw * p_.dilation_w;
          const bool exists = inside && iw >= 0 && iw < p_.in_w;
          *address = exists ? row + iw * p_.in_channels : zeros_.as<float>();
        }
      }
    }
  }

  // The runs of a pixel whose window hangs over neither side.
  void whole_runs(const float* picture, int64_t top, int64_t left, const float** address,
                  int64_t count) const {
    const int64_t row = p_.in_w * p_.in_channels;
    for (int64_t kh = 0; kh < p_.kernel_h; ++kh, address += count) {
      const int64_t ih = top + kh * p_.dilation_h;
      const bool inside = ih >= 0 && ih < p_.in_h;
      *address = inside ? picture + ih * row + left * p_.in_channels : zeros_.as<float>();
    }
  }

  // The kernel_w pixels from `left` on in `row`, which is null outside the picture.
  const float* joined_run(const float* row, int64_t left, Runs& runs) const {
    const int64_t begin = std::clamp<int64_t>(-left, 0, p_.kernel_w);  // first that exists
    const int64_t end = std::clamp<int64_t>(p_.in_w - left, begin, p_.kernel_w);  // past the last
    if (row == nullptr || begin == end) return zeros_.as<float>();
    float* copy = runs.copies;
    runs.copies += length();
    simd::fill_zero(copy, begin * p_.in_channels);
    simd::copy(row + (left + begin) * p_.in_channels, copy + begin * p_.in_channels,
               (end - begin) * p_.in_channels);
    simd::fill_zero(copy + end * p_.in_channels, (p_.kernel_w - end) * p_.in_channels);
    return copy;
  }

  ConvParams p_;
  PackedMatrix weights_;
  AlignedBuffer zeros_;  // as long as a run, of all groups
  int residual_input_;
  EpilogueActivation activation_;
  size_t scratch_bytes_;
  int64_t pixels_;        // of all pictures of the batch
  int64_t pixel_block_;   // pixels per item
  int64_t group_panels_;  // panels per group
  int64_t panels_;        // of all groups
  int64_t panel_block_;   // panels per item
  int64_t panel_blocks_;  // items per block of pixels
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_indirect_conv(const ConvParams& params,
                                                   const ConvWeights& weights, int residual_input) {
  GOSSAMER_ASSIGN(const size_t scratch, IndirectConv::scratch_size(params));
  GOSSAMER_ASSIGN(PackedMatrix packed, pack_conv_panels(params, weights));
  const int64_t length = params.groups * IndirectConv::length(params);
  GOSSAMER_ASSIGN(AlignedBuffer zeros, allocate_floats(length));
  std::fill(zeros.as<float>(), zeros.as<float>() + length, 0.0f);
  return std::unique_ptr<Kernel>(std::make_unique<IndirectConv>(
      params, std::move(packed), std::move(zeros), scratch, residual_input));
}

}  // namespace gossamer
