// Sessions end to end on models built here, and the ranking of classes.
#include "gossamer/session.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "session/describe.h"
#include "session/top_classes.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::ModelBuilder;

Result<std::unique_ptr<Session>> make_session(const ModelBuilder& builder,
                                              const SessionOptions& options = {}) {
  return Session::create(ModelSource::from_string(builder.build()), options);
}

// Two classes, from one gray pixel p in 0..1: scores p and 1 - p.
ModelBuilder light_or_dark() {
  ModelBuilder builder;
  builder.property("gossamer.recipe", "channels=gray;scale=0.00392156862745098")
      .property("gossamer.labels", "light\ndark\n")
      .input("image", {1, 1, 1, 1})
      .node("Flatten", {"image"}, {"p"})
      .floats("w", {1, 2}, {10, -10})
      .floats("b", {2}, {0, 10})
      .node("Gemm", {"p", "w", "b"}, {"scores"})
      .output("scores");
  return builder;
}

TEST(Session, ClassifiesAPicture) {
  auto session = make_session(light_or_dark());
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  const uint8_t white[] = {255, 255, 255};
  const uint8_t black[] = {0, 0, 0};
  ASSERT_TRUE((*session)->set_image(0, {white, 1, 1, 3, 3}).is_ok());
  ASSERT_TRUE((*session)->run().is_ok());
  auto result = (*session)->classify(0, 2);
  ASSERT_TRUE(result.is_ok());
  EXPECT_TRUE(result->finite);
  EXPECT_EQ(result->categories[0].label, "light");
  EXPECT_NEAR(result->categories[0].probability, 1 / (1 + std::exp(-10.0f)), 1e-6f);
  EXPECT_NEAR(result->categories[1].probability, std::exp(-10.0f), 1e-6f);
  ASSERT_TRUE((*session)->set_image(0, {black, 1, 1, 3, 3}).is_ok());
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_EQ((*session)->classify(0, 1)->categories[0].label, "dark");
}

TEST(Session, CountsThePreparationOfPictures) {
  SessionOptions options;
  auto session = make_session(light_or_dark(), options);
  ASSERT_TRUE(session.is_ok());
  options.max_memory_bytes = (*session)->memory().weight_bytes + (*session)->memory().arena_bytes;
  session = make_session(light_or_dark(), options);
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  const uint8_t white[] = {255, 255, 255};
  const Status status = (*session)->set_image(0, {white, 1, 1, 3, 3});
  EXPECT_EQ(status.code(), Code::kBudget) << status.to_string();
  options.max_memory_bytes += 1000;
  session = make_session(light_or_dark(), options);
  ASSERT_TRUE(session.is_ok());
  EXPECT_TRUE((*session)->set_image(0, {white, 1, 1, 3, 3}).is_ok());
}

TEST(Session, DoesNotApplySoftmaxTwice) {
  auto session =
      make_session(ModelBuilder().input("x", {1, 2}).node("Softmax", {"x"}, {"y"}).output("y"));
  ASSERT_TRUE(session.is_ok());
  (*session)->input(0).as<float>()[0] = std::log(3.0f);
  (*session)->input(0).as<float>()[1] = 0;
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_NEAR((*session)->classify(0, 1)->categories[0].probability, 0.75f, 1e-6f);
}

// Over an axis of extent 1 every result is 1: those are not the classes' probabilities.
TEST(Session, AppliesSoftmaxWhenTheModelsWasOverAnotherAxis) {
  auto session =
      make_session(ModelBuilder()
                       .input("x", {1, 2})
                       .node("Softmax", {"x"}, {"y"}, {testing::attribute_int("axis", 0)})
                       .output("y"));
  ASSERT_TRUE(session.is_ok());
  (*session)->input(0).as<float>()[0] = 5;
  (*session)->input(0).as<float>()[1] = 0;
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_NEAR((*session)->classify(0, 1)->categories[0].probability, 0.5f, 1e-6f);
}

TEST(Session, TakesSigmoidsForProbabilities) {
  auto session =
      make_session(ModelBuilder().input("x", {1, 2}).node("Sigmoid", {"x"}, {"y"}).output("y"));
  ASSERT_TRUE(session.is_ok());
  (*session)->input(0).as<float>()[0] = 4;
  (*session)->input(0).as<float>()[1] = 3;
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_NEAR((*session)->classify(0, 1)->categories[0].probability, 0.9820138f, 1e-6f);
}

