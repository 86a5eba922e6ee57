// See quantized_product.h.
#include "ops/quantized_product.h"

#include <algorithm>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/elements.h"
#include "ops/gemm.h"
#include "ops/quantize.h"

namespace gossamer {
namespace {

using Inputs = QuantizedProductOp::Inputs;

constexpr Inputs kLinearInputs = {0, 1, 2, 3, 4, 5, 6, 7, 8};
constexpr Inputs kIntegerInputs = {0, -1, 2, 1, -1, 3, -1, -1, -1};

// One operand of a product. Flipping the highest bit of unsigned bytes makes them signed ones, 128
// less, so that one loop serves all types.
class Bytes {
 public:
  explicit Bytes(const TensorView& view)
      : data_(view.as<uint8_t>()), flip_(view.type == DataType::kUint8 ? 0x80 : 0) {}
  // A zero point, as it compares with at().
  int32_t zero(int64_t zero_point) const { return static_cast<int32_t>(zero_point) - flip_; }
  int32_t at(int64_t i) const { return static_cast<int8_t>(data_[i] ^ flip_); }

 private:
  const uint8_t* data_;
  uint8_t flip_;
};

struct Run {
  int64_t first;
  int64_t step;
  int32_t zero;
};

// The sum of (x - x_zero) * (w - w_zero) over `count` elements each, wrapping around as int32 does.
uint32_t dot(const Bytes& x, const Run& a, const Bytes& w, const Run& b, int64_t count) {
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const int32_t product =
        (x.at(a.first + i * a.step) - a.zero) * (w.at(b.first + i * b.step) - b.zero);
    sum += static_cast<uint32_t>(product);
  }
  return sum;
}

// The values that belong to a row of x, to a channel of w, and to the output.
class Parameters {
 public:
  Parameters(const EvaluateArgs& args, const Inputs& inputs) : args_(args), in_(inputs) {}

  int32_t x_zero(const Bytes& x, int64_t row) const { return x.zero(integer(in_.x_zero, row)); }
  int32_t w_zero(const Bytes& w, int64_t channel) const {
    return w.zero(integer(in_.w_zero, channel));
  }
  void put(int64_t place, uint32_t products, int64_t row, int64_t channel) const {
    const MutableTensorView& y = args_.outputs[0];
    const auto sum =
        static_cast<int32_t>(products + static_cast<uint32_t>(integer(in_.bias, channel)));
    if (in_.y_scale < 0) return put_int(y, place, sum);
    // In float32 throughout: ties must fall as they do elsewhere.
    const float scale = real(in_.x_scale, row) * real(in_.w_scale, channel) / real(in_.y_scale, 0);
    put_int(y, place, quantized(static_cast<float>(sum) * scale, integer(in_.y_zero, 0), y.type));
  }

 private:
  const TensorView* view(int i) const {
    const auto index = static_cast<size_t>(i);
    const bool given = i >= 0 && index < args_.inputs.size() && args_.inputs[index].data != nullptr;
    return given ? &args_.inputs[index] : nullptr;
  }
  int64_t integer(int i, int64_t at) const {
    const TensorView* v = view(i);
    return v == nullptr ? 0 : int_at(*v, v->elements() == 1 ? 0 : at);
  }
  float real(int i, int64_t at) const {
    const TensorView* v = view(i);
    return static_cast<float>(real_at(*v, v->elements() == 1 ? 0 : at));
  }
  const EvaluateArgs& args_;
  const Inputs& in_;
};

// Input i, when there, is one value or a list of `count`.
Status check_parameter(const OpContext& context, int i, int64_t count) {
  if (i < 0 || !context.has_input(i) || context.shape(i).elements() == 1) return Status::ok();
  return require_shape(context, i, {count}, "one value, or one per channel");
}

OpResult make_conv(AttributeReader& attributes, bool requantizes) {
  attributes.expect_inputs(requantizes ? 8 : 2, requantizes ? 9 : 4);
  attributes.expect_outputs(1);
  WindowAttributes window = read_window(attributes);
  const int64_t group = attributes.get_int("group", 1, 1, INT32_MAX);
  return make_op<QuantizedConvOp>(requantizes,
                                  std::make_shared<const ConvOp>(std::move(window), group));
}

OpResult make_matmul(AttributeReader& attributes, bool requantizes) {
  attributes.expect_inputs(requantizes ? 8 : 2, requantizes ? 8 : 4);
  attributes.expect_outputs(1);
  return make_op<QuantizedMatMulOp>(requantizes);
}

}  // namespace

OpResult make_conv_integer(AttributeReader& attributes) {
  return make_conv(attributes, false);
}
OpResult make_qlinear_conv(AttributeReader& attributes) {
  return make_conv(attributes, true);
}
OpResult make_matmul_integer(AttributeReader& attributes) {
  return make_matmul(attributes, false);
}
OpResult make_qlinear_matmul(AttributeReader& attributes) {
  return make_matmul(attributes, true);
}

const Inputs& QuantizedProductOp::inputs() const {
  return requantizes_ ? kLinearInputs : kIntegerInputs;
}

