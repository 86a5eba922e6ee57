// Loops, scans and sequences: what is left of them when shapes are inferred, that it computes the
// right values, and that nothing makes more of them than there may be.
#include <gtest/gtest.h>

#include "gossamer/session.h"
#include "graph/infer.h"
#include "tests/support/graphs.h"
#include "tests/support/load_time.h"

namespace gossamer {
namespace {

using testing::attribute_graph;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::ModelBuilder;
using testing::op_types;
using testing::tensor_message;
using testing::value_message;
using testing::wire_bytes;
using Types = std::vector<std::string>;

constexpr int kInt64 = 7, kBool = 9;

std::string int64_bytes(int64_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

// A builder with the scalars "n", "true", "false", and positions "0", "1", "-1".
ModelBuilder with_numbers(int64_t n = 3) {
  ModelBuilder builder;
  builder.opset(18).input("x", {2});
  const auto add = [&](std::string_view name, int type, const std::string& raw) {
    builder.graph_field(wire_bytes(5, tensor_message(name, {}, type, raw)));
  };
  add("n", kInt64, int64_bytes(n));
  add("0", kInt64, int64_bytes(0));
  add("1", kInt64, int64_bytes(1));
  add("-1", kInt64, int64_bytes(-1));
  add("true", kBool, "\1");
  add("false", kBool, std::string(1, '\0'));
  return builder;
}

// A body of Loop: each round v becomes v + x, and gives v before that.
ModelBuilder adding() {
  ModelBuilder body;
  body.graph_field(wire_bytes(11, value_message("i", kInt64, {})))
      .graph_field(wire_bytes(11, value_message("c", kBool, {})))
      .input("v", {2})
      .node("Add", {"v", "x"}, {"next"})
      .node("Identity", {"c"}, {"c_out"})
      .output("c_out")
      .output("next");
  return body;
}

std::vector<float> values_of(const ModelBuilder& builder, const std::vector<float>& input) {
  const auto loaded = load_graph(builder);
  if (!loaded.graph.is_ok()) {
    ADD_FAILURE() << loaded.graph.status().to_string();
    return {};
  }
  return testing::run_graph(*loaded.graph, input);
}

Status error_of(const ModelBuilder& builder) {
  return load_graph(builder).graph.status();
}

using Floats = std::vector<float>;

TEST(Loop, IsUnrolled) {
  auto model = with_numbers().node("Loop", {"n", "true", "x"}, {"y"},
                                   {attribute_graph("body", adding().graph())});
  model.output("y");
  const auto loaded = load_graph(model);
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(op_types(*loaded.graph), (Types{"Add", "Add", "Add", "Identity"}));
  EXPECT_EQ(values_of(model, {1, 10}), (Floats{4, 40}));
}

TEST(Loop, StacksWhatEachRoundGives) {
  ModelBuilder body = adding();
  body.graph_field(wire_bytes(12, value_message("v", 1, {2})));
  const auto model = [&](int64_t rounds, std::string_view output) {
    return with_numbers(rounds)
        .node("Loop", {"n", "", "x"}, {"y", "all"}, {attribute_graph("body", body.graph())})
        .output(output);
  };
  EXPECT_EQ(values_of(model(3, "all"), {1, 10}), (Floats{1, 10, 2, 20, 3, 30}));
  const auto none = load_graph(model(0, "all"));
  ASSERT_TRUE(none.graph.is_ok()) << none.graph.status().to_string();
  EXPECT_EQ(none.graph->value(none.graph->outputs()[0]).shape, (Shape{0, 2}));
  EXPECT_EQ(values_of(model(0, "y"), {1, 10}), (Floats{1, 10}));
}

// The condition that a round computes from its number ends the loop.
TEST(Loop, EndsByItsCondition) {
  ModelBuilder body;
  body.graph_field(wire_bytes(11, value_message("i", kInt64, {})))
      .graph_field(wire_bytes(11, value_message("c", kBool, {})))
      .input("v", {2})
      .node("Add", {"v", "v"}, {"next"})
      .node("Less", {"i", "n"}, {"c_out"})
      .output("c_out")
      .output("next");
  const auto model = [&](std::string_view condition) {
    return with_numbers(2)
        .node("Loop", {"", std::string(condition), "x"}, {"y"},
              {attribute_graph("body", body.graph())})
        .output("y");
  };
  EXPECT_EQ(values_of(model("true"), {1, 10}), (Floats{8, 80}));
  EXPECT_EQ(values_of(model("false"), {1, 10}), (Floats{1, 10}));
}

TEST(Loop, FollowsACountThatIsAnInput) {
  ModelBuilder model;
  model.input("x", {2})
      .graph_field(wire_bytes(11, value_message("count", kInt64, {})))
      .node("Loop", {"count", "", "x"}, {"y"}, {attribute_graph("body", adding().graph())})
      .output("y");
  auto session = Session::create(ModelSource::from_string(model.build()), {});
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  for (const int64_t count : {5, 0, 2}) {
    (*session)->input(0).as<float>()[0] = 1;
    (*session)->input(1).as<int64_t>()[0] = count;
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ((*session)->output(0).as<float>()[0], static_cast<float>(1 + count));
  }
}

TEST(Loop, IsRefusedWhenItHangsOnWhatTheNetworkComputes) {
  ModelBuilder body;
  body.graph_field(wire_bytes(11, value_message("i", kInt64, {})))
      .graph_field(wire_bytes(11, value_message("c", kBool, {})))
      .input("v", {2})
      .node("Add", {"v", "x"}, {"next"})
      .node("ReduceMax", {"next"}, {"largest"}, {attribute_int("keepdims", 0)})
      .node("Cast", {"largest"}, {"c_out"}, {attribute_int("to", kBool)})
      .output("c_out")
      .output("next");
  auto model = with_numbers().node("Loop", {"", "true", "x"}, {"y"},
                                   {attribute_graph("body", body.graph())}, "forever");
  const Status status = error_of(model.output("y"));
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_EQ(status.info().node, "forever");
}

TEST(Loop, IsLimited) {
  for (const int64_t rounds : {int64_t{30'000}, INT64_MAX}) {
    const auto model =
        with_numbers(rounds)
            .node("Loop", {"n", "", "x"}, {"y"}, {attribute_graph("body", adding().graph())})
            .output("y");
    const testing::ProcessorTime time;
    EXPECT_EQ(error_of(model).code(), Code::kLimit);
    EXPECT_LT(time.seconds(), testing::kLoadSeconds);
  }
}

TEST(Loop, Errors) {
  const auto loop = [](const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs, const ModelBuilder& body) {
    return error_of(with_numbers()
                        .node("Loop", inputs, outputs, {attribute_graph("body", body.graph())})
                        .output("y"));
  };
  EXPECT_EQ(loop({"n"}, {"y"}, adding()).code(), Code::kGraph);
  EXPECT_EQ(loop({"n", "", ""}, {"y"}, adding()).code(), Code::kShape);
  EXPECT_EQ(loop({"n", "", "x", "x"}, {"y", "z"}, adding()).code(), Code::kGraph);
  EXPECT_EQ(loop({"n", "", "x"}, {"y", "more"}, adding()).code(), Code::kGraph);
  EXPECT_EQ(loop({"x", "", "x"}, {"y"}, adding()).code(), Code::kUnsupported);
  EXPECT_EQ(loop({"n", "n", "x"}, {"y"}, adding()).code(), Code::kShape);
  EXPECT_EQ(error_of(with_numbers().node("Loop", {"n", "", "x"}, {"y"}).output("y")).code(),
            Code::kAttribute);
}

TEST(Scan, GoesAlongAnAxis) {
  ModelBuilder body;
  body.input("sum", {}).input("part", {}).node("Add", {"sum", "part"}, {"next"});
  body.node("Neg", {"part"}, {"given"}).output("next").output("given");
  const auto model = [&](std::string_view output, const std::vector<std::string>& more) {
    std::vector<std::string> attributes = more;
    attributes.push_back(attribute_graph("body", body.graph()));
    attributes.push_back(attribute_int("num_scan_inputs", 1));
    return ModelBuilder()
        .input("x", {3})
        .floats("zero", {}, {0})
        .node("Scan", {"zero", "x"}, {"total", "negated"}, attributes)
        .output(output);
  };
  EXPECT_EQ(values_of(model("total", {}), {1, 2, 3}), (Floats{6}));
  EXPECT_EQ(values_of(model("negated", {}), {1, 2, 3}), (Floats{-1, -2, -3}));
  EXPECT_EQ(values_of(model("negated", {attribute_ints("scan_input_directions", {1})}), {1, 2, 3}),
            (Floats{-3, -2, -1}));
  EXPECT_EQ(error_of(model("total", {attribute_ints("scan_input_axes", {1})})).code(),
            Code::kAttribute);
}

TEST(Sequence, VanishesBetweenWhatMakesAndReadsIt) {
  const auto loaded = load_graph(with_numbers()
                                     .node("Relu", {"x"}, {"a"})
                                     .node("SequenceConstruct", {"a", "x"}, {"s"})
                                     .node("Identity", {"s"}, {"t"})
                                     .node("SequenceAt", {"t", "-1"}, {"y"})
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(op_types(*loaded.graph), (Types{"Relu", "Identity"}));
}

TEST(Sequence, InsertsAndErases) {
  const auto model = with_numbers()
                         .node("Neg", {"x"}, {"minus"})
                         .node("SequenceEmpty", {}, {"s0"})
                         .node("SequenceInsert", {"s0", "x"}, {"s1"})
                         .node("SequenceInsert", {"s1", "minus", "0"}, {"s2"})  // -x, x
                         .node("SequenceInsert", {"s2", "minus"}, {"s3"})       // -x, x, -x
                         .node("SequenceErase", {"s3", "1"}, {"s4"})            // -x, -x
                         .node("SequenceInsert", {"s4", "x", "-1"}, {"s5"})     // -x, x, -x
                         .node("SequenceErase", {"s5"}, {"s6"})                 // -x, x
                         .node("ConcatFromSequence", {"s6"}, {"y"}, {attribute_int("axis", 0)})
                         .output("y");
  EXPECT_EQ(values_of(model, {1, 10}), (Floats{-1, -10, 1, 10}));
}

TEST(Sequence, SplitsAndStacks) {
  const auto model = [](const std::vector<std::string>& inputs, int64_t keep) {
    return with_numbers()
        .ints("1 and 1", {1, 1})
        .node("SplitToSequence", inputs, {"s"}, {attribute_int("keepdims", keep)})
        .node("ConcatFromSequence", {"s"}, {"y"},
              {attribute_int("axis", -1), attribute_int("new_axis", 1)})
        .output("y");
  };
  const auto shape_of = [](const ModelBuilder& builder) {
    const auto loaded = load_graph(builder);
    EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
    return loaded.graph.is_ok() ? loaded.graph->value(loaded.graph->outputs()[0]).shape : Shape{};
  };
  EXPECT_EQ(shape_of(model({"x"}, 0)), (Shape{2}));
  EXPECT_EQ(shape_of(model({"x"}, 1)), (Shape{1, 2}));
  EXPECT_EQ(shape_of(model({"x", "1 and 1"}, 0)), (Shape{1, 2}));
  EXPECT_EQ(shape_of(model({"x", "1"}, 0)), (Shape{1, 2}));
  EXPECT_EQ(shape_of(model({"x", "n"}, 0)), (Shape{2, 1}));  // the last piece is what is left
  EXPECT_EQ(values_of(model({"x"}, 0), {1, 10}), (Floats{1, 10}));
  EXPECT_EQ(error_of(model({"x", "0"}, 0)).code(), Code::kAttribute);
}

TEST(Sequence, IsMapped) {
  ModelBuilder body;
  body.input("a", {2}).input("b", {2}).node("Add", {"a", "b"}, {"sum"}).output("sum");
  const auto model =
      with_numbers()
          .node("Neg", {"x"}, {"minus"})
          .node("SequenceConstruct", {"x", "minus"}, {"s"})
          .node("SequenceMap", {"s", "x"}, {"t"}, {attribute_graph("body", body.graph())})
          .node("ConcatFromSequence", {"t"}, {"y"}, {attribute_int("axis", 0)})
          .output("y");
  EXPECT_EQ(values_of(model, {1, 10}), (Floats{2, 20, 0, 0}));
}

TEST(Sequence, Errors) {
  const auto after = [](const std::vector<std::string>& inputs, std::string_view type,
                        const std::vector<std::string>& attributes = {}) {
    return error_of(with_numbers()
                        .node("SequenceConstruct", {"x", "x"}, {"s"})
                        .node("SequenceEmpty", {}, {"none"})
                        .node(type, inputs, {"y"}, attributes)
                        .output("y"));
  };
  EXPECT_EQ(after({"s", "n"}, "SequenceAt").code(), Code::kIndex);
  EXPECT_EQ(after({"s", "x"}, "SequenceAt").code(), Code::kUnsupported);
  EXPECT_EQ(after({"x", "0"}, "SequenceAt").code(), Code::kShape);
  EXPECT_EQ(after({"none", "0"}, "SequenceAt").code(), Code::kIndex);
  EXPECT_EQ(after({"none"}, "SequenceErase").code(), Code::kIndex);
  EXPECT_EQ(after({"s", "x", "n"}, "SequenceInsert").code(), Code::kIndex);
  EXPECT_EQ(after({"s", "s"}, "SequenceInsert").code(), Code::kShape);
  EXPECT_EQ(after({"s", "0"}, "SequenceInsert").code(), Code::kShape);  // of another type
  EXPECT_EQ(after({"none"}, "ConcatFromSequence", {attribute_int("axis", 0)}).code(), Code::kShape);
  EXPECT_EQ(after({"s"}, "ConcatFromSequence").code(), Code::kAttribute);
  EXPECT_EQ(after({"s"}, "Relu").code(), Code::kShape);
  const Status output = after({"s"}, "Identity");
  EXPECT_EQ(output.code(), Code::kUnsupported);
  EXPECT_EQ(output.info().tensor, "y");
}

// A sequence that grows in a loop is copied each time.
TEST(Sequence, IsLimited) {
  ModelBuilder body;
  body.graph_field(wire_bytes(11, value_message("i", kInt64, {})))
      .graph_field(wire_bytes(11, value_message("c", kBool, {})))
      .input("s", {})
      .node("SequenceInsert", {"s", "x"}, {"t"})
      .output("c")
      .output("t");
  const auto model =
      with_numbers(20'000)
          .node("SequenceEmpty", {}, {"s"})
          .node("Loop", {"n", "", "s"}, {"t"}, {attribute_graph("body", body.graph())})
          .node("SequenceAt", {"t", "0"}, {"y"})
          .output("y");
  EXPECT_EQ(error_of(model).code(), Code::kLimit);
  const auto wide = ModelBuilder()
                        .input("x", {100'000'000})
                        .node("SplitToSequence", {"x"}, {"s"})
                        .node("SequenceLength", {"s"}, {"y"})
                        .output("y");
  EXPECT_EQ(error_of(wide).code(), Code::kLimit);
}

}  // namespace
}  // namespace gossamer
