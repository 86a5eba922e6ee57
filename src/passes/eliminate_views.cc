// Takes out nodes that pass their input on unchanged: Identity, Dropout at inference, and reshapes
// to the shape that is already there. They cost nothing at run time, but a pass that looks for a
// convolution followed by an activation must not find one of these between the two.
#include "passes/passes.h"

namespace gossamer {

Status eliminate_views(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const Node& node = graph.node(id);
    if (!node.op->is_view() || node.outputs[0] == kNone) continue;
    const ValueId input = node.inputs[0];
    const ValueId output = node.outputs[0];
    const bool same = graph.value(input).shape == graph.value(output).shape &&
                      graph.value(input).type == graph.value(output).type;
    // The graph's outputs keep their names, so the node that makes one stays.
    if (same && !graph.is_output(output)) graph.replace_uses(output, input);
  }
  return Status::ok();
}

}  // namespace gossamer
