// LayerNormalization written as its parts, as exporters write it before opset 17, becomes one node:
//
//   m = ReduceMean(x)   d = x - m   v = ReduceMean(d^2)   d / Sqrt(v + epsilon) * scale + bias
//     =>  LayerNormalization(x, scale, bias)
// So does what leaves out the mean (RMSNormalization), and what normalises the channels of a
// picture (ConvNeXt), around which channels are moved to the end; later passes find that they lie
// there already.
#include <algorithm>

#include "ops/broadcast.h"
#include "ops/mean_variance.h"
#include "ops/reduce.h"
#include "passes/constants.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

// A node of this operator with two operands that makes the value, or null.
const Node* binary(const Graph& graph, ValueId id, std::string_view type) {
  const NodeId producer = graph.value(id).producer;
  if (producer == kNone) return nullptr;
  const Node& node = graph.node(producer);
  const bool both = node.inputs.size() == 2 && node.inputs[0] != kNone && node.inputs[1] != kNone;
  return both && node.op->type() == type ? &node : nullptr;
}

// The axes of a mean that keeps the rank, and what it is of.
struct Mean {
  ValueId of = kNone;
  AxisSet axes;
};
std::optional<Mean> mean(const Graph& graph, ValueId id) {
  const NodeId producer = graph.value(id).producer;
  const ReduceOp* op = producer == kNone ? nullptr : as_reduction(graph.node(producer).op.get());
  if (op == nullptr || op->kind() != ReduceOp::Kind::kMean || !op->keeps_dims())
    return std::nullopt;
  const Node& node = graph.node(producer);
  if (node.inputs.size() > 1 && node.inputs[1] != kNone) return std::nullopt;  // not settled
  const ValueId x = node.inputs[0];
  auto axes = op->reduced_axes(std::nullopt, graph.value(x).shape.rank());
  if (!axes.is_ok()) return std::nullopt;
  return Mean{x, *axes};
}

bool same_axes(const AxisSet& a, const AxisSet& b) {
  return std::ranges::equal(a.contains, b.contains);
}

// What is squared, or kNone.
ValueId root_of_square(const Graph& graph, ValueId id) {
  if (const Node* product = binary(graph, id, "Mul")) {
    return product->inputs[0] == product->inputs[1] ? product->inputs[0] : kNone;
  }
  const Node* power = binary(graph, id, "Pow");
  return power != nullptr && scalar_of(graph, power->inputs[1]) == 2.0 ? power->inputs[0] : kNone;
}

// What the value is when its mean is added back; kNone where it is not centred.
ValueId before_centring(const Graph& graph, ValueId id, const AxisSet& axes) {
  const Node* difference = id == kNone ? nullptr : binary(graph, id, "Sub");
  if (difference == nullptr) return kNone;
  const auto subtracted = mean(graph, difference->inputs[1]);
  const bool centred =
      subtracted && subtracted->of == difference->inputs[0] && same_axes(subtracted->axes, axes);
  return centred ? difference->inputs[0] : kNone;
}

// d / Sqrt(v + epsilon) as far as it was found.
struct Normalised {
  ValueId x = kNone;
  AxisSet axes;
  double epsilon = 0;
  NodeId end = kNone;  // the division
};

// The division by this root.
std::optional<Normalised> find_division(const Graph& graph, NodeId root) {
  const Node& node = graph.node(root);
  if (node.op->type() != "Sqrt") return std::nullopt;
  const Node* shifted = binary(graph, node.inputs[0], "Add");
  if (shifted == nullptr) return std::nullopt;
  const size_t number = scalar_of(graph, shifted->inputs[0]) ? 0 : 1;
  const auto epsilon = scalar_of(graph, shifted->inputs[number]);
  const auto variance = mean(graph, shifted->inputs[1 - number]);
  const NodeId end = graph.only_user(node.outputs[0]);
  if (!epsilon || !variance || end == kNone) return std::nullopt;
  const Node* quotient = binary(graph, graph.node(end).outputs[0], "Div");
  if (quotient == nullptr || quotient->inputs[1] != node.outputs[0]) return std::nullopt;
  // The difference may have been written twice.
  const ValueId x = before_centring(graph, quotient->inputs[0], variance->axes);
  const ValueId squared = root_of_square(graph, variance->of);
  if (x == kNone || before_centring(graph, squared, variance->axes) != x) return std::nullopt;
  // Numbers of a higher rank than x would have raised its rank.
  const Shape& shape = graph.value(x).shape;
  if (graph.value(variance->of).shape != shape) return std::nullopt;
  if (graph.value(graph.node(end).outputs[0]).shape != shape) return std::nullopt;
  return Normalised{x, variance->axes, *epsilon, end};
}

// The node after `end` that combines its output with a stored tensor, and that tensor.
struct Factor {
  NodeId node = kNone;
  ValueId stored = kNone;
};
Factor find_factor(const Graph& graph, NodeId end, std::string_view type, const Shape& shape) {
  const ValueId value = graph.node(end).outputs[0];
  const NodeId user = graph.only_user(value);
  if (user == kNone) return {};
  const Node* node = binary(graph, graph.node(user).outputs[0], type);
  if (node == nullptr) return {};
  const ValueId stored = node->inputs[node->inputs[0] == value ? 1 : 0];
  const Value& tensor = graph.value(stored);
  const bool fits = tensor.constant != nullptr && tensor.type == DataType::kFloat32 &&
                    broadcasts_to(tensor.shape, shape);
  return fits ? Factor{user, stored} : Factor{};
}

void fuse(Graph& graph, const Normalised& found) {
  const Value& x = graph.value(found.x);
  // They have to be the last ones.
  int first = x.shape.rank();
  while (first > 0 && found.axes.contains[first - 1]) --first;
  const bool others = std::find(found.axes.contains, found.axes.contains + first, true) !=
                      found.axes.contains + first;
  if (x.type != DataType::kFloat32 || first == x.shape.rank() || others) return;
  const Factor scale = find_factor(graph, found.end, "Mul", x.shape);
  if (scale.node == kNone) return;
  const Factor bias = find_factor(graph, scale.node, "Add", x.shape);
  MeanVarianceOp::Attributes norm;
  norm.epsilon = static_cast<float>(found.epsilon);
  norm.axis = first;
  const NodeId end = bias.node != kNone ? bias.node : scale.node;
  graph.set_op(end, std::make_shared<const MeanVarianceOp>(norm));
  graph.set_input(end, 0, found.x);
  graph.set_input(end, MeanVarianceOp::kScale, scale.stored);
  if (bias.node != kNone) graph.set_input(end, MeanVarianceOp::kBias, bias.stored);
}

}  // namespace

Status fuse_layer_normalization(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    if (graph.node(id).op == nullptr) continue;
    const auto found = find_division(graph, id);
    if (found) fuse(graph, *found);
  }
  return Status::ok();
}

}  // namespace gossamer
