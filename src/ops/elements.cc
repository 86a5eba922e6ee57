// See elements.h.
#include "ops/elements.h"

#include <cmath>

#include "base/float16.h"
#include "base/text.h"

namespace gossamer {
namespace {

Status require_kind(const OpContext& context, int i, bool accepted, std::string_view expected) {
  if (!context.has_input(i) || accepted) return Status::ok();
  return unsupported(concat("element type of input ", i, " is not supported"))
      .got(data_type_name(context.type(i)))
      .expected(expected);
}

DataType type_of(const OpContext& context, int i) {
  return context.has_input(i) ? context.type(i) : DataType::kUndefined;
}

// What a byte keeps of a number, by the type that it holds.
int64_t low_bits(DataType type, int64_t value) {
  if (type == DataType::kBool) return value != 0 ? 1 : 0;
  if (type == DataType::kUint4) return value & 15;
  return type == DataType::kInt4 ? ((value & 15) ^ 8) - 8 : value;
}

}  // namespace

int64_t int_at(const TensorView& view, int64_t i) {
  switch (view.type) {
    case DataType::kInt64:
    case DataType::kUint64:
      return view.as<int64_t>()[i];
    case DataType::kInt32:
    case DataType::kString:
      return view.as<int32_t>()[i];
    case DataType::kUint32:
      return view.as<uint32_t>()[i];
    case DataType::kInt16:
      return view.as<int16_t>()[i];
    case DataType::kUint16:
      return view.as<uint16_t>()[i];
    case DataType::kInt8:
    case DataType::kInt4:
      return view.as<int8_t>()[i];
    case DataType::kBool:
      return view.as<uint8_t>()[i] != 0 ? 1 : 0;
    default:
      return view.as<uint8_t>()[i];
  }
}

double real_at(const TensorView& view, int64_t i) {
  switch (view.type) {
    case DataType::kFloat32:
      return static_cast<double>(view.as<float>()[i]);
    case DataType::kFloat64:
      return view.as<double>()[i];
    case DataType::kFloat16:
      return static_cast<double>(float16_to_float(view.as<uint16_t>()[i]));
    case DataType::kBfloat16:
      return static_cast<double>(bfloat16_to_float(view.as<uint16_t>()[i]));
    case DataType::kUint64:
      return static_cast<double>(view.as<uint64_t>()[i]);
    default:
      return static_cast<double>(int_at(view, i));
  }
}

void put_int(const MutableTensorView& view, int64_t i, int64_t value) {
  switch (data_type_size(view.type)) {
    case 8:
      view.as<int64_t>()[i] = value;
      break;
    case 4:
      view.as<int32_t>()[i] = static_cast<int32_t>(value);
      break;
    case 2:
      view.as<int16_t>()[i] = static_cast<int16_t>(value);
      break;
    default:
      view.as<uint8_t>()[i] = static_cast<uint8_t>(low_bits(view.type, value));
  }
}

void put_real(const MutableTensorView& view, int64_t i, double value) {
  switch (view.type) {
    case DataType::kFloat64:
      view.as<double>()[i] = value;
      break;
    case DataType::kFloat16:
      view.as<uint16_t>()[i] = float16_from(value);
      break;
    case DataType::kBfloat16:
      view.as<uint16_t>()[i] = bfloat16_from(value);
      break;
    default:
      view.as<float>()[i] = static_cast<float>(value);
  }
}

IntegerRange integer_range(DataType type) {
  if (type == DataType::kUint64) return {0, -1};
  if (type == DataType::kBool) return {0, 1};
  const int bits = is_4bit(type) ? 4 : static_cast<int>(data_type_size(type)) * 8;
  if (is_unsigned_integer(type) || type == DataType::kUint4) return {0, (int64_t{1} << bits) - 1};
  const int64_t highest = INT64_MAX >> (64 - bits);
  return {-highest - 1, highest};
}

void put_number(const MutableTensorView& view, int64_t i, double value) {
  if (is_real(view.type)) return put_real(view, i, value);
  if (view.type == DataType::kBool) return put_int(view, i, value != 0 ? 1 : 0);
  const IntegerRange range = integer_range(view.type);
  const bool wide = view.type == DataType::kUint64;
  // As powers of two, which floating point holds exactly.
  const int64_t half = range.highest / 2 + 1;
  const double above = wide ? 0x1p64 : static_cast<double>(half) * 2;
  int64_t result = 0;
  if (value >= above) {
    result = range.highest;
  } else if (value <= static_cast<double>(range.lowest)) {
    result = range.lowest;
  } else if (value >= 0x1p63) {
    result = static_cast<int64_t>(static_cast<uint64_t>(value));
  } else if (value == value) {  // NOLINT(misc-redundant-expression): not NaN
    result = static_cast<int64_t>(value);
  }
  put_int(view, i, result);
}

void convert_element(const TensorView& from, int64_t j, const MutableTensorView& to, int64_t i) {
  if (is_real(from.type) || is_real(to.type)) {
    put_number(to, i, real_at(from, j));
  } else {
    put_int(to, i, int_at(from, j));
  }
}

void put_activated(const MutableTensorView& view, int64_t i, const Activation& f, double value) {
  const bool none = f.kind == Activation::Kind::kNone;
  put_real(view, i, none ? value : static_cast<double>(apply(f, static_cast<float>(value))));
}

Status require_real(const OpContext& context, int i) {
  return require_kind(context, i, is_real(type_of(context, i)),
                      "float16, bfloat16, float32 or float64");
}
Status require_integer(const OpContext& context, int i) {
  return require_kind(context, i, is_integer(type_of(context, i)), "an integer type");
}
Status require_number(const OpContext& context, int i) {
  const DataType type = type_of(context, i);
  return require_kind(context, i, is_real(type) || is_integer(type), "a numeric type");
}
Status require_bool(const OpContext& context, int i) {
  return require_kind(context, i, type_of(context, i) == DataType::kBool, "bool");
}
Status require_number_or_bool(const OpContext& context, int i) {
  return require_kind(context, i, type_of(context, i) != DataType::kString, "a number or bool");
}

}  // namespace gossamer
