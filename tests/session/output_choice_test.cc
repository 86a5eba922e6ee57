// Which output holds the class scores, where there are several: some are computed from others, or
// are scores of something else.
#include <gtest/gtest.h>

#include "session/scores.h"
#include "tests/support/graphs.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_int;
using testing::attribute_ints;
using testing::ModelBuilder;

// Features [1, 4], "f", logits [1, 3] of them, "z", and numbers [1, 2] of them, "g".
ModelBuilder classifier() {
  ModelBuilder builder;
  builder.opset(17)
      .input("x", {1, 4})
      .node("Relu", {"x"}, {"f"})
      .floats("w", {4, 3}, {4, -1, 0, 2, -3, 1, 5, 0, 1, 1, -2, 3})
      .floats("v", {4, 2}, {1, 0, 2, 1, -1, 3, 0, 1})
      .floats("half", {}, {0.5f})
      .floats("hundred", {}, {100})
      .node("MatMul", {"f", "w"}, {"z"})
      .node("MatMul", {"f", "v"}, {"g"});
  return builder;
}

Result<OutputChoice> choose(const ModelBuilder& builder, size_t labels = 0) {
  const auto loaded = testing::load_graph(builder);
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  std::vector<TensorInfo> outputs;
  for (ValueId id : loaded.graph->outputs()) {
    const Value& value = loaded.graph->value(id);
    outputs.push_back({value.name, value.type, value.shape});
  }
  return choose_output(read_outputs(*loaded.graph), outputs, labels);
}

// The name of the output that is taken, or the error.
std::string chosen(ModelBuilder builder, const std::vector<std::string>& names) {
  for (const std::string& name : names) builder.output(name);
  const auto choice = choose(builder);
  return choice.is_ok() ? names[static_cast<size_t>(choice->output)] : choice.status().to_string();
}

// "y" is no row of class scores.
bool is_refused(ModelBuilder builder) {
  const auto choice = choose(builder.output("y"));
  return choice.status().code() == Code::kArgument;
}

// In either order of the outputs.
void expect_chosen(const ModelBuilder& builder, const std::string& name, const std::string& other) {
  EXPECT_EQ(chosen(builder, {name, other}), name) << "before " << other;
  EXPECT_EQ(chosen(builder, {other, name}), name) << "after " << other;
}

TEST(OutputChoice, LabelsAndFeaturesAreNotScores) {
  ModelBuilder builder = classifier();
  builder.node("ArgMax", {"z"}, {"label"}, {attribute_int("axis", 1)});
  builder.node("Softmax", {"z"}, {"s"}).output("label").output("f").output("z").output("s");
  const auto choice = choose(builder);
  ASSERT_TRUE(choice.is_ok());
  EXPECT_EQ(choice->output, 3);
  EXPECT_EQ(choice->reason, "of 4 outputs the one of class scores");
  EXPECT_EQ(choose(classifier().output("f").output("z"))->output, 1);
}

TEST(OutputChoice, OfHeadsAlikeTheDeepestIsTheMainOne) {
  ModelBuilder builder = classifier();
  builder.node("Relu", {"f"}, {"deep"}).floats("u", {4, 3}, std::vector<float>(12, 1.0f));
  builder.node("MatMul", {"deep", "u"}, {"main"}).output("z").output("main");
  const auto choice = choose(builder);
  ASSERT_TRUE(choice.is_ok());
  EXPECT_EQ(choice->output, 1);
  EXPECT_EQ(choice->reason, "the deepest of 2 heads alike");
}

TEST(OutputChoice, LabelsTellWhichHeadIsMeant) {
  ModelBuilder builder = classifier();
  builder.node("Softmax", {"z"}, {"age"}).node("Softmax", {"g"}, {"sex"});
  builder.output("age").output("sex");
  const auto unclear = choose(builder);
  ASSERT_FALSE(unclear.is_ok());
  EXPECT_EQ(unclear.status().code(), Code::kArgument);
  EXPECT_NE(unclear.status().to_string().find("age float32 [1, 3], sex float32 [1, 2]"),
            std::string::npos);
  EXPECT_EQ(choose(builder, 2)->output, 1);
  EXPECT_EQ(choose(builder, 3)->output, 0);
  const auto open = [&](std::string_view output) {
    return Session::create(ModelSource::from_string(builder.build()),
                           {.output = std::string(output)});
  };
  const auto session = open("sex");
  ASSERT_TRUE(session.is_ok());
  EXPECT_EQ((*session)->scores()->output, 1);
  EXPECT_EQ(open("name").status().code(), Code::kArgument);
}

TEST(OutputChoice, SortedScoresHaveLostTheirClasses) {
  ModelBuilder builder = classifier();
  builder.ints("k", {2}).node("Softmax", {"z"}, {"s"}).node("TopK", {"s", "k"}, {"best", "at"});
  builder.output("best").output("at");
  EXPECT_EQ(choose(builder).status().code(), Code::kArgument);
}

