// Joins a Transpose with those above it, drops those that change nothing, and turns those that
// move no element (only extents of 1 change places) into views, which cost nothing.
#include "ops/transpose.h"
#include "passes/passes.h"
#include "passes/reshapes.h"
#include "passes/transposes.h"

namespace gossamer {

Status simplify_transposes(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    if (graph.op_as<TransposeOp>(id) == nullptr) continue;
    read_origin(graph, id);
    const ValueId input = graph.node(id).inputs[0];
    const ValueId output = graph.node(id).outputs[0];
    const Permutation perm = permutation_of(graph, id);
    if (is_identity(perm) && !graph.is_output(output)) {
      graph.replace_uses(output, input);
    } else if (moves_nothing(graph.value(input).shape, perm)) {
      GOSSAMER_TRY(become_reshape(graph, id));
    }
  }
  return Status::ok();
}

}  // namespace gossamer
