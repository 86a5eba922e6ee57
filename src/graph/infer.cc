// See infer.h.
#include "graph/infer.h"

#include <algorithm>

#include "base/text.h"

namespace gossamer {
namespace {

// Folding may not be used to blow a small file up: a folded tensor is at most this large, or no
// larger than the constants it was made from. Larger ones are computed by run(), inside the planned
// arena.
constexpr size_t kMaxFoldedBytes = size_t{16} << 20;

Status check_size(const OpContext::Operand& output) {
  const auto elements = output.shape.checked_elements();
  int64_t bytes = 0;
  if (elements.has_value() &&
      !__builtin_mul_overflow(*elements, static_cast<int64_t>(data_type_size(output.type)),
                              &bytes) &&
      bytes <= int64_t{PTRDIFF_MAX}) {
    return Status::ok();
  }
  return Status(Code::kShape, Stage::kGraph, "the result is too large")
      .got(output.shape.to_string());
}

bool can_fold(const Graph& graph, const Node& node, const OpContext& context) {
  size_t input_bytes = 0;
  for (ValueId input : node.inputs) {
    if (input == kNone) continue;
    if (graph.value(input).constant == nullptr) return false;
    input_bytes += graph.value(input).constant->bytes();
  }
  size_t output_bytes = 0;
  for (int i = 0; i < context.output_count(); ++i) {
    const auto& output = context.output(i);
    if (output.type == DataType::kUndefined) continue;
    output_bytes += static_cast<size_t>(output.shape.elements()) * data_type_size(output.type);
  }
  return output_bytes <= std::max(kMaxFoldedBytes, input_bytes);
}

Status evaluate(Graph& graph, NodeId id, const OpContext& context) {
  std::vector<std::shared_ptr<const Constant>> kept;  // keeps the elements alive during the call
  std::vector<TensorView> inputs;
  for (ValueId input : graph.node(id).inputs) {
    if (input == kNone) {
      inputs.emplace_back();
      continue;
    }
    GOSSAMER_ASSIGN(auto resident, Constant::make_resident(graph.value(input).constant));
    inputs.push_back(resident->view());
    kept.push_back(std::move(resident));
  }
  std::vector<AlignedBuffer> buffers;
  std::vector<MutableTensorView> outputs;
  for (int i = 0; i < context.output_count(); ++i) {
    const auto& output = context.output(i);
    const auto elements = output.type == DataType::kUndefined ? 0 : output.shape.elements();
    GOSSAMER_ASSIGN(AlignedBuffer buffer, AlignedBuffer::allocate(static_cast<size_t>(elements) *
                                                                  data_type_size(output.type)));
    outputs.push_back({output.type, output.shape, buffer.data()});
    buffers.push_back(std::move(buffer));
  }
  GOSSAMER_TRY(graph.node(id).op->evaluate({inputs, outputs}));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const ValueId value = graph.node(id).outputs[i];
    if (value == kNone) continue;
    graph.value(value).constant =
        Constant::resident(outputs[i].type, outputs[i].shape, std::move(buffers[i]));
  }
  return Status::ok();
}

Status visit(Graph& graph, NodeId id) {
  OpContext context = operands_of(graph, id);
  GOSSAMER_TRY(graph.node(id).op->infer(context));
  bool known = true;
  for (int i = 0; i < context.output_count(); ++i) {
    const ValueId output = graph.node(id).outputs[static_cast<size_t>(i)];
    if (output == kNone) continue;
    GOSSAMER_TRY(check_size(context.output(i)));
    Value& value = graph.value(output);
    value.type = context.output(i).type;
    value.shape = context.output(i).shape;
    value.constant = context.output(i).constant;
    known = known && value.constant != nullptr;
  }
  if (!known && can_fold(graph, graph.node(id), context)) {
    GOSSAMER_TRY(evaluate(graph, id, context));
    known = true;
  }
  if (known) graph.remove_node(id);
  return Status::ok();
}

}  // namespace

OpContext operands_of(const Graph& graph, NodeId id) {
  std::vector<OpContext::Operand> operands;
  for (ValueId input : graph.node(id).inputs) {
    OpContext::Operand operand;
    if (input != kNone) {
      const Value& value = graph.value(input);
      operand = {value.type, value.shape, value.constant, false};
    }
    operands.push_back(std::move(operand));
  }
  return {std::move(operands), graph.node(id).outputs.size()};
}

Status infer_and_fold(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const std::string label = graph.node_label(id);
    const std::string type(graph.node(id).op->type());
    Status visited = visit(graph, id);
    if (!visited.is_ok()) return std::move(visited).at_node(label, type).at_stage(Stage::kGraph);
  }
  return Status::ok();
}

}  // namespace gossamer
