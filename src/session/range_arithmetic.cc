// See range_arithmetic.h.
#include "session/range_arithmetic.h"

#include <algorithm>

namespace gossamer {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ValueRange join(const ValueRange& a, const ValueRange& b) {
  if (a.scale != b.scale || a.zero_point != b.zero_point) return kUnknown;
  ValueRange both = between(std::min(a.low, b.low), std::max(a.high, b.high));
  both.scale = a.scale;
  both.zero_point = a.zero_point;
  both.affine = a.affine && b.affine;
  both.logarithm = a.logarithm && b.logarithm;
  both.decision = a.decision && b.decision;
  both.cause = a.cause != kNone ? a.cause : b.cause;
  return both;
}

}  // namespace

ValueRange between(double low, double high, double total) {
  ValueRange range;
  range.low = low;
  range.high = high;
  range.total = total;
  return range;
}

ValueRange of_affine_layer(bool affine) {
  ValueRange range;
  range.affine = affine;
  return range;
}

double product(double a, double b) {
  return a == 0 || b == 0 ? 0 : a * b;
}

bool is_open(const ValueRange& range) {
  return range.low == -kInfinity || range.high == kInfinity;
}

ValueRange arithmetic(Effect effect, const ValueRange& a, const ValueRange& b) {
  ValueRange result = join(a, b);
  if (effect == Effect::kJoin) return result;
  if (a.scale != 0 || b.scale != 0) return kUnknown;  // of the integers, not of what they stand for
  result.logarithm = false;
  if (effect == Effect::kAdd) {
    result.low = a.low + b.low;
    result.high = a.high + b.high;
    result.total = a.total + b.total;
  } else if (effect == Effect::kSub) {
    result.low = a.low - b.high;
    result.high = a.high - b.low;
    result.total = a.total - b.total;
  } else if (effect == Effect::kMul) {
    const auto [low, high] = std::minmax({product(a.low, b.low), product(a.low, b.high),
                                          product(a.high, b.low), product(a.high, b.high)});
    result.low = low;
    result.high = high;
  } else if (effect == Effect::kMax) {
    result.low = std::max(a.low, b.low);
  } else if (effect == Effect::kMin) {
    result.high = std::min(a.high, b.high);
  }
  // A product may be one with a reciprocal sum.
  result.affine = (a.affine || b.affine) && effect != Effect::kMul && is_open(result);
  return result;
}

ValueRange reciprocal(const ValueRange& x) {
  if (x.low > 0 || x.high < 0) return between(1 / x.high, 1 / x.low);
  return x.low == 0 ? between(0, kInfinity) : kUnknown;
}

}  // namespace gossamer
