// What outputs mean: from graphs that show it, from synthetic inputs where they do not, and as the
// caller says.
#include "session/scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "base/float16.h"
#include "session/top_classes.h"
#include "tests/support/graphs.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using Scores = Recipe::Scores;
using testing::attribute_int;
using testing::attribute_ints;
using testing::attribute_string;
using testing::ModelBuilder;

// Logits [1, 4], "z", of a picture [1, 3, 8, 8], "x".
ModelBuilder classifier() {
  ModelBuilder builder;
  builder.opset(17)
      .input("x", {1, 3, 8, 8})
      .node("GlobalAveragePool", {"x"}, {"p"})
      .node("Flatten", {"p"}, {"f"})
      .floats("w", {3, 4}, {4, -1, 0, 2, -3, 1, 5, 0, 1, 1, -2, 3})
      .floats("half", {}, {0.5f})
      .floats("one", {}, {1})
      .floats("zero", {}, {0})
      .floats("hundred", {}, {100})
      .ints("class_axis", {1})
      .node("MatMul", {"f", "w"}, {"z"});
  return builder;
}

OutputFacts facts_of(const ModelBuilder& builder, size_t output = 0) {
  const auto loaded = testing::load_graph(builder);
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  return loaded.graph.is_ok() ? read_outputs(*loaded.graph)[output] : OutputFacts();
}

Result<std::unique_ptr<Session>> open(const ModelBuilder& builder,
                                      const SessionOptions& options = {}) {
  return Session::create(ModelSource::from_string(builder.build()), options);
}

std::string note(const ModelBuilder& builder) {
  return facts_of(builder).reason;
}

