// Many elements at once between float32, in which everything computes, and the other types that
// weights, pictures and results come in. float16.h has the same for single elements, with the
// arithmetic spelt out.
#ifndef GOSSAMER_BASE_CONVERT_H_
#define GOSSAMER_BASE_CONVERT_H_

#include <cstddef>

#include "gossamer/tensor.h"

namespace gossamer {

// True for float16, bfloat16, float64 and uint8.
bool widens_to_float32(DataType type);
// True for float16, bfloat16 and float64.
bool narrows_from_float32(DataType type);

// y[i] = x[i] for `count` elements; float64 is rounded to nearest, beyond float32's range to
// infinity, and all others are exact. Requires widens_to_float32(type), and x and y apart.
void to_float32(DataType type, const void* x, float* y, size_t count);
// y[i] = x[i], to nearest, ties to even; beyond the type's range to infinity; a NaN stays one.
// Requires narrows_from_float32(type), and x and y apart.
void from_float32(const float* x, DataType type, void* y, size_t count);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_CONVERT_H_
