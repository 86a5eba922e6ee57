// See transposes.h.
#include "passes/transposes.h"

#include "ops/transpose.h"

namespace gossamer {

Permutation permutation_of(const Graph& graph, NodeId id) {
  const auto* transpose = graph.op_as<TransposeOp>(id);
  if (transpose == nullptr) return {};
  Permutation perm(transpose->perm().begin(), transpose->perm().end());
  const int rank = graph.value(graph.node(id).inputs[0]).shape.rank();
  for (int axis = rank - 1; perm.size() < static_cast<size_t>(rank); --axis) perm.push_back(axis);
  return perm;
}

Origin origin_of(const Graph& graph, ValueId id) {
  Origin origin = {id, {}};
  while (true) {
    const NodeId producer = graph.value(origin.value).producer;
    if (producer == kNone || graph.op_as<TransposeOp>(producer) == nullptr) return origin;
    const Permutation above = permutation_of(graph, producer);
    origin.perm = origin.perm.empty() ? above : compose(above, origin.perm);
    origin.value = graph.node(producer).inputs[0];
  }
}

void read_origin(Graph& graph, NodeId id) {
  const auto [value, perm] = origin_of(graph, graph.node(id).outputs[0]);
  graph.set_input(id, 0, value);
  graph.set_op(id, std::make_shared<const TransposeOp>(perm));
}

}  // namespace gossamer
