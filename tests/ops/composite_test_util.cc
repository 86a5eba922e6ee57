// See composite_test_util.h.
#include "tests/ops/composite_test_util.h"

#include "base/text.h"
#include "graph/infer.h"
#include "passes/pipeline.h"
#include "plan/execution.h"

namespace gossamer::op_test {
namespace {

// One node between the graph's inputs and outputs. Inputs with elements are constants if `folds`.
Result<Graph> graph_of(const std::shared_ptr<const Op>& op, const std::vector<Tensor>& inputs,
                       const std::vector<std::string>& names, bool folds) {
  Graph graph;
  std::vector<ValueId> ids, open, outputs;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Tensor& input = inputs[i];
    if (input.type == DataType::kUndefined) {
      ids.push_back(kNone);
      continue;
    }
    if (folds || input.known) {
      GOSSAMER_ASSIGN(auto constant, Constant::copy_of(input.view()));
      ids.push_back(graph.add_constant(concat("x", i), std::move(constant)));
      continue;
    }
    ids.push_back(graph.add_value(concat("x", i)));
    graph.value(ids.back()).type = input.type;
    graph.value(ids.back()).shape = input.shape;
    open.push_back(ids.back());
  }
  for (const std::string& name : names) {
    outputs.push_back(name.empty() ? kNone : graph.add_value(name));
  }
  graph.add_node("node", op, std::move(ids), outputs);
  std::erase(outputs, kNone);
  graph.set_inputs(std::move(open));
  graph.set_outputs(std::move(outputs));
  GOSSAMER_TRY(infer_and_fold(graph));
  return graph;
}

}  // namespace

Result<std::vector<Tensor>> run_by_reference(const std::shared_ptr<const Op>& op,
                                             const std::vector<Tensor>& inputs,
                                             const std::vector<std::string>& outputs) {
  GOSSAMER_ASSIGN(const Graph graph, graph_of(op, inputs, outputs, true));
  std::vector<Tensor> results;
  size_t place = 0;
  for (const std::string& name : outputs) {
    if (name.empty()) {
      results.emplace_back();
      continue;
    }
    const Value& value = graph.value(graph.outputs()[place++]);
    if (value.constant == nullptr) return Status(Code::kLimit, Stage::kNone, "was not folded");
    Tensor& result = results.emplace_back(Tensor{value.type, value.shape, {}, false});
    result.data.resize(value.constant->bytes());
    GOSSAMER_TRY(value.constant->read(result.data));
  }
  return results;
}

Result<std::vector<Tensor>> run_by_kernels(const std::shared_ptr<const Op>& op,
                                           const std::vector<Tensor>& inputs,
                                           const std::vector<std::string>& outputs) {
  GOSSAMER_ASSIGN(Graph graph, graph_of(op, inputs, outputs, false));
  GOSSAMER_TRY(run_passes(graph));
  GOSSAMER_ASSIGN(auto plan, Plan::make(graph, {}));
  GOSSAMER_ASSIGN(Execution execution, Execution::make(plan, false));
  size_t place = 0;
  for (const Tensor& input : inputs) {
    if (input.type == DataType::kUndefined || input.known) continue;
    if (!input.data.empty()) {
      std::memcpy(execution.input(place), input.data.data(), input.data.size());
    }
    ++place;
  }
  GOSSAMER_TRY(execution.run());
  std::vector<Tensor> results;
  place = 0;
  for (const std::string& name : outputs) {
    if (name.empty()) {
      results.emplace_back();
      continue;
    }
    const TensorInfo& info = plan->outputs[place];
    const TensorView view{info.type, info.shape, execution.output(place++)};
    const auto* first = view.as<std::byte>();
    results.push_back({info.type, info.shape, {first, first + view.bytes()}, false});
  }
  return results;
}

Status infer_status(const std::shared_ptr<const Op>& op,
                    const std::vector<OpContext::Operand>& operands) {
  if (op->macro() == nullptr) {
    OpContext context(operands, 1);
    return op->infer(context);
  }
  Graph graph;
  std::vector<ValueId> ids;
  for (const OpContext::Operand& operand : operands) {
    ids.push_back(operand.type == DataType::kUndefined ? kNone : graph.add_value("x"));
    if (ids.back() == kNone) continue;
    graph.value(ids.back()).type = operand.type;
    graph.value(ids.back()).shape = operand.shape;
    graph.value(ids.back()).constant = operand.constant;
  }
  const ValueId output = graph.add_value("y");
  graph.add_node("node", op, std::move(ids), {output});
  graph.set_outputs({output});
  return infer_and_fold(graph);
}

Tensor composite_result(const Node& node) {
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  if (!op.is_ok()) return {};
  auto expected = run_by_reference(*op, node.inputs, node.outputs);
  EXPECT_TRUE(expected.is_ok()) << expected.status().to_string();
  const auto got = run_by_kernels(*op, node.inputs, node.outputs);
  EXPECT_TRUE(got.is_ok()) << got.status().to_string();
  if (!expected.is_ok() || !got.is_ok()) return {};
  for (size_t i = 0; i < expected->size(); ++i) {
    if (!node.outputs[i].empty()) expect_same((*got)[i], (*expected)[i], 1e-5f);
  }
  return std::move(expected->front());
}

}  // namespace gossamer::op_test
