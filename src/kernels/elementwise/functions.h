// Functions of one number, in double precision (Erf and GELU excepted): what float32 needs to be
// rounded once, and the same code for every element type. Libraries' log, pow and their kin bring
// tables of kilobytes, so the less common functions are put together from a few: exp, log1p,
// atan, and the sine and cosine of angle.h.
#ifndef GOSSAMER_KERNELS_ELEMENTWISE_FUNCTIONS_H_
#define GOSSAMER_KERNELS_ELEMENTWISE_FUNCTIONS_H_

#include <cstdint>
#include <memory>

#include "kernels/kernel.h"

namespace gossamer {

enum class Function : uint8_t {
  kAbs,
  kNeg,
  kSign,
  kReciprocal,
  kSqrt,
  kExp,
  kLog,
  kFloor,
  kCeil,
  kRound,  // half to even
  kErf,
  kSin,
  kCos,
  kTan,
  kAsin,
  kAcos,
  kAtan,
  kSinh,
  kCosh,
  kTanh,
  kAsinh,
  kAcosh,
  kAtanh,
  kLeakyRelu,        // a x below 0
  kElu,              // a (e^x - 1) below 0
  kSelu,             // b times that
  kCelu,             // a (e^(x/a) - 1) below 0
  kThresholdedRelu,  // 0 up to a
  kSoftplus,         // log(1 + e^x)
  kSoftsign,         // x / (1 + |x|)
  kGelu,             // x/2 (1 + erf(x / sqrt 2))
  kGeluTanh,         // x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  kMish,             // x tanh(softplus x)
  kShrink,           // x + a below -b, x - a above b, 0 between
};

struct FunctionOfOne {
  Function kind = Function::kAbs;
  double a = 0;
  double b = 0;
};

// NaN stays NaN, except in Shrink and ThresholdedRelu, whose comparisons it fails.
double apply(const FunctionOfOne& f, double x);

// y[i] = f(x[i]) for `count` floats. Alignment: that of a float. Aliasing: y may be x.
std::unique_ptr<Kernel> make_function_f32(const FunctionOfOne& f, int64_t count);
// The same in vectors, within a few units in the last place of float32: for functions that large
// tensors go through. Null for the others.
std::unique_ptr<Kernel> make_curve_f32(Function f, int64_t count);
// One number by them. Requires a function for which there is such a kernel.
float apply_curve(Function f, float x);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_ELEMENTWISE_FUNCTIONS_H_
