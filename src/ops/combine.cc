// See combine.h.
#include "ops/combine.h"

#include <cmath>

#include "base/text.h"
#include "kernels/elementwise/power.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Kind = BinaryOp::Kind;

double combine(Kind kind, double a, double b) {
  switch (kind) {
    case Kind::kAdd:
    case Kind::kSum:
    case Kind::kMean:
      return a + b;
    case Kind::kSub:
      return a - b;
    case Kind::kMul:
      return a * b;
    case Kind::kDiv:
      return a / b;
    case Kind::kPow:
      return power(a, b);
    case Kind::kFmod:
      return std::fmod(a, b);
    case Kind::kMax:
      return a > b || std::isnan(a) ? a : b;
    case Kind::kMin:
      return a < b || std::isnan(a) ? a : b;
    case Kind::kPRelu:
      return a < 0 ? a * b : a;
    case Kind::kEqual:
      return a == b ? 1 : 0;
    case Kind::kLess:
      return a < b ? 1 : 0;
    case Kind::kLessOrEqual:
      return a <= b ? 1 : 0;
    case Kind::kGreater:
      return a > b ? 1 : 0;
    case Kind::kGreaterOrEqual:
      return a >= b ? 1 : 0;
    default:  // not for floating point
      return 0;
  }
}

// Elements of one integer type, or bool, as int_at reads them.
struct Integers {
  DataType type;
  int64_t a, b;
};

// Nothing when the division has no result.
std::optional<int64_t> divide(Kind kind, const Integers& in) {
  if (in.b == 0) return std::nullopt;
  if (in.type == DataType::kUint64) {
    const auto a = static_cast<uint64_t>(in.a), b = static_cast<uint64_t>(in.b);
    return static_cast<int64_t>(kind == Kind::kDiv ? a / b : a % b);
  }
  if (in.b == -1) {
    if (kind != Kind::kDiv) return 0;
    if (in.a == integer_range(in.type).lowest) return std::nullopt;
    return -in.a;
  }
  if (kind == Kind::kDiv) return in.a / in.b;
  const int64_t rest = in.a % in.b;
  const bool moves = kind == Kind::kMod && rest != 0 && (rest < 0) != (in.b < 0);
  return moves ? rest + in.b : rest;
}

// Only 1 and -1 have a power below 0 that is an integer; those of other numbers are cut to 0.
std::optional<int64_t> integer_power(int64_t base, int64_t exponent, bool negative) {
  if (negative && base == 0) return std::nullopt;
  if (negative && base != 1 && base != -1) return 0;
  uint64_t result = 1;
  auto square = static_cast<uint64_t>(base);
  for (auto rest = static_cast<uint64_t>(exponent); rest != 0; rest /= 2, square *= square) {
    if (rest % 2 != 0) result *= square;
  }
  return static_cast<int64_t>(result);
}

// Unsigned arithmetic wraps around where signed arithmetic is undefined.
std::optional<int64_t> combine(Kind kind, const Integers& in) {
  const auto a = static_cast<uint64_t>(in.a), b = static_cast<uint64_t>(in.b);
  const bool less = less_int(in.type, in.a, in.b);
  switch (kind) {
    case Kind::kAdd:
      return static_cast<int64_t>(a + b);
    case Kind::kSub:
      return static_cast<int64_t>(a - b);
    case Kind::kMul:
      return static_cast<int64_t>(a * b);
    case Kind::kDiv:
    case Kind::kMod:
    case Kind::kFmod:
      return divide(kind, in);
    case Kind::kMax:
      return less ? in.b : in.a;
    case Kind::kMin:
      return less ? in.a : in.b;
    case Kind::kPRelu:
      return less_int(in.type, in.a, 0) ? static_cast<int64_t>(a * b) : in.a;
    case Kind::kAnd:
      return in.a & in.b;
    case Kind::kOr:
      return in.a | in.b;
    case Kind::kXor:
      return in.a ^ in.b;
    case Kind::kShiftLeft:
      return b < 64 ? static_cast<int64_t>(a << b) : 0;
    case Kind::kShiftRight:
      return b < 64 ? static_cast<int64_t>(a >> b) : 0;
    case Kind::kEqual:
      return in.a == in.b ? 1 : 0;
    case Kind::kLess:
      return less ? 1 : 0;
    case Kind::kLessOrEqual:
      return less || in.a == in.b ? 1 : 0;
    case Kind::kGreater:
      return !less && in.a != in.b ? 1 : 0;
    case Kind::kGreaterOrEqual:
      return !less ? 1 : 0;
    default:
      return 0;
  }
}

}  // namespace

Status combine_elements(Kind kind, const TensorView& a, const TensorView& b,
                        const MutableTensorView& y) {
  StridedWalk<2> walk(y.shape,
                      {broadcast_strides(a.shape, y.shape), broadcast_strides(b.shape, y.shape)});
  const bool real = is_real(a.type) || is_real(b.type);
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i, walk.next()) {
    if (real) {
      put_number(y, i, combine(kind, real_at(a, walk.offset(0)), real_at(b, walk.offset(1))));
      continue;
    }
    const Integers in{a.type, int_at(a, walk.offset(0)), int_at(b, walk.offset(1))};
    const auto result = kind == Kind::kPow ? integer_power(in.a, in.b, less_int(b.type, in.b, 0))
                                           : combine(kind, in);
    if (!result) {
      return Status(Code::kNumeric, Stage::kRun, "integer division has no result")
          .got(concat(in.a, kind == Kind::kPow ? " to the power of " : " / ", in.b));
    }
    put_int(y, i, *result);
  }
  return Status::ok();
}

}  // namespace gossamer
