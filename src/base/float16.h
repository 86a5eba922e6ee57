// Floating-point numbers of 16 bits as stored in tensors: half precision, 1 sign, 5 exponent and 10
// fraction bits (IEEE 754 binary16), and bfloat16, the upper half of a float32: 8 and 7 bits.
// Nothing computes in it; elements are widened, and rounded once when they are stored.
#ifndef GOSSAMER_BASE_FLOAT16_H_
#define GOSSAMER_BASE_FLOAT16_H_

#include <cstdint>

namespace gossamer {

// Exact.
float float16_to_float(uint16_t bits);
// To nearest, ties to even; beyond 65519.99 to infinity. A NaN stays one.
uint16_t float16_from(double value);

// The same for bfloat16; beyond 3.3961e38 to infinity.
float bfloat16_to_float(uint16_t bits);
uint16_t bfloat16_from(double value);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_FLOAT16_H_
