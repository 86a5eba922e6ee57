// Brings reductions into the one form that can follow a change of layout: axes that are an
// attribute instead of an input, and extents of 1 where something was reduced. Without keepdims the
// output has another rank, and the transpose in front of the reduction could not move past it; with
// a Reshape, which costs nothing, it can.
#include "ops/reduce.h"
#include "passes/passes.h"
#include "passes/reshapes.h"

namespace gossamer {
namespace {

Result<std::vector<int64_t>> axes_of(const Graph& graph, NodeId id, const ReduceOp& op) {
  const Node& node = graph.node(id);
  const Shape& x = graph.value(node.inputs[0]).shape;
  ReduceOp::Axes from_input;
  if (node.inputs.size() > 1 && node.inputs[1] != kNone) {
    const Value& list = graph.value(node.inputs[1]);
    const OpContext context({{list.type, list.shape, list.constant, false}}, 0);
    GOSSAMER_ASSIGN(from_input, context.ints(0));
  }
  GOSSAMER_ASSIGN(const AxisSet set, op.reduced_axes(from_input, x.rank()));
  std::vector<int64_t> axes;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (set.contains[axis]) axes.push_back(axis);
  }
  return axes;
}

Status reshape_output(Graph& graph, NodeId id, const std::vector<int64_t>& axes) {
  const ValueId old = graph.node(id).outputs[0];
  const std::string name = graph.value(old).name;
  const ValueId kept = graph.add_value(name + "/kept");
  graph.value(kept).type = graph.value(old).type;
  graph.value(kept).shape = graph.value(graph.node(id).inputs[0]).shape;
  for (const int64_t axis : axes) graph.value(kept).shape[static_cast<int>(axis)] = 1;
  graph.detach_output(id, 0, kept);
  return add_reshape(graph, name, kept, old);
}

}  // namespace

Status settle_reductions(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const ReduceOp* op = as_reduction(graph.node(id).op.get());
    if (op == nullptr) continue;
    GOSSAMER_ASSIGN(std::vector<int64_t> axes, axes_of(graph, id, *op));
    if (!op->keeps_dims() && !axes.empty()) GOSSAMER_TRY(reshape_output(graph, id, axes));
    if (graph.node(id).inputs.size() > 1) graph.set_input(id, 1, kNone);
    graph.set_op(id, op->settled(std::move(axes)));
  }
  return Status::ok();
}

}  // namespace gossamer
