// The kernels of Split and of Gather by one index, in plans: which are chosen, and what they move.
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "tests/support/graphs.h"

namespace gossamer {
namespace {

using testing::attribute_int;
using testing::load_graph;
using testing::ModelBuilder;
using testing::run_graph;
using Floats = std::vector<float>;

Floats counted(size_t count) {
  Floats values(count);
  std::iota(values.begin(), values.end(), 0.0f);
  return values;
}

// The result for an input that counts from 0; no step may be left to a reference, unless one is
// expected.
Floats run(const ModelBuilder& builder, bool by_reference = false) {
  const auto loaded = load_graph(builder);
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  const Graph& graph = *loaded.graph;
  const auto plan = Plan::make(graph, {});
  EXPECT_TRUE(plan.is_ok()) << plan.status().to_string();
  for (const Step& step : (*plan)->steps) {
    EXPECT_EQ(step.info.kernel == "reference", by_reference) << step.info.op;
  }
  const auto elements = graph.value(graph.inputs()[0]).shape.elements();
  return run_graph(graph, counted(static_cast<size_t>(elements)));
}

TEST(LowerMovement, SplitsAlongAnInnerAxis) {
  ModelBuilder builder;
  builder.input("x", {2, 4, 2})
      .ints("extents", {1, 0, 3})
      .node("Split", {"x", "extents"}, {"a", "none", "b"}, {attribute_int("axis", -2)})
      .node("Concat", {"b", "a"}, {"y"}, {attribute_int("axis", 1)})
      .output("y");
  EXPECT_EQ(run(builder), (Floats{2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9}));
}

TEST(LowerMovement, SplitsWithAPartThatNobodyWants) {
  ModelBuilder builder;
  builder.input("x", {6})
      .node("Split", {"x"}, {"a", "", "b"}, {attribute_int("axis", 0)})
      .node("Relu", {"b"}, {"y"})
      .output("y");
  EXPECT_EQ(run(builder), (Floats{4, 5}));
}

TEST(LowerMovement, OneKnownIndexIsASlice) {
  const auto gather = [](const std::vector<int64_t>& indices, int64_t axis) {
    ModelBuilder builder;
    builder.input("x", {2, 3, 2})
        .ints("i", indices)
        .node("Gather", {"x", "i"}, {"y"}, {attribute_int("axis", axis)})
        .output("y");
    return builder;
  };
  EXPECT_EQ(run(gather({1}, 0)), (Floats{6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(run(gather({-1}, 1)), (Floats{4, 5, 10, 11}));
  EXPECT_EQ(run(gather({0}, 2)), (Floats{0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(run(gather({2, 0}, 1), /*by_reference=*/true), (Floats{4, 5, 0, 1, 10, 11, 6, 7}));
}

TEST(LowerMovement, AScalarIndexTakesTheAxisAway) {
  const int64_t index = 1;
  const std::string raw(reinterpret_cast<const char*>(&index), sizeof index);
  const auto type = static_cast<int>(DataType::kInt64);
  ModelBuilder builder;
  builder.input("x", {2, 3, 2})
      .graph_field(testing::wire_bytes(5, testing::tensor_message("i", {}, type, raw)))
      .node("Gather", {"x", "i"}, {"y"}, {attribute_int("axis", 1)})
      .output("y");
  EXPECT_EQ(run(builder), (Floats{2, 3, 8, 9}));
}

}  // namespace
}  // namespace gossamer
