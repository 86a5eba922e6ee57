// Moves an activation into the node before it, whose kernel applies it to values still in
// registers. Which operators can take one is their own knowledge (Op::with_activation).
#include "ops/elementwise.h"
#include "passes/passes.h"

namespace gossamer {

Status fuse_activation(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const std::optional<Activation> activation = activation_of(graph, id);
    if (!activation.has_value()) continue;
    const ValueId input = graph.node(id).inputs[0];
    const NodeId producer = graph.value(input).producer;
    if (producer == kNone || graph.only_user(input) != id) continue;
    if (graph.value(input).type != DataType::kFloat32) continue;  // epilogues compute in no other
    auto fused = graph.node(producer).op->with_activation(*activation);
    if (fused == nullptr) continue;
    graph.set_op(producer, std::move(fused));
    const ValueId output = graph.detach_output(id, 0, kNone);
    graph.detach_output(producer, 0, output);
    graph.remove_node(id);
  }
  return Status::ok();
}

}  // namespace gossamer
