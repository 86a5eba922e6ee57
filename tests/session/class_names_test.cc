// Names of classes that a model's graph brings, and outputs of strings and of maps.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gossamer/session.h"
#include "session/describe.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_int;
using testing::attribute_ints;
using testing::attribute_strings;
using testing::ModelBuilder;

constexpr const char* kMl = "ai.onnx.ml";
using Names = std::vector<std::string>;

std::unique_ptr<Session> session_of(const ModelBuilder& builder,
                                    const SessionOptions& options = {}) {
  auto session = Session::create(ModelSource::from_string(builder.build()), options);
  EXPECT_TRUE(session.is_ok()) << session.status().to_string();
  return session.is_ok() ? std::move(session).value() : nullptr;
}

// Three scores, x itself, with their softmax as "p".
ModelBuilder scores() {
  ModelBuilder builder;
  builder.opset(kMl, 3).input("x", {1, 3}).node("Softmax", {"x"}, {"p"});
  return builder;
}

// "label" is the name of the greatest of `of`.
ModelBuilder& add_label(ModelBuilder& builder, const std::string& of,
                        const std::string& op = "ArrayFeatureExtractor") {
  const bool ml = op != "Gather";
  return builder
      .graph_field(testing::wire_bytes(5, testing::strings_tensor("names", {3}, {"a", "b", "c"})))
      .node("ArgMax", {of}, {"place"}, {attribute_int("axis", 1)})
      .node(op, {"names", "place"}, {"label"}, {}, "namer", ml ? kMl : "")
      .output("label");
}

void set_scores(Session& session, float a, float b, float c) {
  const float values[] = {a, b, c};
  std::copy(values, values + 3, session.input(0).as<float>());
}

TEST(ClassNames, GiveLabelsAsText) {
  auto builder = scores();
  const auto session = session_of(add_label(builder, "p").output("p"));
  set_scores(*session, 1, 3, 2);
  ASSERT_TRUE(session->run().is_ok());
  const TensorView label = session->output(0);
  EXPECT_EQ(label.type, DataType::kString);
  EXPECT_EQ(label.shape, (Shape{1, 1}));
  EXPECT_EQ(session->text(label.as<int32_t>()[0]), "b");
  EXPECT_EQ(session->text(-5), "");
  EXPECT_EQ(session->labels(), (Names{"a", "b", "c"}));
  EXPECT_EQ(session->labels_source(), "ArrayFeatureExtractor 'namer'");
  EXPECT_EQ(session->classify(1, 1)->categories[0].label, "b");
}

TEST(ClassNames, AreFoundOnEitherSideOfASoftmax) {
  auto builder = scores();
  const auto session = session_of(add_label(builder, "x", "Gather").output("p"));
  EXPECT_EQ(session->labels(), (Names{"a", "b", "c"}));
}

// Names of other scores are not these classes' names.
TEST(ClassNames, BelongToTheirScores) {
  auto builder = scores();
  builder.node("Neg", {"x"}, {"other"});
  EXPECT_TRUE(session_of(add_label(builder, "other").output("p"))->labels().empty());
}

TEST(ClassNames, OfAZipMapComeWithItsScores) {
  auto builder = scores();
  builder
      .node("ZipMap", {"p"}, {"loss"}, {attribute_ints("classlabels_int64s", {7, 8, 9})}, "zip",
            kMl)
      .output("loss");
  const auto session = session_of(builder);
  EXPECT_TRUE(session->outputs()[0].is_map);
  EXPECT_EQ(session->outputs()[0].type, DataType::kFloat32);
  EXPECT_EQ(session->outputs()[0].shape, (Shape{1, 3}));
  EXPECT_EQ(session->labels(), (Names{"7", "8", "9"}));
  set_scores(*session, 0, std::log(2.0f), 0);
  ASSERT_TRUE(session->run().is_ok());
  const auto result = session->classify(0, 1);
  ASSERT_TRUE(result.is_ok());
  EXPECT_EQ(result->categories[0].label, "8");
  EXPECT_NEAR(result->categories[0].probability, 0.5f, 1e-6f);
  const std::string json = describe_json(*session);
  EXPECT_NE(json.find(R"("map":true)"), std::string::npos);
  EXPECT_NE(json.find(R"("labels_source":"ZipMap 'zip'")"), std::string::npos);
}