// Image.BitmapPixelFormat and Image.NominalPixelRange, as Azure Custom Vision writes them.
TEST(Session, TakesTheRecipeOfImageProperties) {
  const auto first_value = [](const std::vector<std::pair<const char*, const char*>>& properties) {
    ModelBuilder builder;
    for (const auto& [key, value] : properties) builder.property(key, value);
    auto session =
        make_session(builder.input("x", {1, 3, 1, 1}).node("Relu", {"x"}, {"y"}).output("y"));
    const uint8_t pixel[] = {51, 102, 204};
    EXPECT_TRUE((*session)->set_image(0, {pixel, 1, 1, 3, 3}).is_ok());
    return (*session)->input(0).as<float>()[0];
  };
  constexpr const char* kFormat = "Image.BitmapPixelFormat";
  constexpr const char* kRange = "Image.NominalPixelRange";
  EXPECT_NEAR(first_value({{kFormat, "Bgr8"}}), 204, 1e-4f);
  EXPECT_NEAR(first_value({{"image.bitmappixelformat", "RGBA8"}}), 51, 1e-4f);
  EXPECT_NEAR(first_value({{kFormat, "Bgr8"}, {kRange, "Normalized_0_1"}}), 0.8f, 1e-6f);
  EXPECT_NEAR(first_value({{kFormat, "Rgb8"}, {kRange, "Normalized_1_1"}}), -0.6f, 1e-6f);
  EXPECT_NEAR(first_value({{kFormat, "Rgb8"}, {kRange, "NominalRange_16_235"}}), 59.8f, 1e-4f);
  EXPECT_NEAR(first_value({{kFormat, "Rgb8"}, {kRange, "NominalRange_0_255"}}), 51, 1e-4f);
  EXPECT_NEAR(first_value({{kFormat, "Bgr8"}, {"gossamer.recipe", "scale=1"}}), 51, 1e-4f);
  EXPECT_NEAR(first_value({{kFormat, "Yuv"}}), 0.2f, 1e-6f);
}

TEST(Session, OptionsReplaceTheRecipe) {
  EXPECT_EQ(make_session(light_or_dark(), {.recipe = "channels=purple"}).status().code(),
            Code::kArgument);
}

TEST(Session, RefusesUsesThatMakeNoSense) {
  auto session =
      make_session(ModelBuilder().input("x", {2, 3}).node("Relu", {"x"}, {"y"}).output("y"));
  ASSERT_TRUE(session.is_ok());
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_EQ((*session)->classify(0, 1).status().code(), Code::kArgument);  // two rows
  EXPECT_EQ((*session)->classify(1, 1).status().code(), Code::kArgument);  // no such output
  EXPECT_EQ((*session)->set_image(7, {}).code(), Code::kArgument);
  const uint8_t pixel[] = {1, 2, 3};
  EXPECT_EQ((*session)->set_image(0, {pixel, 1, 1, 3, 3}).code(), Code::kArgument);  // not an image
}

// Bytes that fail when they are read, from `readable` on.
class Reluctant final : public ModelSource {
 public:
  Reluctant(std::string bytes, size_t readable) : bytes_(std::move(bytes)), readable_(readable) {}
  uint64_t size() const override { return bytes_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    if (target.size() > readable_)
      return Status(Code::kIo, Stage::kDecode, "read too much at once");
    std::memcpy(target.data(), bytes_.data() + offset, target.size());
    return Status::ok();
  }

 private:
  std::string bytes_;
  size_t readable_;
};

TEST(Session, RefusesWeightsBeyondTheBudgetBeforeReadingThem) {
  constexpr int kSide = 300;
  const std::string model = ModelBuilder()
                                .input("x", {1, kSide})
                                .floats("w", {kSide, kSide}, std::vector<float>(kSide * kSide))
                                .node("MatMul", {"x", "w"}, {"y"})
                                .output("y")
                                .build();
  const auto code = [&](uint64_t budget) {
    auto source = std::make_unique<Reluctant>(model, kSide * kSide * 2);
    return Session::create(std::move(source), {.max_memory_bytes = budget}).status().code();
  };
  EXPECT_EQ(code(kSide * kSide * 8), Code::kIo) << "the weights are read at once";
  EXPECT_EQ(code(kSide * kSide * 2), Code::kBudget);
}

// One session's failure leaves another's results untouched, to the bit.
TEST(Session, FailuresDoNotDisturbOthers) {
  auto canary = make_session(light_or_dark());
  ASSERT_TRUE(canary.is_ok());
  (*canary)->input(0).as<float>()[0] = 0.3f;
  ASSERT_TRUE((*canary)->run().is_ok());
  const float before[] = {(*canary)->output(0).as<float>()[0], (*canary)->output(0).as<float>()[1]};
  const std::string good = light_or_dark().build();
  for (size_t length = 0; length < good.size(); length += 3) {
    (void)Session::create(ModelSource::from_string(good.substr(0, length)), {});
  }
  ASSERT_TRUE((*canary)->run().is_ok());
  EXPECT_EQ((*canary)->output(0).as<float>()[0], before[0]);
  EXPECT_EQ((*canary)->output(0).as<float>()[1], before[1]);
}