Status QuantizedProductOp::check_operands(const OpContext& context, int64_t rows,
                                          int64_t channels) const {
  const Inputs& in = inputs();
  for (int i : {in.x, in.w, in.y_zero}) {
    if (i >= 0) GOSSAMER_TRY(require_byte(context, i));
  }
  for (int i : {in.x_scale, in.w_scale, in.y_scale}) {
    if (i >= 0) GOSSAMER_TRY(require_real(context, i));
  }
  if (context.has_input(in.x_zero)) GOSSAMER_TRY(require_same_type(context, in.x, in.x_zero));
  if (context.has_input(in.w_zero)) GOSSAMER_TRY(require_same_type(context, in.w, in.w_zero));
  for (int i : {in.x_scale, in.x_zero}) GOSSAMER_TRY(check_parameter(context, i, rows));
  for (int i : {in.w_scale, in.w_zero}) GOSSAMER_TRY(check_parameter(context, i, channels));
  for (int i : {in.y_scale, in.y_zero}) GOSSAMER_TRY(check_parameter(context, i, 1));
  if (in.bias < 0 || !context.has_input(in.bias)) return Status::ok();
  GOSSAMER_TRY(require_type(context, in.bias, {DataType::kInt32}));
  return require_shape(context, in.bias, {channels}, "one value per output channel");
}

Status QuantizedProductOp::set_product(OpContext& context, const Shape& y) const {
  return set_output(context, 0, requantizes_ ? context.type(inputs().y_zero) : DataType::kInt32, y);
}

std::shared_ptr<const Op> QuantizedConvOp::channels_last() const {
  return std::make_shared<QuantizedConvOp>(
      requantizes(), std::static_pointer_cast<const ConvOp>(conv_->channels_last()));
}

Status QuantizedConvOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, requantizes() ? 8 : 2));
  const Inputs& in = inputs();
  GOSSAMER_ASSIGN(const Shape y, conv_->output_shape(context, in.x, in.w));
  GOSSAMER_TRY(check_operands(context, 1, context.shape(in.w)[0]));
  return set_product(context, y);
}

double QuantizedConvOp::work(const OpContext& context) const {
  const Shape& weights = context.shape(inputs().w);
  return static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(weights.elements()) /
         static_cast<double>(std::max<int64_t>(1, weights[0]));
}

Status QuantizedConvOp::evaluate(const EvaluateArgs& args) const {
  const Inputs& in = inputs();
  const TensorView& x_view = args.inputs[static_cast<size_t>(in.x)];
  const TensorView& w_view = args.inputs[static_cast<size_t>(in.w)];
  GOSSAMER_ASSIGN(const WindowGeometry g, conv_->geometry(x_view.shape, w_view.shape));
  const PixelExtents xe = pixel_extents(x_view.shape, conv_->layout());
  const PixelExtents we = pixel_extents(w_view.shape, Layout::kChannelsFirst);  // batch is M
  const PixelExtents ye = pixel_extents(args.outputs[0].shape, conv_->layout());
  const Bytes x(x_view), w(w_view);
  const Parameters parameters(args, in);
  for (int64_t n = 0; n < ye.batch; ++n) {
    for (int64_t m = 0; m < ye.channels; ++m) {
      const int64_t first_channel = m / (we.batch / conv_->group()) * we.channels;
      const int32_t x_zero = parameters.x_zero(x, 0), w_zero = parameters.w_zero(w, m);
      for_each_position(g.out, [&](const Spatial& at) {
        uint32_t sum = 0;
        g.for_each_tap(at, [&](const Spatial& tap, const Spatial& pixel) {
          sum += dot(x, {xe.offset(n, first_channel, pixel), xe.channel_stride, x_zero}, w,
                     {we.offset(m, 0, tap), we.channel_stride, w_zero}, we.channels);
        });
        parameters.put(ye.offset(n, m, at), sum, 0, m);
      });
    }
  }
  return Status::ok();
}

Status QuantizedMatMulOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, requantizes() ? 8 : 2));
  GOSSAMER_ASSIGN(const MatMulExtents e,
                  matmul_extents(context.shape(inputs().x), context.shape(inputs().w)));
  GOSSAMER_TRY(check_operands(context, e.m, e.n));
  return set_product(context, e.output);
}

double QuantizedMatMulOp::work(const OpContext& context) const {
  const Shape& a = context.shape(inputs().x);
  return static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(a[a.rank() - 1]);
}

Status QuantizedMatMulOp::evaluate(const EvaluateArgs& args) const {
  const Inputs& in = inputs();
  const TensorView& a_view = args.inputs[static_cast<size_t>(in.x)];
  const TensorView& b_view = args.inputs[static_cast<size_t>(in.w)];
  GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(a_view.shape, b_view.shape));
  const Bytes a(a_view), b(b_view);
  const Parameters parameters(args, in);
  StridedWalk<2> matrices(
      e.batch, {broadcast_strides(e.batch_a, e.batch), broadcast_strides(e.batch_b, e.batch)});
  const int64_t count = e.output.elements() == 0 ? 0 : e.batch.elements();
  for (int64_t batch = 0; batch < count; ++batch, matrices.next()) {
    for (int64_t at = 0; at < e.m * e.n; ++at) {
      const int64_t i = at / e.n, j = at % e.n;
      const Run row{matrices.offset(0) * e.m * e.k + i * e.k, 1, parameters.x_zero(a, i)};
      const Run column{matrices.offset(1) * e.k * e.n + j, e.n, parameters.w_zero(b, j)};
      parameters.put(batch * e.m * e.n + at, dot(a, row, b, column, e.k), i, j);
    }
  }
  return Status::ok();
}

}  // namespace gossamer
