// See functions.h.
#include "kernels/elementwise/functions.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exponential.h"
#include "kernels/elementwise/angle.h"
#include "kernels/elementwise/map.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLog2 = 0.69314718055994531;
constexpr double kHuge = 1e8;  // from here on x^2 + 1 is x^2 for our purposes

// e^x - 1, of which a small x leaves no digit fewer. The library's takes another kilobyte of the
// module.
double exp_minus_one(double x) {
  constexpr double kSmall = 0.005;
  if (std::abs(x) > kSmall) return exponential(x) - 1;
  return x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5))));
}

// The inverse hyperbolic functions of x >= 0; log1p keeps the small results precise.
double inverse_sinh(double x) {
  if (x > kHuge) return std::log(x) + kLog2;
  return std::log1p(x + x * x / (1 + std::sqrt(x * x + 1)));
}
double inverse_cosh(double x) {
  if (x > kHuge) return std::log(x) + kLog2;
  const double t = x - 1;
  return t < 0 ? kNan : std::log1p(t + std::sqrt(t * (t + 2)));
}

double hyperbolic_tangent(double x) {
  const double t = exp_minus_one(-2 * std::abs(x));
  return std::copysign(t / (t + 2), x);
}
double hyperbolic_sine(double x) {
  const double t = exp_minus_one(std::abs(x));
  return std::copysign(std::isinf(t) ? t : (t + t / (t + 1)) / 2, x);
}
double hyperbolic_cosine(double x) {
  const double e = exponential(std::abs(x));
  return (e + 1 / e) / 2;
}

double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(exponential(-std::abs(x)));
}
// tanh(log(1 + e)) is e (e + 2) / (e (e + 2) + 2).
double mish(double x) {
  if (x > 30) return x;
  const double e = exponential(x);
  const double n = e * (e + 2);
  return x * n / (n + 2);
}
// Those that are more than an instruction or two.
double apply_library(const FunctionOfOne& f, double x) {
  switch (f.kind) {
    case Function::kExp:
      return exponential(x);
    case Function::kLog:
      return std::log(x);
    case Function::kSin:
      return sine(x);
    case Function::kCos:
      return cosine(x);
    case Function::kTan:
      return sine(x) / cosine(x);
    case Function::kAsin:
      return std::atan(x / std::sqrt((1 - x) * (1 + x)));
    case Function::kAcos:
      return 2 * std::atan(std::sqrt((1 - x) / (1 + x)));
    case Function::kAtan:
      return std::atan(x);
    case Function::kSinh:
      return hyperbolic_sine(x);
    case Function::kCosh:
      return hyperbolic_cosine(x);
    case Function::kTanh:
      return hyperbolic_tangent(x);
    case Function::kAsinh:
      return std::copysign(inverse_sinh(std::abs(x)), x);
    case Function::kAcosh:
      return inverse_cosh(x);
    case Function::kAtanh:
      return std::log1p(2 * x / (1 - x)) / 2;
    case Function::kElu:
      return x < 0 ? f.a * exp_minus_one(x) : x;
    case Function::kSelu:
      return f.b * (x > 0 ? x : f.a * exp_minus_one(x));
    case Function::kCelu:
      return x > 0 ? x : f.a * exp_minus_one(x / f.a);
    case Function::kSoftplus:
      return softplus(x);
    // As their kernel has them, in float32: the library's erf takes another kilobyte.
    case Function::kErf:
    case Function::kGelu:
    case Function::kGeluTanh:
      return static_cast<double>(apply_curve(f.kind, static_cast<float>(x)));
    default:
      return mish(x);
  }
}

}  // namespace

double apply(const FunctionOfOne& f, double x) {
  switch (f.kind) {
    case Function::kAbs:
      return std::abs(x);
    case Function::kNeg:
      return -x;
    case Function::kSign:
      return x > 0 ? 1 : x < 0 ? -1 : x;
    case Function::kReciprocal:
      return 1 / x;
    case Function::kSqrt:
      return std::sqrt(x);
    case Function::kFloor:
      return std::floor(x);
    case Function::kCeil:
      return std::ceil(x);
    case Function::kRound:
      return std::nearbyint(x);
    case Function::kLeakyRelu:
      return x < 0 ? f.a * x : x;
    case Function::kThresholdedRelu:
      return x > f.a ? x : 0;
    case Function::kSoftsign:
      return x / (1 + std::abs(x));
    case Function::kShrink:
      return x < -f.b ? x + f.a : x > f.b ? x - f.a : 0;
    default:
      return apply_library(f, x);
  }
}

std::unique_ptr<Kernel> make_function_f32(const FunctionOfOne& f, int64_t count) {
  if (auto curve = make_curve_f32(f.kind, count)) return curve;
  return map_f32(kernel_name::kFunction, count, [f](double x) { return apply(f, x); });
}

}  // namespace gossamer
