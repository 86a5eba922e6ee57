// Moves constant inputs that say how an operator works (bounds of Slice, widths of Pad, sizes of
// Resize) into the operator itself. What remains has only operands made of elements, so that the
// layout pass can permute them.
#include "graph/infer.h"
#include "passes/passes.h"

namespace gossamer {

Status bind_parameters(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    std::shared_ptr<const Op> bound = graph.node(id).op->bound(operands_of(graph, id));
    if (bound == nullptr) continue;
    graph.set_op(id, std::move(bound));
    for (int i = 1; i < std::ssize(graph.node(id).inputs); ++i) graph.set_input(id, i, kNone);
  }
  return Status::ok();
}

}  // namespace gossamer
