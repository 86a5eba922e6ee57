// Types and shapes of every value, and folding of what depends on constants alone.
#ifndef GOSSAMER_GRAPH_INFER_H_
#define GOSSAMER_GRAPH_INFER_H_

#include "graph/graph.h"

namespace gossamer {

// Walks the graph in topological order: each node's shape rule runs, and a node whose inputs are
// all constant is evaluated by its scalar reference and removed, its outputs becoming constants.
// Both happen in one walk because chains like Shape -> Gather -> Concat -> Reshape need the value
// of one node for the shape of the next. Requires that graph inputs and constants have types and
// shapes; may be run again after rewriting. Errors: those of Op::infer and Op::evaluate, with the
// node's name; SHAPE when a tensor is too large to address. Where a shape depends on the elements
// of a value that is not constant, the walk ends with UNSUPPORTED and `*unknown` names the value;
// it is kNone otherwise. `*share`, which grows, tells what part of the work that one walk may take
// was taken: 1 for all of it.
Status infer_and_fold(Graph& graph, ValueId* unknown = nullptr, double* share = nullptr);

// The operands of a node, as Op::infer and Op::lower want them.
OpContext operands_of(const Graph& graph, NodeId id);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_INFER_H_