TEST(TopClasses, RanksAndNormalises) {
  const std::vector<float> scores = {1, 3, 2, 3};
  const auto top = top_classes(scores, 3, Recipe::Scores::kSoftmax);
  ASSERT_EQ(top.categories.size(), 3u);
  EXPECT_EQ(top.categories[0].index, 1);  // ties by index
  EXPECT_EQ(top.categories[1].index, 3);
  EXPECT_EQ(top.categories[2].index, 2);
  const float sum = std::exp(-2.0f) + 1 + std::exp(-1.0f) + 1;
  EXPECT_NEAR(top.categories[0].probability, 1 / sum, 1e-6f);
  EXPECT_EQ(top_classes(scores, 100, Recipe::Scores::kSoftmax).categories.size(), 4u);
}

TEST(TopClasses, IsSafeWithNanAndInfinity) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const auto with_nan =
      top_classes(std::vector<float>{nan, 1, nan, 2}, 4, Recipe::Scores::kSoftmax);
  EXPECT_FALSE(with_nan.finite);
  EXPECT_EQ(with_nan.categories[0].index, 3);
  EXPECT_EQ(with_nan.categories[3].probability, 0.0f);
  const auto with_inf =
      top_classes(std::vector<float>{1, inf, -inf, inf}, 4, Recipe::Scores::kSoftmax);
  EXPECT_FALSE(with_inf.finite);
  EXPECT_EQ(with_inf.categories[0].index, 1);
  EXPECT_EQ(with_inf.categories[0].probability, 0.5f);
  EXPECT_EQ(top_classes(std::vector<float>{nan, nan}, 2, Recipe::Scores::kSoftmax)
                .categories[0]
                .probability,
            0.0f);
}

TEST(Describe, ParsesOptions) {
  const auto options = parse_options(
      "recipe=channels=gray;scale=1\ndim.batch=4\nmax_memory=1000\nprofile=1\n"
      "output=class scores\nscores=sigmoid\n");
  ASSERT_TRUE(options.is_ok()) << options.status().to_string();
  EXPECT_EQ(options->recipe, "channels=gray;scale=1");
  EXPECT_EQ(options->dimensions.at("batch"), 4);
  EXPECT_EQ(options->max_memory_bytes, 1000u);
  EXPECT_TRUE(options->profile);
  EXPECT_EQ(options->output, "class scores");
  EXPECT_EQ(options->scores, Recipe::Scores::kSigmoid);
  for (const char* bad :
       {"nonsense", "dim.n=0", "max_memory=lots", "profile=2", "color=red", "scores=most"}) {
    EXPECT_EQ(parse_options(bad).status().code(), Code::kArgument) << bad;
  }
}

TEST(Describe, TakesNamesOfDimensionsAsTheyAre) {
  const auto options = parse_options("dim. a b =2\ndim.h=w= 3 \ndim.image.2=4\r\n");
  ASSERT_TRUE(options.is_ok()) << options.status().to_string();
  const std::map<std::string, int64_t, std::less<>> expected = {
      {" a b ", 2}, {"h=w", 3}, {"image.2", 4}};
  EXPECT_EQ(options->dimensions, expected);
}

StepInfo step_of(const char* op, const char* kernel, uint64_t work, double milliseconds = 0) {
  StepInfo step;
  step.op = op;
  step.kernel = kernel;
  step.work = work;
  step.milliseconds = milliseconds;
  return step;
}

TEST(Describe, NamesTheStepsThatNoKernelExistsFor) {
  std::vector<StepInfo> steps = {
      step_of("Conv", "f32_conv", 600), step_of("Einsum", "reference", 300),
      step_of("Erf", "reference", 50), step_of("Einsum", "reference", 50)};
  EXPECT_EQ(reference_text(steps),
            "3 of 4 steps have no fast kernel: Einsum x 2, Erf (40.0 % of the work)");
  steps = {step_of("Conv", "f32_conv", 600, 1.5), step_of("Erf", "reference", 1, 0.5)};
  EXPECT_EQ(reference_text(steps), "1 of 2 steps has no fast kernel: Erf (25.0 % of the time)");
  EXPECT_EQ(reference_text({step_of("Conv", "f32_conv", 600)}), "");
  JsonWriter json;
  json.begin_object();
  write_reference_steps(json, steps);
  EXPECT_EQ(json.end_object().text(), R"({"reference":{"steps":1,"share":0.25,"timed":true}})");
}

TEST(Describe, WritesValidStructure) {
  auto session = make_session(light_or_dark());
  ASSERT_TRUE(session.is_ok());
  const std::string json = describe_json(**session);
  EXPECT_NE(json.find(R"("inputs":[{"name":"image","type":"float32","shape":[1,1,1,1]}])"),
            std::string::npos);
  EXPECT_NE(json.find(R"("labels":["light","dark"])"), std::string::npos);
  EXPECT_NE(json.find(R"("picture":{"input":"image","form":"1 x 1, gray"})"), std::string::npos);
  EXPECT_EQ(json.find(R"("scores":{)"), std::string::npos);
  const std::string full = describe_json(**session, /*with_scores=*/true);
  EXPECT_NE(full.find(R"("scores":{"output":"scores","kind":"softmax","reason":)"),
            std::string::npos);
}

}  // namespace
}  // namespace gossamer
