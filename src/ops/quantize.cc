// See quantize.h.
#include "ops/quantize.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

bool is_quantised(DataType type) {
  return is_4bit(type) || (is_integer(type) && data_type_size(type) <= 2);
}

const TensorView* present(const EvaluateArgs& args, int i) {
  const auto index = static_cast<size_t>(i);
  return index < args.inputs.size() && args.inputs[index].data != nullptr ? &args.inputs[index]
                                                                          : nullptr;
}

OpResult make(AttributeReader& attributes, bool dequantizes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(1);
  QuantizeOp::Attributes q{.dequantizes = dequantizes};
  if (attributes.opset() >= 13) q.axis = attributes.get_int("axis", 1);
  if (attributes.opset() >= 19 && !dequantizes) attributes.get_int("saturate", 1);  // of float8
  if (attributes.opset() < 21) return make_op<QuantizeOp>(q);
  q.block_size = attributes.get_int("block_size", 0, 0, INT32_MAX);
  if (attributes.opset() >= 23 && !dequantizes) attributes.get_int("precision", 1);  // float32
  if (attributes.opset() >= 23 || !dequantizes) {
    q.output_type = static_cast<DataType>(
        attributes.get_int("output_dtype", 0, 0, static_cast<int64_t>(DataType::kInt4)));
  }
  return make_op<QuantizeOp>(q);
}

OpResult make_contrib(AttributeReader& attributes, bool dequantizes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(1);
  QuantizeOp::Attributes q{.dequantizes = dequantizes};
  q.axis = attributes.get_int("axis", 1);
  q.block_size = attributes.get_int("block_size", 0, 0, INT32_MAX);
  return make_op<QuantizeOp>(q);
}

// Scale and zero point belong to the tensor, to an axis, or to blocks.
Status check_scale(const OpContext& context, const QuantizeOp::Attributes& attributes) {
  const Shape& x = context.shape(QuantizeOp::kX);
  const Shape& scale = context.shape(QuantizeOp::kScale);
  const bool shifted = context.has_input(QuantizeOp::kZeroPoint);
  const bool one_each =
      shifted && scale.elements() == 1 && context.shape(QuantizeOp::kZeroPoint).elements() == 1;
  if (shifted && !one_each) {
    GOSSAMER_TRY(require_shape(context, QuantizeOp::kZeroPoint, scale, "a value for each scale"));
  }
  if (attributes.block_size == 0 && scale.elements() == 1) return Status::ok();
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes.axis, x.rank()));
  if (attributes.block_size == 0) {
    return require_shape(context, QuantizeOp::kScale, {x[axis]}, "one value per index along axis");
  }
  Shape blocks = x;
  blocks[axis] = x[axis] / attributes.block_size + (x[axis] % attributes.block_size != 0 ? 1 : 0);
  return require_shape(context, QuantizeOp::kScale, blocks, "a value for each block");
}

// Which scale belongs to element i of x.
class ScaleIndex {
 public:
  ScaleIndex(const Shape& x, const Shape& scale, const QuantizeOp::Attributes& attributes, int axis)
      : single_(scale.elements() == 1), block_(attributes.block_size) {
    if (single_) return;
    extent_ = x[axis];
    for (int i = axis + 1; i < x.rank(); ++i) inner_ *= x[i];
    if (block_ > 0) blocks_ = scale[axis];
  }
  int64_t operator()(int64_t i) const {
    if (single_) return 0;
    const int64_t along = i / inner_ % extent_;
    if (block_ == 0) return along;
    return (i / inner_ / extent_ * blocks_ + along / block_) * inner_ + i % inner_;
  }

 private:
  bool single_;
  int64_t block_;
  int64_t extent_ = 1, inner_ = 1, blocks_ = 1;
};

}  // namespace

int64_t quantized(float value, int64_t zero_point, DataType type) {
  const IntegerRange range = integer_range(type);
  if (std::isnan(value)) return zero_point;
  // Far beyond any range, so that the conversion to an integer is defined.
  const float rounded = std::nearbyint(std::clamp(value, -1e6f, 1e6f));
  return std::clamp(static_cast<int64_t>(rounded) + zero_point, range.lowest, range.highest);
}

Status require_byte(const OpContext& context, int i) {
  return require_type(context, i, {DataType::kUint8, DataType::kInt8});
}

OpResult make_quantize(AttributeReader& attributes) {
  return make(attributes, false);
}
OpResult make_dequantize(AttributeReader& attributes) {
  return make(attributes, true);
}

OpResult make_contrib_quantize(AttributeReader& attributes) {
  return make_contrib(attributes, false);
}
OpResult make_contrib_dequantize(AttributeReader& attributes) {
  return make_contrib(attributes, true);
}

