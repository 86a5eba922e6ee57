// An addition of a convolution's result and another tensor becomes part of the convolution, whose
// kernel adds while the result is still in registers: Conv(x) + r  =>  Conv(x, residual r). Of two
// convolutions that are added, the later takes it in, so that the other's result is there.
#include "ops/arithmetic.h"
#include "ops/conv.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

bool can_take(const Graph& graph, NodeId add, ValueId sum, ValueId residual) {
  const NodeId conv = graph.value(sum).producer;
  const auto* op = conv == kNone ? nullptr : graph.op_as<ConvOp>(conv);
  if (op == nullptr || op->layout() != Layout::kChannelsLast || graph.only_user(sum) != add) {
    return false;
  }
  const std::vector<ValueId>& inputs = graph.node(conv).inputs;
  const bool has_residual = inputs.size() > ConvOp::kResidual && inputs[ConvOp::kResidual] != kNone;
  return !has_residual && op->activation().kind == Activation::Kind::kNone &&
         graph.value(sum).type == DataType::kFloat32 &&
         graph.value(sum).shape == graph.value(residual).shape;
}

void fuse(Graph& graph, NodeId add, ValueId sum, ValueId residual) {
  const NodeId conv = graph.value(sum).producer;
  graph.set_input(conv, ConvOp::kResidual, residual);
  const ValueId output = graph.detach_output(add, 0, kNone);
  graph.detach_output(conv, 0, output);
  graph.remove_node(add);
}

}  // namespace

Status fuse_residual(Graph& graph) {
  const std::vector<NodeId> order = graph.topological_order();
  std::vector<size_t> place(static_cast<size_t>(graph.node_count()), 0);
  for (size_t i = 0; i < order.size(); ++i) place[static_cast<size_t>(order[i])] = i;
  const auto made_at = [&](ValueId id) {
    const NodeId producer = graph.value(id).producer;
    return producer == kNone ? 0 : place[static_cast<size_t>(producer)];
  };
  for (NodeId id : order) {
    if (graph.op_as<AddOp>(id) == nullptr) continue;
    ValueId sum = graph.node(id).inputs[0];
    ValueId residual = graph.node(id).inputs[1];
    if (made_at(residual) > made_at(sum)) std::swap(sum, residual);
    if (!can_take(graph, id, sum, residual)) {
      std::swap(sum, residual);
      // The residual is made later: taking it in must not close a circle, which it cannot, because
      // only the addition reads the convolution.
      if (!can_take(graph, id, sum, residual)) continue;
    }
    fuse(graph, id, sum, residual);
  }
  return Status::ok();
}

}  // namespace gossamer
