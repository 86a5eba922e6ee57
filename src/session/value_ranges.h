// What the graph shows of the numbers in a value, before anything runs: an interval that holds
// them, what they add up to, and where that comes from. Interval arithmetic follows each operator,
// so that a Softmax is still known behind a Cast, behind 1 - p, behind the mean of several, or
// written out as Exp, ReduceSum and Div. An operator that is not in the table gives an interval
// without ends, which claims nothing.
#ifndef GOSSAMER_SESSION_VALUE_RANGES_H_
#define GOSSAMER_SESSION_VALUE_RANGES_H_

#include <limits>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace gossamer {

struct ValueRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  // The sum of all elements; NaN where the graph does not show it.
  double total = std::numeric_limits<double>::quiet_NaN();
  bool affine = false;     // of an affine layer: these numbers can be any, where it has no end
  bool logarithm = false;  // of probabilities; `total` is of the probabilities
  bool picked = false;     // positions, or elements in another order: their places are no classes,
                           // nor are those of what is made of them
  bool decision = false;   // made of comparisons, Hardmax and constants: no more than yes and no
  NodeId cause = kNone;    // the node that gave the interval
  // Of quantised integers, which stand for numbers in the interval: number = (integer - zero_point)
  // * scale; 0 for numbers as they are.
  double scale = 0;
  double zero_point = 0;
};

// All in [0, 1], within rounding.
bool holds_probabilities(const ValueRange& range);
// They add up to 1 besides.
bool holds_distribution(const ValueRange& range);

// Of the elements of a constant. Small ones are looked at; large ones are weights of layers.
ValueRange range_of(const std::shared_ptr<const Constant>& constant);

// Gemm, MatMul, Conv and their kin, whose results can be any numbers.
bool is_layer(const Op& op);

// The ranges of all values, by id. Requires a graph after infer_and_fold, before passes.
std::vector<ValueRange> value_ranges(const Graph& graph, std::span<const NodeId> topological_order);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_VALUE_RANGES_H_
