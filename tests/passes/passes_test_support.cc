// See passes_test_support.h.
#include "passes_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace gossamer::test {

using testing::attribute_ints;
using testing::LoadedGraph;
using testing::ModelBuilder;
using testing::op_types;
using testing::run_graph;

std::vector<float> ramp(size_t count, float step) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = step * static_cast<float>(static_cast<int>(i * 7 % 23) - 11);
  }
  return values;
}

void expect_close(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4f * (1 + std::abs(b[i]))) << i;
}

Graph rewrite(const LoadedGraph& loaded, Status (*pass)(Graph&)) {
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  Graph graph = *loaded.graph;
  const auto input =
      ramp(static_cast<size_t>(graph.value(graph.inputs()[0]).shape.elements()), 0.13f);
  const auto before = run_graph(graph, input);
  const Status done = pass(graph);
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  graph.remove_dead_nodes();
  expect_close(run_graph(graph, input), before);
  return graph;
}

ModelBuilder conv_model(int64_t in, int64_t out, int64_t size) {
  ModelBuilder builder;
  builder.input("x", {1, in, size, size})
      .floats("w", {out, in, 3, 3}, ramp(static_cast<size_t>(in * out * 9), 0.05f))
      .floats("b", {out}, ramp(static_cast<size_t>(out), 0.1f))
      .node("Conv", {"x", "w", "b"}, {"c"}, {attribute_ints("pads", {1, 1, 1, 1})}, "conv");
  return builder;
}

int count(const Graph& graph, const std::string& type) {
  return static_cast<int>(std::ranges::count(op_types(graph), type));
}

}  // namespace gossamer::test
