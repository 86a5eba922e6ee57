// The depthwise convolution: every channel has a window of its own, so channels fill the lanes.
// Windows three and five wide, of stride 1 and 2, take the form of depthwise_tile.h that knows its
// shape. An item is one row of output pixels; within it, tiles of neighbouring pixels run over all
// channels, which reads the picture in the order of memory.
#include <algorithm>

#include "kernels/activate.h"
#include "kernels/conv/conv_kernels.h"
#include "kernels/conv/depthwise_tile.h"
#include "kernels/sizes.h"
#include "kernels/table.h"
#include "kernels/window_taps.h"

namespace gossamer {
namespace {

constexpr int kTilePixels = 4;

constexpr int kMaxTaps = 5, kMaxStep = 2;
constexpr int kMaxColumns = depthwise_columns(kTilePixels, kMaxTaps, kMaxStep);

struct Instance {
  void (*window)(const DepthwiseWindow&) = nullptr;  // null: tap by tap
  std::string_view name = kernel_name::kDepthwiseAny;
};

template <int kTaps>
Instance instance_of(const ConvParams& p, std::string_view name) {
  return {p.stride_w == 1 ? depthwise_window<kTilePixels, kTaps, 1>
                          : depthwise_window<kTilePixels, kTaps, 2>,
          name};
}

// Channels that no whole vectors cover go tap by tap, 116 of them as fast in the browser.
Instance choose([[maybe_unused]] const ConvParams& p) {
  if constexpr (!simd::kEmulated) {
    const int channels = simd::kLanes * depthwise_vectors(static_cast<int>(p.kernel_w));
    if (p.dilation_w == 1 && p.stride_w <= kMaxStep && p.kernel_h == p.kernel_w &&
        p.in_channels % channels == 0) {
      if (p.kernel_w == 3) return instance_of<3>(p, kernel_name::kDepthwise3x3);
      if (p.kernel_w == 5) return instance_of<5>(p, kernel_name::kDepthwise5x5);
    }
  }
  return {};
}

class DepthwiseConv final : public Kernel {
 public:
  // `weights`: [kernel_h][kernel_w][channels up to a multiple of 4], then as many biases, and
  // zeros.
  DepthwiseConv(const ConvParams& params, AlignedBuffer weights, int residual_input)
      : p_(params),
        instance_(choose(params)),
        padded_channels_(round_up(params.in_channels, simd::kLanes)),
        weights_(std::move(weights)),
        residual_input_(residual_input),
        activation_(params.activation) {
    // Windows that hang over neither side begin at these columns.
    whole_begin_ = std::min(ceil_div(p_.pad_left, p_.stride_w), p_.out_w);
    const int64_t last_start = p_.in_w - 1 - (p_.kernel_w - 1) * p_.dilation_w + p_.pad_left;
    whole_end_ = last_start < 0 ? 0 : std::min(last_start / p_.stride_w + 1, p_.out_w);
    whole_end_ = std::max(whole_begin_, whole_end_);
  }

  std::string_view name() const override { return instance_.name; }
  int64_t items() const override { return p_.batch * p_.out_h; }
  uint64_t weight_bytes() const override { return weights_.size(); }
  uint64_t multiply_adds() const override { return p_.multiply_adds(); }
  bool can_overwrite_input(int index) const override { return index == residual_input_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    for (int64_t item = begin; item < end; ++item) row(args, item);
    return Status::ok();
  }

 private:
  void row(const KernelArgs& args, int64_t item) const {
    const int64_t channels = p_.in_channels;
    const int64_t top = item % p_.out_h * p_.stride_h - p_.pad_top;
    const TapRange rows = existing_taps(top, p_.dilation_h, p_.kernel_h, p_.in_h);
    const float* residual = residual_of(args, residual_input_);
    const int64_t at = item * p_.out_w * channels;
    DepthwiseOutput out;
    out.bias = weights_.as<float>() + p_.kernel_h * p_.kernel_w * padded_channels_;
    out.residual = residual == nullptr ? nullptr : residual + at;
    out.y = static_cast<float*>(args.outputs[0]) + at;
    out.channels = channels;
    out.low = activation_.low;
    out.high = activation_.high;

    // The first row of the window that exists; unread where none does.
    const int64_t first_row = item / p_.out_h * p_.in_h + top + rows.begin * p_.dilation_h;
    const float* x = static_cast<const float*>(args.inputs[0]) +
                     (rows.size() == 0 ? 0 : first_row * p_.in_w * channels);
    if (instance_.window != nullptr) {
      by_window(x, rows, out);
    } else {
      by_taps(x, rows, out);
    }
  }

  void apply_activation(float* y, int64_t count) const {
    if (activation_.needs_pass()) activate(activation_.pass, y, y, count);
  }