TEST(ClassNames, OfALinearClassifier) {
  ModelBuilder builder;
  builder.opset(kMl, 1)
      .input("x", {1, 1})
      .node("LinearClassifier", {"x"}, {"label", "raw"},
            {testing::attribute_floats("coefficients", {1, -1, 0}),
             testing::attribute_floats("intercepts", {0, 0, 0}),
             attribute_strings("classlabels_strings", {"up", "down", "flat"}),
             testing::attribute_string("post_transform", "SOFTMAX")},
            "linear", kMl)
      .node("Normalizer", {"raw"}, {"p"}, {testing::attribute_string("norm", "L1")}, "", kMl)
      .output("label")
      .output("p");
  const auto session = session_of(builder);
  EXPECT_EQ(session->labels(), (Names{"up", "down", "flat"}));
  session->input(0).as<float>()[0] = -2;
  ASSERT_TRUE(session->run().is_ok());
  EXPECT_EQ(session->text(session->output(0).as<int32_t>()[0]), "down");
}

TEST(ClassNames, YieldToThoseOfTheCallerAndOfTheProperties) {
  auto builder = scores();
  add_label(builder, "p").output("p").property("gossamer.labels", "x\ny\nz");
  const auto session = session_of(builder);
  EXPECT_EQ(session->labels(), (Names{"x", "y", "z"}));
  EXPECT_EQ(session->labels_source(), "the model's property gossamer.labels");
  session->set_labels({"1", "2", "3"});
  EXPECT_EQ(session->labels_source(), "the caller");
  session->set_labels({});
  EXPECT_EQ(session->labels(), (Names{"x", "y", "z"}));
}

TEST(ClassNames, MustBeAsManyAsTheScores) {
  ModelBuilder builder;
  builder.opset(kMl, 3).input("x", {1, 4}).node("Softmax", {"x"}, {"p"});
  EXPECT_TRUE(session_of(add_label(builder, "p").output("p"))->labels().empty());
}

// A text of 1 MB, repeated for each of very many classes: names and outputs alike.
TEST(ClassNames, ThatFillMemoryAreLeftOut) {
  constexpr int64_t kClasses = 100'000;
  ModelBuilder builder;
  builder.opset(kMl, 3)
      .graph_field(testing::wire_bytes(
          5, testing::strings_tensor("one", {1}, {std::string(1'000'000, 'x')})))
      .ints("n", {kClasses})
      .ints("row", {1, kClasses})
      .input("x", {1, 1})
      .node("Expand", {"one", "n"}, {"names"})
      .node("Expand", {"x", "row"}, {"p"})
      .node("ArgMax", {"p"}, {"place"}, {attribute_int("axis", 1)})
      .node("ArrayFeatureExtractor", {"names", "place"}, {"label"}, {}, "", kMl)
      .output("label")
      .output("p")
      .output("names");
  const auto session = session_of(builder);
  EXPECT_TRUE(session->labels().empty());
  ASSERT_TRUE(session->run().is_ok());
  EXPECT_TRUE(check_texts(*session, 0).is_ok());
  EXPECT_TRUE(check_texts(*session, 1).is_ok());
  EXPECT_EQ(check_texts(*session, 2).code(), Code::kLimit);
}

TEST(ClassNames, OfAFlexibleSessionComeWithTheFirstRun) {
  ModelBuilder builder;
  builder.opset(kMl, 3).input("x", {-1, 3}, "batch").node("Softmax", {"x"}, {"p"});
  builder
      .node("ZipMap", {"p"}, {"loss"}, {attribute_strings("classlabels_strings", {"a", "b", "c"})},
            "", kMl)
      .output("loss");
  const auto session = session_of(builder, {.flexible = true});
  EXPECT_TRUE(session->outputs()[0].is_map);
  EXPECT_TRUE(session->labels().empty());
  ASSERT_TRUE(session->set_input_shape(0, {1, 3}).is_ok());
  ASSERT_TRUE(session->run().is_ok());
  EXPECT_TRUE(session->outputs()[0].is_map);
  EXPECT_EQ(session->labels(), (Names{"a", "b", "c"}));
}

TEST(Strings, AreFedByNumber) {
  ModelBuilder builder;
  builder.graph_field(testing::wire_bytes(11, testing::value_message("x", 8, {2})))
      .node("LabelEncoder", {"x"}, {"y"}, {attribute_strings("classes_strings", {"cat", "dog"})},
            "", kMl)
      .opset(kMl, 1)
      .output("y");
  const auto session = session_of(builder);
  session->input(0).as<int32_t>()[0] = session->number_of("dog");
  session->input(0).as<int32_t>()[1] = session->number_of("cow");
  ASSERT_TRUE(session->run().is_ok());
  EXPECT_EQ(session->output(0).as<int64_t>()[0], 1);
  EXPECT_EQ(session->output(0).as<int64_t>()[1], -1);
}

}  // namespace
}  // namespace gossamer
