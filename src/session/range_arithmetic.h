// Arithmetic of the intervals of value_ranges.h: what holds the results, given what holds the
// operands.
#ifndef GOSSAMER_SESSION_RANGE_ARITHMETIC_H_
#define GOSSAMER_SESSION_RANGE_ARITHMETIC_H_

#include <cmath>

#include "session/range_rules.h"
#include "session/value_ranges.h"

namespace gossamer {

inline constexpr ValueRange kUnknown;

ValueRange between(double low, double high, double total = NAN);
ValueRange of_affine_layer(bool affine);

// 0 * infinity is 0 here: an end that is not reached.
double product(double a, double b);
// 1 / x.
ValueRange reciprocal(const ValueRange& x);
// Of two operands, in the order in which they stand.
ValueRange arithmetic(Effect effect, const ValueRange& a, const ValueRange& b);

bool is_open(const ValueRange& range);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_RANGE_ARITHMETIC_H_
