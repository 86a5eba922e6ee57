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

// The scores of ai.onnx.ml's linear classifier of three classes, or of two by one row.
ModelBuilder linear(const std::string& transform, bool one_row = false) {
  ModelBuilder builder;
  builder.opset("ai.onnx.ml", 1)
      .opset(17)
      .input("x", {1, 1})
      .node("LinearClassifier", {"x"}, {"label", "y"},
            {testing::attribute_floats("coefficients", std::vector<float>(one_row ? 1 : 3, 0.5f)),
             testing::attribute_floats("intercepts", std::vector<float>(one_row ? 1 : 3, 0.0f)),
             testing::attribute_ints("classlabels_ints", {4, 5, 6}),
             testing::attribute_string("post_transform", transform)},
            "", "ai.onnx.ml");
  builder.output("label");
  return builder;
}

ValueRange range_in(ModelBuilder builder, const std::string& output = "y") {
  const auto loaded = testing::load_graph(builder.output(output));
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  return loaded.graph.is_ok() ? range_of(*loaded.graph, output) : ValueRange();
}

TEST(ValueRanges, LinearClassifiersStateWhatTheyGive) {
  EXPECT_TRUE(holds_distribution(range_in(linear("SOFTMAX"))));
  EXPECT_TRUE(holds_probabilities(range_in(linear("LOGISTIC"))));
  EXPECT_FALSE(holds_distribution(range_in(linear("LOGISTIC"))));
  EXPECT_TRUE(holds_distribution(range_in(linear("LOGISTIC", /*one_row=*/true))));
  EXPECT_TRUE(range_in(linear("NONE")).affine);
  EXPECT_FALSE(range_in(linear("NONE", /*one_row=*/true)).affine);
  EXPECT_FALSE(holds_probabilities(range_in(linear("SOFTMAX", /*one_row=*/true))));
  EXPECT_FALSE(holds_probabilities(range_in(linear("PROBIT"))));  // quantiles
  EXPECT_TRUE(range_in(linear("NONE").node("Cast", {"label"}, {"number"},
                                           {testing::attribute_int("to", 1)}),
                       "number")
                  .picked);
}

TEST(ValueRanges, SharesOfASumAddUpTo1) {
  const auto normalized = [](const std::string& transform, const std::string& norm) {
    ModelBuilder builder = linear(transform);
    builder.node("Normalizer", {"y"}, {"n"}, {testing::attribute_string("norm", norm)}, "",
                 "ai.onnx.ml");
    return range_in(builder, "n");
  };
  EXPECT_TRUE(holds_distribution(normalized("LOGISTIC", "L1")));
  EXPECT_FALSE(holds_distribution(normalized("LOGISTIC", "L2")));
  EXPECT_FALSE(holds_probabilities(normalized("NONE", "L1")));
}

TEST(ValueRanges, FunctionsOfSigmoidsStayIn0To1) {
  const auto sigmoids = [] {
    ModelBuilder builder;
    builder.opset(17).input("x", {1, 4}).node("Sigmoid", {"x"}, {"s"});
    builder.floats("one", {}, {1}).floats("two", {}, {2}).floats("less", {}, {-2});
    return builder.node("Softplus", {"x"}, {"open"});
  };
  for (const char* op : {"Sqrt", "Round", "Floor", "Ceil", "ReduceProd"}) {
    EXPECT_TRUE(holds_probabilities(range_in(sigmoids().node(op, {"s"}, {"y"})))) << op;
    EXPECT_FALSE(holds_probabilities(range_in(sigmoids().node(op, {"open"}, {"y"})))) << op;
  }
  EXPECT_TRUE(range_in(sigmoids().node("Round", {"s"}, {"y"})).decision);
  EXPECT_FALSE(range_in(sigmoids().node("Sqrt", {"s"}, {"y"})).decision);
  EXPECT_TRUE(holds_probabilities(range_in(sigmoids().node("Pow", {"s", "two"}, {"y"}))));
  EXPECT_FALSE(holds_probabilities(range_in(sigmoids().node("Pow", {"s", "less"}, {"y"}))));
  EXPECT_TRUE(holds_probabilities(
      range_in(sigmoids().node("Neg", {"s"}, {"n"}).node("Add", {"n", "one"}, {"y"}))));
  EXPECT_FALSE(holds_probabilities(range_in(sigmoids().node("Neg", {"s"}, {"y"}))));
}

TEST(ValueRanges, ASigmoidIsKnownAsAReciprocal) {
  ModelBuilder builder;
  builder.opset(17).input("x", {1, 4}).floats("one", {}, {1}).node("Neg", {"x"}, {"n"});
  builder.node("Exp", {"n"}, {"e"}).node("Add", {"e", "one"}, {"a"});
  const ValueRange range = range_in(builder.node("Reciprocal", {"a"}, {"y"}));
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 1);
}

}  // namespace
}  // namespace gossamer
