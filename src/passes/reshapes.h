// Views that passes put in: a Reshape costs nothing at run time.
#ifndef GOSSAMER_PASSES_RESHAPES_H_
#define GOSSAMER_PASSES_RESHAPES_H_

#include <string>

#include "graph/graph.h"

namespace gossamer {

// Lets the node reshape its input 0 to the shape that its output has. Errors: OOM.
Status become_reshape(Graph& graph, NodeId id);

// Adds a node that makes `output`, of the shape it has, of `input`. Errors: OOM.
Status add_reshape(Graph& graph, const std::string& name, ValueId input, ValueId output);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_RESHAPES_H_