OpResult make_dynamic_quantize(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(3);
  return make_op<DynamicQuantizeOp>();
}

Status QuantizeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_real(context, kScale));
  const bool shifted = context.has_input(kZeroPoint);
  GOSSAMER_TRY(check_scale(context, attributes_));
  if (attributes_.dequantizes) {
    const DataType from = context.type(kX);
    if (!is_quantised(from) && from != DataType::kInt32) {
      return unsupported("element type of input 0 is not supported")
          .got(data_type_name(from))
          .expected("an integer type of 4, 8 or 16 bits, or int32");
    }
    if (shifted) GOSSAMER_TRY(require_same_type(context, kX, kZeroPoint));
    const bool stated = attributes_.output_type != DataType::kUndefined;
    const DataType to = stated ? attributes_.output_type : context.type(kScale);
    if (!is_real(to)) {
      return unsupported("element type of the output is not supported")
          .got(data_type_name(to))
          .expected("a floating-point type");
    }
    return set_output(context, 0, to, context.shape(kX));
  }
  if (context.type(kX) != DataType::kInt32) GOSSAMER_TRY(require_real(context, kX));
  const DataType stated = attributes_.output_type;
  DataType type = shifted ? context.type(kZeroPoint) : DataType::kUint8;
  if (!shifted && stated != DataType::kUndefined) type = stated;
  if (!is_quantised(type) || (stated != DataType::kUndefined && stated != type)) {
    return unsupported("element type of the output is not supported")
        .got(data_type_name(type))
        .expected("an integer type of 4, 8 or 16 bits, that of the zero point");
  }
  return set_output(context, 0, type, context.shape(kX));
}

Status QuantizeOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[kX];
  const TensorView& scale = args.inputs[kScale];
  const TensorView* zero_point = present(args, kZeroPoint);
  const MutableTensorView& y = args.outputs[0];
  int axis = 0;
  if (scale.elements() != 1) {
    GOSSAMER_ASSIGN(axis, normalise_axis(attributes_.axis, x.shape.rank()));
  }
  const ScaleIndex index(x.shape, scale.shape, attributes_, axis);
  const int64_t count = x.elements();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = index(i);
    const double factor = real_at(scale, at);
    const int64_t zero = zero_point != nullptr ? int_at(*zero_point, at) : 0;
    if (attributes_.dequantizes) {
      put_real(y, i, static_cast<double>(int_at(x, i) - zero) * factor);
    } else {
      // Rounded to float32 first, as everyone divides; else ties would be decided differently.
      const auto value = static_cast<float>(real_at(x, i) / factor);
      const bool last = attributes_.rounds_last && value == value;  // NaN gives the zero point
      put_int(y, i,
              last ? quantized(value + static_cast<float>(zero), 0, y.type)
                   : quantized(value, zero, y.type));
    }
  }
  return Status::ok();
}

std::shared_ptr<const Op> QuantizeOp::permuted(std::span<const int> perm) const {
  Attributes moved = attributes_;
  const auto axis = normalise_axis(attributes_.axis, static_cast<int>(perm.size()));
  if (axis.is_ok()) moved.axis = std::ranges::find(perm, *axis) - perm.begin();
  return std::make_shared<QuantizeOp>(moved);
}

Status DynamicQuantizeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_floats(context));
  static constexpr DataType kTypes[] = {DataType::kUint8, DataType::kFloat32, DataType::kUint8};
  for (int i = 0; i < context.output_count(); ++i) {
    const Shape& shape = i == 0 ? context.shape(0) : Shape{};
    GOSSAMER_TRY(set_output(context, i, kTypes[i], shape));
  }
  return Status::ok();
}

Status DynamicQuantizeOp::evaluate(const EvaluateArgs& args) const {
  const float* x = args.inputs[0].as<float>();
  const int64_t count = args.inputs[0].elements();
  float low = 0, high = 0;
  for (int64_t i = 0; i < count; ++i) {
    low = std::min(low, x[i]);
    high = std::max(high, x[i]);
  }
  const float scale = high == low ? 1.0f : (high - low) / 255;
  const int64_t zero_point = quantized(-low / scale, 0, DataType::kUint8);
  for (int64_t i = 0; i < count; ++i) {
    put_int(args.outputs[0], i, quantized(x[i] / scale, zero_point, DataType::kUint8));
  }
  const auto wanted = [&](size_t i) {
    return i < args.outputs.size() && args.outputs[i].data != nullptr;
  };
  if (wanted(1)) put_real(args.outputs[1], 0, static_cast<double>(scale));
  if (wanted(2)) put_int(args.outputs[2], 0, zero_point);
  return Status::ok();
}

}  // namespace gossamer
