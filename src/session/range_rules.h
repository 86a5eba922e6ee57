// What each operator does to the interval of its results (session/value_ranges.h): a table, a row
// for each. An operator that has none claims nothing.
#ifndef GOSSAMER_SESSION_RANGE_RULES_H_
#define GOSSAMER_SESSION_RANGE_RULES_H_

#include <cstdint>
#include <limits>
#include <string_view>

#include "graph/op.h"

namespace gossamer {

enum class Effect : uint8_t {
  kBounded,  // numbers within the row's bounds
  kSame,     // those of input 0, each once
  kSome,     // some of those of input 0
  kMost,     // the greatest or least of them
  kMean,     // means of those of input 0
  kJoin,     // those of all inputs
  kAffine,   // any
  // From here on quantised integers are computed with as they are, not as what they stand for.
  kSum,      // sums of those of input 0
  kClip,     // input 0 within the row's bounds and those of inputs 1 and 2
  kWhere,    // those of inputs 1 and 2
  kAverage,  // the mean of all inputs
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMax,
  kMin,
  kNeg,
  kReciprocal,
  kExp,
  kLog,
  kUnit,     // in [0, 1] like those of input 0, if input 1 is not below the row's bound
  kRounded,  // whole numbers next to those of input 0
  kPicked,
};

struct Rule {
  std::string_view type;
  Effect effect;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  int scale_input = 0;  // of results that are quantised; the zero point follows it
};

// The row of an operator; null where there is none.
const Rule* rule_of(const Op& op);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_RANGE_RULES_H_
