// Activations that exporters write as two nodes, a gate and a product, become one:
//
//   x * Sigmoid(x)  =>  SiLU(x)          x * HardSigmoid(x; 1/6, 1/2)  =>  HardSwish(x)
//
// which fuse_activation can then move into the operator before.
#include "ops/arithmetic.h"
#include "ops/elementwise.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

// What the product computes of `x` when `gate` is a gate on `x` alone; null otherwise.
std::shared_ptr<const Op> match(const Graph& graph, ValueId x, ValueId gate) {
  const NodeId producer = graph.value(gate).producer;
  if (producer == kNone) return nullptr;
  const std::optional<Activation> activation = activation_of(graph, producer);
  if (!activation.has_value() || graph.node(producer).inputs[0] != x) return nullptr;
  return make_gated(*activation);
}

}  // namespace

Status fuse_gate(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    if (graph.op_as<MulOp>(id) == nullptr) continue;
    const ValueId left = graph.node(id).inputs[0], right = graph.node(id).inputs[1];
    const auto left_gated = match(graph, left, right);
    const ValueId x = left_gated != nullptr ? left : right;
    const auto op = left_gated != nullptr ? left_gated : match(graph, right, left);
    if (op == nullptr || graph.value(x).type != DataType::kFloat32) continue;
    const ValueId fused = graph.insert_unary(op, x, graph.value(x).type, graph.value(x).shape);
    const ValueId output = graph.detach_output(id, 0, kNone);
    graph.detach_output(graph.value(fused).producer, 0, output);
    graph.remove_node(id);
  }
  return Status::ok();
}

}  // namespace gossamer
