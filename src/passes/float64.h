// What compute_in_float32 does about float64 in particular: what would lose its meaning in float32
// is kept, or replaced by the nearest that has one. A file of its own, which the common module does
// without: networks in float64 are rare.
#ifndef GOSSAMER_PASSES_FLOAT64_H_
#define GOSSAMER_PASSES_FLOAT64_H_

#include <vector>

#include "graph/graph.h"

namespace gossamer {

// By node: it computes in float64 between whole numbers, and stays as it is. All other readers of
// a float64 constant get it in float32, within its finite numbers. Requires that nothing was
// converted before. Errors: IO, OOM; in the common module UNSUPPORTED, with Status::operators().
Result<std::vector<bool>> settle_float64(Graph& graph, const std::vector<NodeId>& order);

// The same error, in the common module alone, as soon as a graph is imported that has an input or
// an initializer of float64: a plan may be made much later, when no other module can be asked.
Status check_float64(const Graph& graph);

// In compute_in_float32.cc: whether the node is a convolution or a matrix product.
bool is_product(const Graph& graph, NodeId id);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_FLOAT64_H_