TEST(OutputChoice, WhatIsMadeOfSortedScoresHasLostThemToo) {
  ModelBuilder builder = classifier();
  builder.ints("k", {3}).ints("class_axis", {1}).node("LogSoftmax", {"z"}, {"l"});
  builder.node("TopK", {"z", "k"}, {"top", "at"}).node("TopK", {"l", "k"}, {"lv", "lat"});
  for (const char* op : {"Softmax", "Sigmoid", "LeakyRelu", "Softplus", "Abs"}) {
    EXPECT_TRUE(is_refused(ModelBuilder(builder).node(op, {"top"}, {"y"}))) << op;
  }
  builder.node("Exp", {"lv"}, {"e"}).node("ReduceSum", {"e", "class_axis"}, {"t"});
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("Identity", {"e"}, {"y"})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("Log", {"e"}, {"y"})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("Sqrt", {"e"}, {"y"})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("Reciprocal", {"e"}, {"y"})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("Div", {"e", "t"}, {"y"})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder)
                             .node("Greater", {"e", "half"}, {"above"})
                             .node("Cast", {"above"}, {"y"}, {attribute_int("to", 1)})));
  EXPECT_TRUE(is_refused(
      ModelBuilder(builder).node("Concat", {"e", "l"}, {"y"}, {attribute_int("axis", 1)})));
  EXPECT_TRUE(is_refused(ModelBuilder(builder).node("GatherElements", {"l", "at"}, {"y"},
                                                    {attribute_int("axis", 1)})));
}

// "97 %", of whichever class it is, beside its position.
TEST(OutputChoice, TheHighestScoreAloneHasLostItsClass) {
  for (const char* op : {"Softmax", "LogSoftmax", "Sigmoid", "Relu"}) {
    ModelBuilder builder = classifier();
    builder.node(op, {"z"}, {"p"}).node("ReduceMax", {"p"}, {"y"}, {attribute_ints("axes", {1})});
    builder.node("ArgMax", {"p"}, {"at"}, {attribute_int("axis", 1)}).output("at");
    EXPECT_TRUE(is_refused(builder)) << op;
    EXPECT_TRUE(is_refused(classifier()
                               .node(op, {"z"}, {"p"})
                               .node("ReduceMax", {"p"}, {"m"})
                               .node("ArgMax", {"p"}, {"at"}, {attribute_int("axis", 1)})
                               .node("Sub", {"half", "m"}, {"y"})
                               .output("at")))
        << op;
  }
  // Of one class in several places.
  ModelBuilder places = classifier();
  places.node("Sigmoid", {"z"}, {"p"}).node("ReduceMax", {"p"}, {"y"});
  EXPECT_EQ(chosen(places, {"y"}), "y");
  places.node("Softmax", {"z"}, {"s"}).node("ReduceMax", {"s"}, {"sure"});
  expect_chosen(places, "s", "sure");
}

TEST(OutputChoice, SeveralClassesComeBeforeOneNumberMadeOfThem) {
  ModelBuilder builder = classifier();
  builder.ints("class_axis", {1}).ints("from", {0}).ints("to", {2});
  builder.node("Softmax", {"z"}, {"p"}).node("Sigmoid", {"z"}, {"s"});
  builder.node("ReduceMax", {"p"}, {"sure"})
      .node("ReduceMax", {"s"}, {"most"})
      .node("Slice", {"p", "from", "to", "class_axis"}, {"ill"})
      .node("ReduceSum", {"ill", "class_axis"}, {"of_two"})
      .node("ReduceMean", {"s"}, {"mean"});
  for (const char* name : {"sure", "most", "of_two", "mean"}) expect_chosen(builder, "z", name);
  // A layer leads on to another question.
  builder.floats("v1", {3, 1}, {1, 2, 3}).node("MatMul", {"z", "v1"}, {"answer"});
  expect_chosen(builder, "answer", "z");
}

TEST(OutputChoice, OneThatIsAskedForMustBeARow) {
  ModelBuilder builder = classifier();
  builder.node("ArgMax", {"z"}, {"at"}, {attribute_int("axis", 1)}).output("z").output("at");
  const auto session = Session::create(ModelSource::from_string(builder.build()), {.output = "at"});
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  EXPECT_EQ((*session)->scores().status().code(), Code::kArgument);
}

// Weights of the best experts, and a softmax that subtracts the highest score.
TEST(OutputChoice, ClassesStayWhereSortedNumbersAreSpreadOverThem) {
  ModelBuilder builder = classifier();
  builder.ints("one", {1}).ints("class_axis", {1}).node("TopK", {"z", "one"}, {"top", "at"});
  builder.node("Sub", {"z", "top"}, {"d"}).node("Exp", {"d"}, {"e"});
  builder.node("ReduceSum", {"e", "class_axis"}, {"t"}).node("Div", {"e", "t"}, {"p"});
  EXPECT_EQ(chosen(builder, {"p"}), "p");
  builder = classifier();
  builder.ints("one", {1}).ints("sizes", {1, 2, 2}).ints("class_axis", {1});
  builder.floats("u", {4, 4}, std::vector<float>(16, 0.5f)).node("MatMul", {"f", "u"}, {"flat"});
  builder.node("Reshape", {"flat", "sizes"}, {"experts"}).node("TopK", {"g", "one"}, {"top", "at"});
  builder.node("Squeeze", {"at", "class_axis"}, {"best"})
      .node("Gather", {"experts", "best"}, {"e"}, {attribute_int("axis", 1)})
      .node("Flatten", {"e"}, {"y"});
  EXPECT_EQ(chosen(builder, {"y"}), "y");
}

