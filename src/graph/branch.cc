// See branch.h.
#include "graph/branch.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "graph/infer.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::NodeDef;

// The names that a graph reads and does not define, inner graphs included.
void collect_captured(const GraphDef& graph, std::set<std::string>& captured) {
  std::set<std::string> defined;
  for (const auto& initializer : graph.initializers) defined.insert(initializer.name);
  for (const NodeDef& node : graph.nodes) defined.insert(node.outputs.begin(), node.outputs.end());
  std::set<std::string> read;
  for (const NodeDef& node : graph.nodes) {
    read.insert(node.inputs.begin(), node.inputs.end());
    for (const auto& attribute : node.attributes) {
      if (attribute.g != nullptr) collect_captured(*attribute.g, read);
    }
  }
  for (const auto& output : graph.outputs) read.insert(output.name);
  std::ranges::set_difference(read, defined, std::inserter(captured, captured.end()));
}

}  // namespace

bool is_branch(const NodeDef& node) {
  return node.domain.empty() && node.op_type == BranchOp::kType;
}

Result<std::shared_ptr<const Op>> BranchOp::make(const NodeDef& node, const ValueNames& names,
                                                 OpTable table, const onnx_model::OpsetMap& opsets,
                                                 std::vector<ValueId>& inputs) {
  auto op = std::make_shared<BranchOp>();
  op->table_ = table;
  op->opsets_ = opsets;
  if (node.opset != 0) op->opsets_[node.domain] = node.opset;
  std::set<std::string> captured;
  for (const auto& attribute : node.attributes) {
    if (attribute.name == "then_branch") op->taken_if_true_ = attribute.g;
    if (attribute.name == "else_branch") op->taken_if_false_ = attribute.g;
    if (attribute.g != nullptr) collect_captured(*attribute.g, captured);
  }
  if (op->taken_if_true_ == nullptr || op->taken_if_false_ == nullptr || inputs.size() != 1 ||
      inputs[0] == kNone) {
    return Status(Code::kAttribute, Stage::kGraph, "needs a condition and two branches");
  }
  for (const std::string& name : captured) {
    const auto value = names.find(name);
    if (value == names.end()) continue;  // an absent input, or an error that the import finds
    op->captured_.push_back(name);
    inputs.push_back(value->second);
  }
  return std::shared_ptr<const Op>(std::move(op));
}

Status BranchOp::infer(OpContext& /*context*/) const {
  return Status(Code::kInternal, Stage::kGraph, "a branch was not expanded");
}

Status BranchOp::evaluate(const EvaluateArgs& /*args*/) const {
  return Status(Code::kInternal, Stage::kRun, "a branch was not expanded");
}

Result<std::vector<NodeId>> expand_branch(Graph& graph, NodeId id, ValueId& unknown) {
  const Node node = graph.node(id);  // a copy: the graph is about to change
  const auto& branch = static_cast<const BranchOp&>(*node.op);
  const Value& condition = graph.value(node.inputs[0]);
  if (condition.constant == nullptr) {
    unknown = node.inputs[0];
    return Status(Code::kUnsupported, Stage::kGraph,
                  "the condition of a branch is only known while the network runs");
  }
  if (condition.type != DataType::kBool || condition.shape.elements() != 1) {
    return Status(Code::kShape, Stage::kGraph, "the condition of a branch must be one bool")
        .got(concat(data_type_name(condition.type), " ", condition.shape.to_string()));
  }
  std::byte flag{};
  GOSSAMER_TRY(condition.constant->read({&flag, 1}));
  ValueNames outer;
  for (size_t i = 0; i < branch.captured_.size(); ++i) {
    outer[branch.captured_[i]] = node.inputs[i + 1];
  }
  graph.remove_node(id);
  const NodeId first = graph.node_count();
  const GraphDef& taken = flag != std::byte{0} ? *branch.taken_if_true_ : *branch.taken_if_false_;
  GOSSAMER_TRY(import_branch(graph, branch, taken, std::move(outer), node.outputs));
  return graph.topological_order(first);
}

}  // namespace gossamer
