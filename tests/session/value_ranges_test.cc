// What the graph shows of values, apart from what is made of it (scores_test.cc).
#include "session/value_ranges.h"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/graphs.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::ModelBuilder;

// One half, again and again.
class Halves final : public ModelSource {
 public:
  uint64_t size() const override { return 64; }
  Status read(uint64_t /*offset*/, std::span<std::byte> target) const override {
    const float half = 0.5f;
    for (size_t at = 0; at < target.size(); at += 4) std::memcpy(target.data() + at, &half, 4);
    ++reads;
    return Status::ok();
  }
  mutable int reads = 0;
};

ValueId value_named(const Graph& graph, std::string_view name) {
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    if (graph.value(id).name == name) return id;
  }
  ADD_FAILURE() << "there is no value " << name;
  return 0;
}

ValueRange range_of(const Graph& graph, std::string_view name) {
  return value_ranges(graph,
                      graph.topological_order())[static_cast<size_t>(value_named(graph, name))];
}

TEST(ValueRanges, AConstantIsReadOnce) {
  ModelBuilder builder;
  builder.opset(17).input("x", {1, 4}).floats("c", {4}, {1, 1, 1, 1});
  builder.node("Sigmoid", {"x"}, {"s"}).node("Mul", {"s", "c"}, {"m"});
  builder.node("Sum", {"m", "c", "c", "c"}, {"y"}).output("y");
  auto loaded = testing::load_graph(builder);
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  const Halves source;
  loaded.graph->value(value_named(*loaded.graph, "c")).constant =
      Constant::in_source(DataType::kFloat32, Shape{4}, &source, 0);
  const ValueRange range = range_of(*loaded.graph, "y");
  EXPECT_EQ(range.low, 1.5);
  EXPECT_EQ(range.high, 2);
  EXPECT_EQ(source.reads, 1);
}

}  // namespace
}  // namespace gossamer
