// Single numbers among the operands of a graph, as passes that recognise a formula look for them.
#ifndef GOSSAMER_PASSES_CONSTANTS_H_
#define GOSSAMER_PASSES_CONSTANTS_H_

#include <cmath>
#include <optional>

#include "graph/graph.h"

namespace gossamer {

// The one element of a float32 constant; nothing for any other value.
std::optional<double> scalar_of(const Graph& graph, ValueId id);

// Whether a number in a file is this one, or this one as float16 rounds it, in which such formulas
// are exported, too.
inline bool is_about(double stated, double exact) {
  return std::abs(stated - exact) <= std::abs(exact) / 2048;
}

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_CONSTANTS_H_
