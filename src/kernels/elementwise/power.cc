// See power.h.
#include "kernels/elementwise/power.h"

#include <cmath>
#include <limits>

#include "base/exponential.h"
#include "kernels/elementwise/map.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

// x^n by squaring, exact where the result is.
double integer_power(double x, double n) {
  double result = 1;
  for (auto rest = static_cast<int>(std::abs(n)); rest != 0; rest /= 2, x *= x) {
    if (rest % 2 != 0) result *= x;
  }
  return n < 0 ? 1 / result : result;
}

bool is_odd(double n) {
  return std::abs(std::fmod(n, 2)) == 1;
}

}  // namespace

double power(double x, double y) {
  const bool whole = std::floor(y) == y;
  if (whole && std::abs(y) <= 1024) return integer_power(x, y);
  if (x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return std::numeric_limits<double>::quiet_NaN();
  if (y == 0.5 && std::isfinite(x)) return std::sqrt(x) + 0;
  const double magnitude = exponential(y * std::log(std::abs(x)));
  if (std::isinf(y)) return x == -1 ? 1 : magnitude;
  if (x < 0 && !whole && std::isfinite(x)) return std::numeric_limits<double>::quiet_NaN();
  return std::signbit(x) && is_odd(y) ? -magnitude : magnitude;
}

std::unique_ptr<Kernel> make_power_f32(double exponent, int64_t count) {
  return map_f32(kernel_name::kPower, count, [exponent](double x) { return power(x, exponent); });
}

}  // namespace gossamer
