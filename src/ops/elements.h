// Reading and writing single elements of any numeric type. Only float32 is worth fast code; all
// other types are for shape arithmetic, masks and casts. Operators therefore compute in two types
// alone, double for floating point and int64 for integers, and every loop is compiled once instead
// of once per element type, which keeps the module small. Rounding a double to float32 after one
// +, -, *, / or square root gives the correctly rounded float32 result.
#ifndef GOSSAMER_OPS_ELEMENTS_H_
#define GOSSAMER_OPS_ELEMENTS_H_

#include <cstdint>

#include "gossamer/tensor.h"
#include "ops/checks.h"

namespace gossamer {

constexpr bool is_real(DataType type) {
  return type == DataType::kFloat32 || type == DataType::kFloat64 || type == DataType::kFloat16 ||
         type == DataType::kBfloat16;
}
constexpr bool is_signed_integer(DataType type) {
  return type == DataType::kInt8 || type == DataType::kInt16 || type == DataType::kInt32 ||
         type == DataType::kInt64;
}
constexpr bool is_unsigned_integer(DataType type) {
  return type == DataType::kUint8 || type == DataType::kUint16 || type == DataType::kUint32 ||
         type == DataType::kUint64;
}
constexpr bool is_integer(DataType type) {  // bool is none, nor are those of 4 bits
  return is_signed_integer(type) || is_unsigned_integer(type);
}

// Element i of an integer (of 4 bits too), bool (true is 1) or string tensor (its number). uint64
// beyond the range of int64 wraps.
int64_t int_at(const TensorView& view, int64_t i);
// Element i of any numeric or bool tensor; exact for all but 64-bit integers.
double real_at(const TensorView& view, int64_t i);
// Stores an integer, keeping the low bits; bool stores whether it is not 0. Requires an integer (of
// 4 bits too) or bool tensor.
void put_int(const MutableTensorView& view, int64_t i, int64_t value);
// Stores a number rounded to the tensor's type. Requires is_real(view.type).
void put_real(const MutableTensorView& view, int64_t i, double value);
// Stores `value` after the activation, which computes in float32. Requires is_real(view.type).
void put_activated(const MutableTensorView& view, int64_t i, const Activation& f, double value);
// Stores a number in a tensor of any type: rounded, or truncated and held within the range of an
// integer (NaN gives 0); bool stores whether it is not 0.
void put_number(const MutableTensorView& view, int64_t i, double value);
// a < b for two results of int_at.
constexpr bool less_int(DataType type, int64_t a, int64_t b) {
  return type == DataType::kUint64 ? static_cast<uint64_t>(a) < static_cast<uint64_t>(b) : a < b;
}
// The least and greatest values of an integer type (of 4 bits too) or bool, as int_at reads them.
struct IntegerRange {
  int64_t lowest, highest;
};
IntegerRange integer_range(DataType type);
// Element j of `from` as element i of `to`, of any two numeric types or bool. Integers keep their
// low bits; real numbers become integers as put_number makes them.
void convert_element(const TensorView& from, int64_t j, const MutableTensorView& to, int64_t i);

// Input i, when present, is of such a type. Errors: UNSUPPORTED.
Status require_real(const OpContext& context, int i);
Status require_integer(const OpContext& context, int i);
Status require_number(const OpContext& context, int i);  // real or integer
Status require_bool(const OpContext& context, int i);
Status require_number_or_bool(const OpContext& context, int i);  // no text

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ELEMENTS_H_