  void by_window(const float* x, TapRange rows, const DepthwiseOutput& out) const {
    const float* columns[kMaxTaps * kMaxColumns];
    DepthwiseWindow t;
    t.columns = columns;
    t.w_tap = padded_channels_;
    t.w = weights_.as<float>() + rows.begin * p_.kernel_w * padded_channels_;
    t.rows = rows.size();
    t.out = out;
    bool same = false;  // the columns are those of the tile before, further on
    for (int64_t ow = 0; ow < p_.out_w; ow += kTilePixels) {
      const bool whole = ow >= whole_begin_ && ow + kTilePixels <= whole_end_;
      if (same && whole) {
        t.x_offset += kTilePixels * p_.stride_w * out.channels;
      } else {
        find_columns(x, t.rows, ow * p_.stride_w - p_.pad_left, columns);
        t.x_offset = 0;
      }
      same = whole;
      t.pixels = static_cast<int>(std::min<int64_t>(kTilePixels, p_.out_w - ow));
      instance_.window(t);
      apply_activation(t.out.y, t.pixels * out.channels);
      advance(t.out, t.pixels);
    }
  }

  // The addresses of the columns from `left` on; zeros stand for those that do not exist, so that
  // infinite weights make NaN of them, as padding by zeros does. Rows that do not exist are
  // skipped.
  void find_columns(const float* x, int64_t rows, int64_t left, const float** columns) const {
    const int count = depthwise_columns(kTilePixels, static_cast<int>(p_.kernel_w),
                                        static_cast<int>(p_.stride_w));
    const int64_t x_row = p_.dilation_h * p_.in_w * p_.in_channels;
    const float* zeros = weights_.as<float>() + (p_.kernel_h * p_.kernel_w + 1) * padded_channels_;
    for (int64_t row = 0; row < rows; ++row, x += x_row) {
      for (int64_t i = left; i < left + count; ++i) {
        *columns++ = i >= 0 && i < p_.in_w ? x + i * p_.in_channels : zeros;
      }
    }
  }

  static void advance(DepthwiseOutput& out, int64_t pixels) {
    out.y += pixels * out.channels;
    if (out.residual != nullptr) out.residual += pixels * out.channels;
  }

  void by_taps(const float* x, TapRange rows, const DepthwiseOutput& out) const {
    const int64_t channels = out.channels;
    DepthwiseTaps t;
    t.x_row = p_.dilation_h * p_.in_w * channels;
    t.x_tap = p_.dilation_w * channels;
    t.x_pixel = p_.stride_w * channels;
    t.w_tap = padded_channels_;
    t.w_row = p_.kernel_w * padded_channels_;
    t.rows = rows.size();
    t.out = out;
    for (int64_t ow = 0; ow < p_.out_w;) {
      const bool whole = ow >= whole_begin_ && ow + kTilePixels <= whole_end_;
      const int64_t left = ow * p_.stride_w - p_.pad_left;
      const TapRange taps = existing_taps(left, p_.dilation_w, p_.kernel_w, p_.in_w);
      t.taps = taps.size();
      // A window wholly outside the picture has no address to start from.
      const bool empty = t.rows == 0 || t.taps == 0;
      t.x = x + (empty ? 0 : (left + taps.begin * p_.dilation_w) * channels);
      t.w = weights_.as<float>() + (empty ? 0 : rows.begin * t.w_row + taps.begin * t.w_tap);
      const int64_t pixels = whole ? kTilePixels : 1;
      whole ? depthwise_taps<kTilePixels>(t) : depthwise_taps<1>(t);
      apply_activation(t.out.y, pixels * channels);
      advance(t.out, pixels);
      ow += pixels;
    }
  }

  ConvParams p_;
  Instance instance_;
  int64_t padded_channels_;
  AlignedBuffer weights_;
  int residual_input_;
  EpilogueActivation activation_;
  int64_t whole_begin_, whole_end_;  // columns of output whose window exists from left to right
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_depthwise_conv(const ConvParams& params,
                                                    const ConvWeights& weights,
                                                    int residual_input) {
  const int64_t taps = params.kernel_h * params.kernel_w;
  const int64_t padded = round_up(params.in_channels, simd::kLanes);
  GOSSAMER_ASSIGN(AlignedBuffer packed, allocate_floats((taps + 2) * padded));
  auto* target = packed.as<float>();
  std::fill(target, target + (taps + 2) * padded, 0.0f);
  for (int64_t c = 0; c < params.in_channels; ++c) {
    const float scale = weights.scale == nullptr ? 1.0f : weights.scale[c];
    for (int64_t tap = 0; tap < taps; ++tap) {
      target[tap * padded + c] = weights.oihw[c * taps + tap] * scale;
    }
    if (weights.bias != nullptr) target[taps * padded + c] = weights.bias[c];
  }
  return std::unique_ptr<Kernel>(
      std::make_unique<DepthwiseConv>(params, std::move(packed), residual_input));
}

}  // namespace gossamer
