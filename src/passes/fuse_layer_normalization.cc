// LayerNormalization written as its parts, as exporters write it before opset 17, becomes one node:
//
//   m = ReduceMean(x)   d = x - m   v = ReduceMean(d^2)   d / Sqrt(v + epsilon) * scale + bias
//     =>  LayerNormalization(x, scale, bias)
//
// So does what leaves out the mean (RMSNormalization), and what normalises the channels of a
// picture (ConvNeXt), around which channels are moved to the end; later passes find that they lie
// there already.
#include <algorithm>

#include "ops/broadcast.h"
#include "ops/mean_variance.h"
#include "ops/reduce.h"
#include "ops/transpose.h"
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

// How the axes lie: from which one on they are averaged; or channels of a picture.
enum class Place { kEnd, kChannels, kElsewhere };
Place place_of(const AxisSet& axes, const Shape& shape, int* first) {
  const int rank = shape.rank();
  *first = rank;
  while (*first > 0 && axes.contains[*first - 1]) --*first;
  const auto count = std::count(axes.contains, axes.contains + rank, true);
  if (count > 0 && count == rank - *first) return Place::kEnd;
  return count == 1 && rank > 2 && axes.contains[1] ? Place::kChannels : Place::kElsewhere;
}

// A stored tensor that has one number per channel, as a list; kNone if it is another.
Result<ValueId> channel_list(Graph& graph, ValueId id, const Shape& shape) {
  const Value& tensor = graph.value(id);
  const Strides strides = broadcast_strides(tensor.shape, shape);
  if (tensor.shape.elements() != shape[1] || strides[1] != 1) return kNone;
  std::vector<float> values(static_cast<size_t>(shape[1]));
  GOSSAMER_TRY(tensor.constant->read(std::as_writable_bytes(std::span(values))));
  GOSSAMER_ASSIGN(auto list,
                  Constant::copy_of({DataType::kFloat32, Shape{shape[1]}, values.data()}));
  return graph.add_constant(tensor.name, std::move(list));
}

// Lets the node read x, and give its output, with channels at the end.
void surround_with_transposes(Graph& graph, NodeId id) {
  const ValueId x = graph.node(id).inputs[0];
  const Shape shape = graph.value(x).shape;
  std::vector<int> there = {0}, back = {0, shape.rank() - 1};
  for (int axis = 2; axis < shape.rank(); ++axis) {
    there.push_back(axis);
    back.push_back(axis - 1);
  }
  there.push_back(1);
  Shape moved = shape;
  for (int axis = 0; axis < shape.rank(); ++axis)
    moved[axis] = shape[there[static_cast<size_t>(axis)]];
  const ValueId input =
      graph.insert_unary(std::make_shared<const TransposeOp>(there), x, DataType::kFloat32, moved);
  graph.set_input(id, 0, input);
  const ValueId inner = graph.add_value(graph.value(graph.node(id).outputs[0]).name + "/last");
  graph.value(inner).type = DataType::kFloat32;
  graph.value(inner).shape = moved;
  const ValueId output = graph.detach_output(id, 0, inner);
  graph.add_node(graph.node_label(id) + "/Transpose", std::make_shared<const TransposeOp>(back),
                 {inner}, {output});
}

Status fuse(Graph& graph, const Normalised& found) {
  const Shape shape = graph.value(found.x).shape;
  if (graph.value(found.x).type != DataType::kFloat32) return Status::ok();
  int first = 0;
  const Place place = place_of(found.axes, shape, &first);
  if (place == Place::kElsewhere) return Status::ok();
  Factor scale = find_factor(graph, found.end, "Mul", shape);
  if (scale.node == kNone) return Status::ok();
  Factor bias = find_factor(graph, scale.node, "Add", shape);
  const bool channels = place == Place::kChannels;
  if (channels) {
    GOSSAMER_ASSIGN(scale.stored, channel_list(graph, scale.stored, shape));
    if (scale.stored == kNone) return Status::ok();
    if (bias.node != kNone) {
      GOSSAMER_ASSIGN(bias.stored, channel_list(graph, bias.stored, shape));
    }
    if (bias.stored == kNone) bias = {};
  }
  MeanVarianceOp::Attributes norm;
  norm.epsilon = static_cast<float>(found.epsilon);
  norm.axis = channels ? -1 : first;
  const NodeId end = bias.node != kNone ? bias.node : scale.node;
  graph.set_op(end, std::make_shared<const MeanVarianceOp>(norm));
  graph.set_input(end, 0, found.x);
  graph.set_input(end, MeanVarianceOp::kScale, scale.stored);
  if (bias.node != kNone) graph.set_input(end, MeanVarianceOp::kBias, bias.stored);
  if (channels) surround_with_transposes(graph, end);
  return Status::ok();
}

}  // namespace

Status fuse_layer_normalization(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    if (graph.node(id).op == nullptr) continue;
    const auto found = find_division(graph, id);
    if (found) GOSSAMER_TRY(fuse(graph, *found));
  }
  return Status::ok();
}

}  // namespace gossamer
