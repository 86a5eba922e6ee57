// See deform_conv.h.
#include "ops/deform_conv.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// The plane of `h` x `w` pixels from element `first` on, at a place between them.
double sample(const TensorView& x, int64_t first, int64_t h, int64_t w, double row, double column) {
  const bool inside = row > -1 && row < static_cast<double>(h) && column > -1 &&
                      column < static_cast<double>(w);  // false for NaN
  if (!inside) return 0;
  const auto top = static_cast<int64_t>(std::floor(row));
  const auto left = static_cast<int64_t>(std::floor(column));
  const double down = row - static_cast<double>(top), right = column - static_cast<double>(left);
  const auto pixel = [&](int64_t i, int64_t j) {
    return i < 0 || i >= h || j < 0 || j >= w ? 0 : real_at(x, first + i * w + j);
  };
  return (1 - down) * ((1 - right) * pixel(top, left) + right * pixel(top, left + 1)) +
         down * ((1 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1));
}

const TensorView* present(const EvaluateArgs& args, int i) {
  const auto index = static_cast<size_t>(i);
  return index < args.inputs.size() && args.inputs[index].data != nullptr ? &args.inputs[index]
                                                                          : nullptr;
}

}  // namespace

OpResult make_deform_conv(AttributeReader& attributes) {
  attributes.expect_inputs(3, 5);
  attributes.expect_outputs(1);
  WindowAttributes window = read_window(attributes);
  const int64_t group = attributes.get_int("group", 1, 1, INT32_MAX);
  return make_op<DeformConvOp>(std::make_shared<const ConvOp>(std::move(window), group),
                               attributes.get_int("offset_group", 1, 1, INT32_MAX));
}

Status DeformConvOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_real(context, kX));
  for (int i = kWeights; i <= kMask; ++i) {
    if (context.has_input(i)) GOSSAMER_TRY(require_same_type(context, kX, i));
  }
  GOSSAMER_TRY(require_rank(context, kX, 4, 4));
  GOSSAMER_ASSIGN(const Shape y, conv_->output_shape(context, kX, kWeights));
  const Shape &x = context.shape(kX), &w = context.shape(kWeights);
  if (x[1] % offset_group_ != 0) {
    return attribute_error("offset_group", "group does not divide the channels")
        .got(concat(offset_group_, " for ", x[1], " channels"))
        .expected("a divisor");
  }
  const int64_t taps = w[2] * w[3];
  int64_t offsets = 0;
  if (__builtin_mul_overflow(2 * taps, offset_group_, &offsets)) {
    return shape_error("there are too many offsets");
  }
  GOSSAMER_TRY(require_shape(context, kOffsets, {y[0], offsets, y[2], y[3]},
                             "a row and a column for each tap and pixel"));
  if (context.has_input(kBias)) {
    GOSSAMER_TRY(require_shape(context, kBias, {w[0]}, "one value per output channel"));
  }
  if (context.has_input(kMask)) {
    GOSSAMER_TRY(require_shape(context, kMask, {y[0], offsets / 2, y[2], y[3]},
                               "a factor for each tap and pixel"));
  }
  return set_output(context, 0, context.type(kX), y);
}

double DeformConvOp::work(const OpContext& context) const {
  const Shape& weights = context.shape(kWeights);
  return 8 * static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(weights.elements()) /
         static_cast<double>(std::max<int64_t>(1, weights[0]));
}

Status DeformConvOp::evaluate(const EvaluateArgs& args) const {
  const TensorView &x = args.inputs[kX], &w = args.inputs[kWeights];
  const TensorView &offsets = args.inputs[kOffsets], *mask = present(args, kMask);
  const TensorView* bias = present(args, kBias);
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const WindowGeometry g, conv_->geometry(x.shape, w.shape));
  const int64_t height = g.in[1], width = g.in[2], taps = g.kernel[1] * g.kernel[2];
  const int64_t pixels = g.out[1] * g.out[2], depth = w.shape[1];
  const int64_t filters_each = std::max<int64_t>(1, w.shape[0] / conv_->group());
  const int64_t channels_each = std::max<int64_t>(1, x.shape[1] / offset_group_);
  const auto term = [&](int64_t n, int64_t channel, int64_t tap, int64_t at) {
    const int64_t slot = (n * offset_group_ + channel / channels_each) * taps + tap;
    const int64_t row = g.coordinate(1, at / g.out[2], tap / g.kernel[2]);
    const int64_t column = g.coordinate(2, at % g.out[2], tap % g.kernel[2]);
    const double down = real_at(offsets, 2 * slot * pixels + at);
    const double right = real_at(offsets, (2 * slot + 1) * pixels + at);
    const double factor = mask != nullptr ? real_at(*mask, slot * pixels + at) : 1;
    return factor * sample(x, (n * x.shape[1] + channel) * height * width, height, width,
                           static_cast<double>(row) + down, static_cast<double>(column) + right);
  };
  const int64_t count = y.elements();
  for (int64_t place = 0; place < count; ++place) {
    const int64_t at = place % pixels, plane = place / pixels;
    const int64_t m = plane % w.shape[0], n = plane / w.shape[0];
    double sum = bias != nullptr ? real_at(*bias, m) : 0;
    for (int64_t c = 0; c < depth; ++c) {
      const int64_t channel = m / filters_each * depth + c;
      for (int64_t tap = 0; tap < taps; ++tap) {
        sum += real_at(w, (m * depth + c) * taps + tap) * term(n, channel, tap, at);
      }
    }
    put_real(y, place, sum);
  }
  return Status::ok();
}

}  // namespace gossamer
