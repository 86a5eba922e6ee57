// Joins a Transpose with the one above it, drops those that change nothing, and turns those that
// move no element (only extents of 1 change places) into views, which cost nothing.
#include "ops/reshape.h"
#include "ops/transpose.h"
#include "passes/passes.h"
#include "passes/permutation.h"

namespace gossamer {
namespace {

Permutation perm_of(const Graph& graph, NodeId id) {
  const auto* transpose = graph.op_as<TransposeOp>(id);
  if (transpose == nullptr) return {};
  Permutation perm(transpose->perm().begin(), transpose->perm().end());
  const int rank = graph.value(graph.node(id).inputs[0]).shape.rank();
  for (int axis = rank - 1; perm.size() < static_cast<size_t>(rank); --axis) perm.push_back(axis);
  return perm;
}

// Reads past the transpose above, and the one above that; the permutation of all together.
Permutation join_upwards(Graph& graph, NodeId id) {
  Permutation perm = perm_of(graph, id);
  while (true) {
    const ValueId input = graph.node(id).inputs[0];
    const NodeId above = graph.value(input).producer;
    if (above == kNone || graph.op_as<TransposeOp>(above) == nullptr) return perm;
    perm = compose(perm_of(graph, above), perm);
    graph.set_input(id, 0, graph.node(above).inputs[0]);
  }
}

Status become_view(Graph& graph, NodeId id) {
  const Shape shape = graph.value(graph.node(id).outputs[0]).shape;
  GOSSAMER_ASSIGN(auto extents,
                  Constant::copy_of({DataType::kInt64, Shape{shape.rank()}, shape.dims().data()}));
  const ValueId target = graph.add_constant(graph.node_label(id) + "/shape", std::move(extents));
  graph.set_op(id, std::make_shared<const ReshapeOp>(/*allow_zero=*/true));
  graph.set_input(id, 1, target);
  return Status::ok();
}

}  // namespace

Status simplify_transposes(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    if (graph.op_as<TransposeOp>(id) == nullptr) continue;
    const Permutation perm = join_upwards(graph, id);
    const ValueId input = graph.node(id).inputs[0];
    const ValueId output = graph.node(id).outputs[0];
    graph.set_op(id, std::make_shared<const TransposeOp>(perm));
    if (is_identity(perm) && !graph.is_output(output)) {
      graph.replace_uses(output, input);
    } else if (moves_nothing(graph.value(input).shape, perm)) {
      GOSSAMER_TRY(become_view(graph, id));
    }
  }
  return Status::ok();
}

}  // namespace gossamer
