// What the passes that move transposes share: reading through a chain of them.
#ifndef GOSSAMER_PASSES_TRANSPOSES_H_
#define GOSSAMER_PASSES_TRANSPOSES_H_

#include "graph/graph.h"
#include "passes/permutation.h"

namespace gossamer {

// The permutation of a Transpose; empty for any other node. Requires inferred shapes.
Permutation permutation_of(const Graph& graph, NodeId id);

// A value as a chain of Transposes makes it: `value` with its axes in the order `perm`.
struct Origin {
  ValueId value;
  Permutation perm;  // empty where there is no Transpose above
};
// Requires id != kNone.
Origin origin_of(const Graph& graph, ValueId id);

// Joins a Transpose with all those above it.
void read_origin(Graph& graph, NodeId id);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_TRANSPOSES_H_
