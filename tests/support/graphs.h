// From model bytes to an inferred Graph, for tests of the graph and the passes.
#ifndef GOSSAMER_TESTS_SUPPORT_GRAPHS_H_
#define GOSSAMER_TESTS_SUPPORT_GRAPHS_H_

#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "tests/support/model_builder.h"

namespace gossamer::testing {

// A graph and the source its weights point into.
struct LoadedGraph {
  std::unique_ptr<ModelSource> source;
  Result<Graph> graph;
};
// Decodes and imports; infers and folds as well unless told otherwise.
LoadedGraph load_graph(const ModelBuilder& builder, bool infer = true);

// The operator types of the live nodes in topological order.
std::vector<std::string> op_types(const Graph& graph);

// Plans the graph and runs it once; `input` fills graph input 0. Returns output 0. Fails the test
// on any error.
std::vector<float> run_graph(const Graph& graph, const std::vector<float>& input);

}  // namespace gossamer::testing

#endif  // GOSSAMER_TESTS_SUPPORT_GRAPHS_H_
