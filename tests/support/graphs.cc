// See graphs.h.
#include "tests/support/graphs.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "graph/import.h"
#include "graph/infer.h"
#include "onnx/decode.h"
#include "ops/registry.h"
#include "plan/execution.h"

namespace gossamer::testing {

LoadedGraph load_graph(const ModelBuilder& builder, bool infer) {
  auto source = ModelSource::from_string(builder.build());
  auto make = [&]() -> Result<Graph> {
    GOSSAMER_ASSIGN(const onnx_model::Model model, onnx_model::decode(*source));
    GOSSAMER_ASSIGN(Graph graph, import_model(model, op_table(), {}));
    if (infer) GOSSAMER_TRY(infer_and_fold(graph));
    return graph;
  };
  auto graph = make();
  return {std::move(source), std::move(graph)};
}

std::vector<std::string> op_types(const Graph& graph) {
  std::vector<std::string> types;
  for (NodeId id : graph.topological_order()) types.emplace_back(graph.node(id).op->type());
  return types;
}

std::vector<float> run_graph(const Graph& graph, const std::vector<float>& input) {
  auto plan = Plan::make(graph, {});
  if (!plan.is_ok()) {
    ADD_FAILURE() << plan.status().to_string();
    return {};
  }
  auto execution = Execution::make(*plan, /*profile=*/false);
  if (!execution.is_ok()) {
    ADD_FAILURE() << execution.status().to_string();
    return {};
  }
  if (!input.empty()) std::ranges::copy(input, static_cast<float*>(execution->input(0)));
  const Status done = execution->run();
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  const auto* output = static_cast<const float*>(execution->output(0));
  return {output, output + (*plan)->outputs[0].shape.elements()};
}

}  // namespace gossamer::testing