TEST(Scores, KnowsLogitsByTheirAffineLayer) {
  EXPECT_EQ(facts_of(classifier().output("z")).scores, Scores::kSoftmax);
  EXPECT_EQ(facts_of(classifier().node("Relu", {"z"}, {"y"}).output("y")).scores, Scores::kSoftmax);
  const auto biased =
      classifier().floats("b", {4}, {1, 2, 3, 4}).node("Add", {"z", "b"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(biased).scores, Scores::kSoftmax);
  const auto scaled =
      classifier().floats("b", {4}, {1, 2, 3, 4}).node("Div", {"z", "b"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(scaled).scores, Scores::kSoftmax);
}

TEST(Scores, TakesASingleLogitForASigmoids) {
  ModelBuilder builder = classifier();
  builder.floats("v", {4, 1}, {1, 1, 1, 1}).node("MatMul", {"z", "v"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(builder).scores, Scores::kSigmoid);
}

TEST(Scores, FollowsASoftmaxThroughWhatKeepsIt) {
  const auto of_softmax = [] { return classifier().node("Softmax", {"z"}, {"s"}); };
  const char* const sums = "values in [0, 1] that add up to 1, by Softmax '#3'";
  EXPECT_EQ(note(of_softmax().output("s")), sums);
  for (const char* op : {"Identity", "Transpose", "Flatten", "Squeeze"}) {
    EXPECT_EQ(note(of_softmax().node(op, {"s"}, {"y"}).output("y")), sums) << op;
  }
  EXPECT_EQ(note(of_softmax()
                     .node("Cast", {"s"}, {"h"}, {attribute_int("to", 10)})
                     .node("Cast", {"h"}, {"y"}, {attribute_int("to", 1)})
                     .output("y")),
            sums);
  EXPECT_EQ(note(of_softmax().node("Clip", {"s", "zero", "one"}, {"y"}).output("y")), sums);
  EXPECT_EQ(note(of_softmax().node("Mul", {"s", "hundred"}, {"y"}).output("y")),
            "values that add up to 100, by Softmax '#3'");
}

TEST(Scores, PercentagesAreReadAsSuch) {
  ModelBuilder builder = classifier();
  builder.node("Sigmoid", {"z"}, {"s"}).node("Mul", {"s", "hundred"}, {"y"});
  EXPECT_EQ(note(ModelBuilder(builder).output("y")), "values from 0 to 100, by Sigmoid '#3'");
  EXPECT_EQ(facts_of(builder.output("y")).scale, 0.01);
  ModelBuilder whole = classifier();
  whole.node("Softmax", {"z"}, {"s"}).node("Mul", {"s", "hundred"}, {"m"});
  whole.node("Round", {"m"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(whole).scores, Scores::kUnchanged);
  EXPECT_EQ(facts_of(whole).scale, 0.01);
  EXPECT_FALSE(facts_of(whole).decision);
}

TEST(Scores, SumsOfProbabilitiesAreFollowed) {
  ModelBuilder two = classifier();
  two.node("Softmax", {"z"}, {"a"}).node("Neg", {"z"}, {"n"}).node("Softmax", {"n"}, {"b"});
  const char* const sums = "values in [0, 1] that add up to 1, by Softmax '#3'";
  EXPECT_EQ(note(ModelBuilder(two).node("Mean", {"a", "b"}, {"y"}).output("y")), sums);
  EXPECT_EQ(note(ModelBuilder(two)
                     .node("Add", {"a", "b"}, {"t"})
                     .node("Mul", {"half", "t"}, {"y"})
                     .output("y")),
            sums);
  EXPECT_EQ(facts_of(ModelBuilder(two).node("Add", {"a", "b"}, {"y"}).output("y")).scale, 0.5);
  // Three heads on a new axis, averaged over it.
  ModelBuilder stacked = two;
  stacked.ints("front", {0})
      .node("Unsqueeze", {"a", "front"}, {"a1"})
      .node("Unsqueeze", {"b", "front"}, {"b1"})
      .node("Concat", {"a1", "b1"}, {"t"}, {attribute_int("axis", 0)})
      .node("ReduceMean", {"t"}, {"y"}, {attribute_ints("axes", {0}), attribute_int("keepdims", 0)})
      .output("y");
  EXPECT_EQ(facts_of(stacked).scores, Scores::kUnchanged);
}

TEST(Scores, PartsOfASoftmaxStayProbabilities) {
  ModelBuilder sliced = classifier();
  sliced.ints("from", {1}).ints("to", {4}).node("Softmax", {"z"}, {"s"});
  sliced.node("Slice", {"s", "from", "to", "class_axis"}, {"y"}).output("y");
  EXPECT_EQ(note(sliced), "values in [0, 1], by Softmax '#3'");
  ModelBuilder rest = classifier();
  rest.node("Sigmoid", {"z"}, {"s"}).node("Sub", {"one", "s"}, {"q"});
  rest.node("Concat", {"q", "s"}, {"y"}, {attribute_int("axis", 1)}).output("y");
  EXPECT_EQ(note(rest), "values in [0, 1], by Sigmoid '#3'");
}

TEST(Scores, KnowsASoftmaxThatIsWrittenOut) {
  ModelBuilder plain = classifier();
  plain.node("Exp", {"z"}, {"e"})
      .node("ReduceSum", {"e", "class_axis"}, {"t"})
      .node("Div", {"e", "t"}, {"y"})
      .output("y");
  EXPECT_EQ(note(plain), "values in [0, 1] that add up to 1, by Div '#5'");
  ModelBuilder shifted = classifier();
  shifted.node("ReduceMax", {"z"}, {"m"}, {attribute_ints("axes", {1})})
      .node("Sub", {"z", "m"}, {"d"})
      .node("Exp", {"d"}, {"e"})
      .node("ReduceSum", {"e", "class_axis"}, {"t"})
      .floats("epsilon", {}, {1e-7f})
      .node("Add", {"epsilon", "t"}, {"t1"})
      .node("Div", {"e", "t1"}, {"y"})
      .output("y");
  EXPECT_EQ(facts_of(shifted).scores, Scores::kUnchanged);
  // The sum is of something else.
  ModelBuilder other = classifier();
  other.node("Exp", {"z"}, {"e"})
      .node("ReduceSum", {"z", "class_axis"}, {"t"})
      .node("Div", {"e", "t"}, {"y"})
      .output("y");
  EXPECT_EQ(facts_of(other).scores, Scores::kFound);
}

TEST(Scores, KnowsSigmoidsThatAreWrittenOut) {
  ModelBuilder hard = classifier();
  hard.floats("fifth", {}, {0.2f})
      .node("Mul", {"z", "fifth"}, {"a"})
      .node("Add", {"a", "half"}, {"b"})
      .node("Min", {"b", "one"}, {"c"})
      .node("Max", {"c", "zero"}, {"y"})
      .output("y");
  EXPECT_EQ(facts_of(hard).scores, Scores::kUnchanged);
  ModelBuilder tanh = classifier();
  tanh.node("Tanh", {"z"}, {"t"})
      .node("Mul", {"t", "half"}, {"h"})
      .node("Add", {"h", "half"}, {"y"})
      .output("y");
  EXPECT_EQ(facts_of(tanh).scores, Scores::kUnchanged);
}

TEST(Scores, LogarithmsOfProbabilitiesAreExponentiated) {
  EXPECT_EQ(facts_of(classifier().node("LogSoftmax", {"z"}, {"y"}).output("y")).scores,
            Scores::kExp);
  ModelBuilder of_sigmoid = classifier();
  of_sigmoid.node("Sigmoid", {"z"}, {"s"}).node("Log", {"s"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(of_sigmoid).scores, Scores::kExp);
  ModelBuilder back = classifier();
  back.node("LogSoftmax", {"z"}, {"l"}).node("Exp", {"l"}, {"y"}).output("y");
  EXPECT_EQ(note(back), "values in [0, 1] that add up to 1, by LogSoftmax '#3'");
}

// They add up to less than 1 as probabilities; a softmax makes the geometric mean of them.
TEST(Scores, AMeanOfLogarithmsIsNone) {
  ModelBuilder builder = classifier();
  builder.node("LogSoftmax", {"z"}, {"a"})
      .node("Neg", {"z"}, {"n"})
      .node("LogSoftmax", {"n"}, {"b"});
  builder.node("Mean", {"a", "b"}, {"y"}).output("y");
  EXPECT_EQ(facts_of(builder).scores, Scores::kFound);
  auto session = open(builder);
  ASSERT_TRUE(session.is_ok());
  EXPECT_EQ((*session)->scores()->scores, Scores::kSoftmax);
}

TEST(Scores, LayersOnProbabilitiesAreNotJudgedByTheGraph) {
  ModelBuilder grouped = classifier();
  grouped.node("Softmax", {"z"}, {"s"})
      .floats("groups", {4, 2}, {1, 0, 1, 0, 0, 1, 0, 1})
      .node("MatMul", {"s", "groups"}, {"y"})
      .output("y");
  EXPECT_EQ(facts_of(grouped).scores, Scores::kFound);
  auto session = open(grouped);
  ASSERT_TRUE(session.is_ok());
  const auto scores = (*session)->scores();
  ASSERT_TRUE(scores.is_ok()) << scores.status().to_string();
  EXPECT_EQ(scores->scores, Scores::kUnchanged);
  EXPECT_EQ(scores->reason, "two synthetic inputs gave values in [0, 1] that add up to 1");
}

// By constant weights: beside one another, in rows, and in rows that an equation sums.
TEST(Scores, AWeightedMeanOfSeveralDistributionsIsNotCalledLogits) {
  ModelBuilder builder = classifier();
  builder.node("Softmax", {"z"}, {"a"}).node("Neg", {"z"}, {"n"}).node("Softmax", {"n"}, {"b"});
  builder.ints("last", {2})
      .floats("down", {2, 1}, {0.25f, 0.75f})
      .floats("row", {1, 2}, {0.5f, 0.5f});
  builder.node("Concat", {"a", "b"}, {"rows"}, {attribute_int("axis", 0)});
  ModelBuilder beside = builder;
  beside.node("Unsqueeze", {"a", "last"}, {"a1"}).node("Unsqueeze", {"b", "last"}, {"b1"});
  beside.node("Concat", {"a1", "b1"}, {"t"}, {attribute_int("axis", 2)});
  beside.node("MatMul", {"t", "down"}, {"m"}).node("Squeeze", {"m", "last"}, {"y"}).output("y");
  ModelBuilder einsum = builder;
  einsum.node("Einsum", {"row", "rows"}, {"y"}, {attribute_string("equation", "an,nc->ac")});
  const ModelBuilder models[] = {beside, einsum.output("y"),
                                 builder.node("MatMul", {"row", "rows"}, {"y"}).output("y")};
  for (const ModelBuilder& model : models) {
    EXPECT_EQ(facts_of(model).scores, Scores::kFound);
    auto session = open(model);
    ASSERT_TRUE(session.is_ok()) << session.status().to_string();
    const auto scores = (*session)->scores();
    ASSERT_TRUE(scores.is_ok()) << scores.status().to_string();
    EXPECT_EQ(scores->scores, Scores::kUnchanged);
  }
}

// Whatever lies in [0, 1] before it, an affine layer gives logits, and small ones lie there by
// chance.
TEST(Scores, LayersOnValuesBetween0And1GiveLogits) {
  for (const int64_t classes : {1, 2, 3}) {
    const auto count = static_cast<size_t>(classes);
    ModelBuilder builder = classifier();
    builder.node("Sigmoid", {"z"}, {"s"})
        .floats("v", {4, classes}, std::vector<float>(4 * count, 0.1f))
        .node("MatMul", {"s", "v"}, {"y"})
        .output("y");
    EXPECT_EQ(facts_of(builder).scores, classes == 1 ? Scores::kSigmoid : Scores::kSoftmax);
    builder = classifier();  // where the graph does not show it
    builder.node("Softmax", {"z"}, {"s"})
        .floats("v", {4, classes}, std::vector<float>(4 * count, 0.1f))
        .node("MatMul", {"s", "v"}, {"y"})
        .output("y");
    auto session = open(builder);
    ASSERT_TRUE(session.is_ok());
    const auto scores = (*session)->scores();
    ASSERT_TRUE(scores.is_ok()) << scores.status().to_string();
    EXPECT_EQ(scores->scores, classes == 1 ? Scores::kSigmoid : Scores::kSoftmax);
  }
}

// x / (1 + |x|) has values beyond [0, 1], which the graph shows, and so does a run.
TEST(Scores, SyntheticInputsTellLogits) {
  ModelBuilder builder = classifier();
  builder.node("Neg", {"z"}, {"n"}).node("Softsign", {"n"}, {"y"}).output("y");
  auto session = open(builder);
  ASSERT_TRUE(session.is_ok());
  const auto scores = (*session)->scores();
  ASSERT_TRUE(scores.is_ok()) << scores.status().to_string();
  EXPECT_EQ(scores->scores, Scores::kSoftmax);
  EXPECT_EQ(scores->reason, "two synthetic inputs gave values beyond [0, 1]");
}

// Deciding must not disturb what the caller put in and got out.
TEST(Scores, SyntheticInputsLeaveTheCallersAlone) {
  ModelBuilder builder = classifier();
  builder.node("Neg", {"z"}, {"n"}).node("Softsign", {"n"}, {"y"}).output("y");
  auto session = open(builder);
  ASSERT_TRUE(session.is_ok());
  float* input = (*session)->input(0).as<float>();
  for (int i = 0; i < 192; ++i) input[i] = static_cast<float>(i) / 192;
  ASSERT_TRUE((*session)->run().is_ok());
  const auto* output = (*session)->output(0).as<float>();
  const std::vector<float> before(output, output + 4);
  ASSERT_TRUE((*session)->classify(4).is_ok());
  EXPECT_EQ(before, std::vector<float>(output, output + 4));
  EXPECT_EQ((*session)->input(0).as<float>()[191], 191.0f / 192);
}

TEST(Scores, TryingNeedsMemory) {
  ModelBuilder builder = classifier();
  builder.node("Neg", {"z"}, {"n"}).node("Softsign", {"n"}, {"y"}).output("y");
  auto wide = open(builder);
  ASSERT_TRUE(wide.is_ok());
  const MemoryInfo memory = (*wide)->memory();
  SessionOptions options;
  options.max_memory_bytes = memory.weight_bytes + memory.arena_bytes;
  auto session = open(builder, options);
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  EXPECT_EQ((*session)->scores().status().code(), Code::kBudget);
  options.scores = Scores::kSigmoid;
  session = open(builder, options);
  EXPECT_EQ((*session)->scores()->scores, Scores::kSigmoid);
}

TEST(Scores, OptionsAndRecipesHaveTheirWay) {
  ModelBuilder builder = classifier().property("gossamer.recipe", "scores=none").output("z");
  auto session = open(builder);
  ASSERT_TRUE(session.is_ok());
  EXPECT_EQ((*session)->scores()->scores, Scores::kUnchanged);
  EXPECT_EQ((*session)->scores()->reason, "the recipe says so");
  session = open(builder, {.scores = Scores::kSigmoid});
  EXPECT_EQ((*session)->scores()->scores, Scores::kSigmoid);
  EXPECT_EQ((*session)->scores()->reason, "asked for");
}

TEST(Scores, QuantisedOutputsAreReadByTheirScale) {
  ModelBuilder builder = classifier();
  builder.node("Softmax", {"z"}, {"s"})
      .floats("scale", {}, {1.0f / 256})
      .node("QuantizeLinear", {"s", "scale"}, {"y"})
      .output("y");
  const OutputFacts facts = facts_of(builder);
  EXPECT_EQ(facts.scores, Scores::kUnchanged);
  EXPECT_EQ(facts.scale, 1.0 / 256);
  const uint8_t bytes[] = {128, 64, 64, 0};
  AlignedBuffer buffer;
  const auto row = read_scores({DataType::kUint8, {1, 4}, bytes}, facts, buffer);
  ASSERT_TRUE(row.is_ok());
  EXPECT_EQ(std::vector<float>(row->begin(), row->end()),
            (std::vector<float>{0.5f, 0.25f, 0.25f, 0}));
}

TEST(Scores, BytesOfAnUnknownScaleArePartsOf255) {
  ModelBuilder builder = classifier();
  builder.node("Cast", {"z"}, {"y"}, {attribute_int("to", 2)}).output("y");
  const OutputFacts facts = facts_of(builder);
  EXPECT_EQ(facts.scores, Scores::kUnchanged);
  EXPECT_EQ(facts.scale, 1.0 / 255);
}

TEST(Scores, OfOneNumberAndTwoLabelsBothAreShown) {
  const std::string two[] = {"cat", "dog"};
  const float logit[] = {std::log(3.0f)};
  const Classification both = name_classes(logit, 5, Scores::kSigmoid, two);
  ASSERT_EQ(both.categories.size(), 2u);
  EXPECT_EQ(both.categories[0].label, "dog");
  EXPECT_NEAR(both.categories[0].probability, 0.75f, 1e-6f);
  EXPECT_NEAR(both.categories[1].probability, 0.25f, 1e-6f);
  const Classification one = name_classes(logit, 5, Scores::kSigmoid, {});
  ASSERT_EQ(one.categories.size(), 1u);
  EXPECT_NEAR(one.categories[0].probability, 0.75f, 1e-6f);
  const float nan[] = {std::nanf("")};
  EXPECT_FALSE(name_classes(nan, 5, Scores::kSigmoid, two).finite);
}

// Such a list is another model's, or lacks the first class; each name would stand at a wrong one.
TEST(Scores, ClassesOfAListOfAnotherLengthAreNumbered) {
  const float scores[] = {0.1f, 0.7f, 0.2f};
  const std::string names[] = {"cat", "dog", "cow", "hen"};
  const auto label = [&](size_t count) {
    const auto some = std::span(names).first(count);
    return name_classes(scores, 1, Scores::kUnchanged, some).categories[0].label;
  };
  EXPECT_EQ(label(2), "1");
  EXPECT_EQ(label(3), "dog");
  EXPECT_EQ(label(4), "1");
}

}  // namespace
}  // namespace gossamer