TEST(OutputChoice, WeightsOfAttentionAndGatesAreNotScores) {
  ModelBuilder attention = classifier();
  attention.floats("k", {4, 4}, std::vector<float>(16, 0.5f))
      .node("MatMul", {"f", "k"}, {"a"})
      .node("Softmax", {"a"}, {"weights"})
      .node("Mul", {"weights", "f"}, {"attended"})
      .node("MatMul", {"attended", "w"}, {"logits"})
      .node("Softmax", {"logits"}, {"p"});
  expect_chosen(attention, "logits", "weights");
  expect_chosen(attention, "p", "weights");
  ModelBuilder gate = classifier();
  gate.node("Sigmoid", {"f"}, {"open"}).node("MatMul", {"open", "w"}, {"logits"});
  expect_chosen(gate, "logits", "open");
  ModelBuilder mixture = classifier();
  mixture.floats("u", {4, 6}, std::vector<float>(24, 0.5f)).ints("sizes", {1, 2, 3});
  mixture.ints("last", {2}).ints("which", {1}).node("Softmax", {"g"}, {"gates"});
  mixture.node("MatMul", {"f", "u"}, {"flat"}).node("Reshape", {"flat", "sizes"}, {"experts"});
  mixture.node("Unsqueeze", {"gates", "last"}, {"wide"}).node("Mul", {"wide", "experts"}, {"m"});
  mixture.node("ReduceSum", {"m", "which"}, {"logits"}, {attribute_int("keepdims", 0)});
  expect_chosen(mixture, "logits", "gates");
}

// An expected age, groups of classes: what a layer makes of a distribution is not known.
TEST(OutputChoice, ADistributionStaysTheAnswerBesideWhatIsMadeOfIt) {
  ModelBuilder builder = classifier();
  builder.node("Softmax", {"z"}, {"p"})
      .floats("ages", {3, 1}, {10, 20, 30})
      .floats("groups", {3, 2}, {1, 0, 1, 0, 0, 1})
      .node("MatMul", {"p", "ages"}, {"age"})
      .node("MatMul", {"p", "groups"}, {"grouped"});
  expect_chosen(builder, "p", "age");
  expect_chosen(builder, "p", "grouped");
}

TEST(OutputChoice, ABoxBesideLogitsIsNotClear) {
  ModelBuilder builder = classifier();
  builder.node("Sigmoid", {"g"}, {"box"}).node("Softmax", {"z"}, {"p"});
  EXPECT_NE(chosen(builder, {"box", "z"}).find("is not clear"), std::string::npos);
  EXPECT_NE(chosen(builder, {"z", "box"}).find("is not clear"), std::string::npos);
  builder.node("Softmax", {"g"}, {"shares"}).node("LogSoftmax", {"g"}, {"logarithms"});
  builder.node("Mul", {"shares", "hundred"}, {"percent"});
  for (const char* name : {"shares", "logarithms", "percent"}) expect_chosen(builder, name, "z");
}

TEST(OutputChoice, DecisionsComeAfterWhatTheyAreMadeOf) {
  ModelBuilder builder = classifier();
  builder.node("Sigmoid", {"z"}, {"s"})
      .node("Greater", {"s", "half"}, {"above"})
      .node("Cast", {"above"}, {"yes"}, {attribute_int("to", 1)})
      .floats("one", {}, {1})
      .floats("zero", {}, {0})
      .node("Where", {"above", "one", "zero"}, {"chosen"})
      .node("Sub", {"one", "yes"}, {"no"})
      .node("Hardmax", {"s"}, {"best"});
  for (const char* name : {"yes", "chosen", "no", "best"}) {
    expect_chosen(builder, "s", name);
    expect_chosen(builder, "z", name);
  }
  EXPECT_EQ(chosen(builder, {"best"}), "best");
  EXPECT_EQ(chosen(builder, {"f", "best"}), "best");
}

TEST(OutputChoice, WhatIsMadeOfProbabilitiesAloneAddsNothing) {
  ModelBuilder builder = classifier();
  builder.floats("u", {4, 3}, {1, 0, 2, 1, -1, 3, 0, 1, 1, 1, 2, 5}).floats("one", {}, {1});
  builder.node("MatMul", {"f", "u"}, {"z2"}).node("Softmax", {"z"}, {"p"});
  builder.node("Softmax", {"z2"}, {"p2"}).node("Mean", {"p", "p2"}, {"both"});
  builder.node("Sub", {"one", "p"}, {"rest"}).node("Log", {"p"}, {"logarithms"});
  expect_chosen(builder, "p", "rest");
  expect_chosen(builder, "p", "logarithms");
  expect_chosen(builder, "both", "p");  // that of two heads does
}

}  // namespace
}  // namespace gossamer
