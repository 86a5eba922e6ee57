// Sessions whose shapes are only known when a run brings its inputs.
#include <gtest/gtest.h>

#include <cstring>

#include "gossamer/session.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_int;
using testing::ModelBuilder;

Result<std::unique_ptr<Session>> open(const ModelBuilder& builder, bool flexible = false) {
  SessionOptions options;
  options.flexible = flexible;
  return Session::create(ModelSource::from_string(builder.build()), options);
}

// Sets shape and elements of an input.
template <typename T>
void feed(Session& session, int index, const Shape& shape, const std::vector<T>& values) {
  ASSERT_TRUE(session.set_input_shape(index, shape).is_ok());
  ASSERT_EQ(session.input(index).elements(), std::ssize(values));
  std::ranges::copy(values, session.input(index).as<T>());
}

std::vector<float> floats_of(const TensorView& view) {
  return {view.as<float>(), view.as<float>() + view.elements()};
}

ModelBuilder row_sums() {
  ModelBuilder builder;
  builder.input("x", {-1, 3}, "n")
      .floats("w", {3, 1}, {1, 10, 100})
      .node("MatMul", {"x", "w"}, {"y"})
      .output("y");
  return builder;
}

TEST(FlexibleSession, AnOpenBatchIsOneUnlessAskedFor) {
  const auto fixed = open(row_sums());
  ASSERT_TRUE(fixed.is_ok());
  EXPECT_FALSE((*fixed)->is_flexible());
  EXPECT_EQ((*fixed)->inputs()[0].shape, (Shape{1, 3}));
  EXPECT_EQ((*fixed)->set_input_shape(0, {2, 3}).code(), Code::kShape);
  const auto open_batch = open(row_sums(), true);
  ASSERT_TRUE(open_batch.is_ok());
  EXPECT_EQ((*open_batch)->inputs()[0].shape, (Shape{-1, 3}));
  EXPECT_EQ((*open_batch)->run().code(), Code::kShape);
}

// As optimum writes pictures: no extent is a number, but the weights tell how many channels there
// are.
TEST(FlexibleSession, AnOpenChannelCountIsWhatTheConvolutionWants) {
  ModelBuilder builder;
  builder.input("x", {-1, -1, -1, -1}, "?")
      .floats("w", {1, 3, 1, 1}, {1, 10, 100})
      .node("Conv", {"x", "w"}, {"y"})
      .output("y");
  const auto open_extents = open(builder);
  ASSERT_TRUE(open_extents.is_ok());
  EXPECT_EQ((*open_extents)->inputs()[0].shape, (Shape{1, 3, -1, -1}));
  EXPECT_EQ((*open_extents)->image_input().value(), 0);
  SessionOptions options;
  options.dimensions = {{"x.0", 2}, {"x.2", 1}, {"x.3", 2}};
  const auto bound = Session::create(ModelSource::from_string(builder.build()), options);
  ASSERT_TRUE(bound.is_ok());
  ASSERT_EQ((*bound)->inputs()[0].shape, (Shape{2, 3, 1, 2}));
  for (int i = 0; i < 12; ++i) (*bound)->input(0).as<float>()[i] = static_cast<float>(i + 1);
  ASSERT_TRUE((*bound)->run().is_ok());
  EXPECT_EQ(floats_of((*bound)->output(0)), (std::vector<float>{531, 642, 1197, 1308}));
  // Not what is stated otherwise.
  options.dimensions["x.1"] = 4;
  EXPECT_EQ(Session::create(ModelSource::from_string(builder.build()), options).status().code(),
            Code::kShape);
}

TEST(FlexibleSession, AConvolutionWithoutFiltersTellsNothing) {
  for (const std::vector<std::string>& operands : {std::vector<std::string>{"x"}, {"x", ""}}) {
    const auto session =
        open(ModelBuilder().input("x", {1, -1, 4, 4}).node("Conv", operands, {"y"}).output("y"));
    EXPECT_TRUE(!session.is_ok() || (*session)->inputs()[0].shape[1] == -1);
  }
}

// The filters are made by other nodes, and the sides are the caller's.
TEST(FlexibleSession, OpenChannelsOfAPictureAreColours) {
  const auto model = [](const std::vector<int64_t>& shape) {
    return ModelBuilder()
        .input("x", shape)
        .floats("w", {1, 3, 1, 1}, {1, 10, 100})
        .node("Neg", {"w"}, {"filters"})
        .node("Conv", {"x", "filters"}, {"y"})
        .output("y");
  };
  const auto session = open(model({-1, -1, 4, 4}));
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  EXPECT_EQ((*session)->inputs()[0].shape, (Shape{1, 3, 4, 4}));
  for (const std::vector<int64_t>& other :
       {std::vector<int64_t>{-1, -1, 4, -1}, {1, -1, 4, 3}, {1, -1, 4}}) {
    const auto kept = open(model(other));
    ASSERT_TRUE(kept.is_ok()) << kept.status().to_string();
    EXPECT_EQ((*kept)->inputs()[0].shape[1], -1);
  }
  EXPECT_EQ((*open(model({-1, -1, 4, 4}), true))->inputs()[0].shape[1], -1);
}

// Its extents are judged once the batch is known, or the arena would be too small.
TEST(FlexibleSession, AnOpenBatchMakesNoInputTooLarge) {
  constexpr int64_t kLong = int64_t{1} << 31;
  for (const bool flexible : {false, true}) {
    const auto session = open(ModelBuilder()
                                  .input("x", {-1, 3, kLong, kLong}, "n")
                                  .ints("from", {0, 0, 0, 0})
                                  .ints("to", {1, 1, 1, 1})
                                  .node("Slice", {"x", "from", "to"}, {"y"})
                                  .output("y"),
                              flexible);
    if (flexible) {
      ASSERT_TRUE(session.is_ok()) << session.status().to_string();
      EXPECT_EQ((*session)->set_input_shape(0, {1, 3, kLong, kLong}).code(), Code::kShape);
    } else {
      ASSERT_FALSE(session.is_ok());
      EXPECT_EQ(session.status().code(), Code::kShape) << session.status().to_string();
      EXPECT_EQ(session.status().info().tensor, "x");
    }
  }
}

TEST(FlexibleSession, PlansForEachBatch) {
  const auto session = open(row_sums(), true);
  ASSERT_TRUE(session.is_ok());
  for (int round = 0; round < 2; ++round) {
    feed<float>(**session, 0, {2, 3}, {1, 2, 3, 4, 5, 6});
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ((*session)->outputs()[0].shape, (Shape{2, 1}));
    EXPECT_EQ(floats_of((*session)->output(0)), (std::vector<float>{321, 654}));
    feed<float>(**session, 0, {1, 3}, {7, 8, 9});
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ(floats_of((*session)->output(0)), (std::vector<float>{987}));
  }
  EXPECT_EQ((*session)->set_input_shape(0, {2, 4}).code(), Code::kShape);
  EXPECT_EQ((*session)->set_input_shape(0, {3}).code(), Code::kShape);
}

TEST(FlexibleSession, AnInputThatIsTooLargeLeavesTheOneBefore) {
  SessionOptions options;
  options.flexible = true;
  options.max_memory_bytes = 1 << 20;
  const auto session = Session::create(ModelSource::from_string(row_sums().build()), options);
  ASSERT_TRUE(session.is_ok());
  feed<float>(**session, 0, {2, 3}, {1, 2, 3, 4, 5, 6});
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_EQ((*session)->set_input_shape(0, {1 << 20, 3}).code(), Code::kBudget);
    EXPECT_EQ((*session)->input(0).shape, (Shape{2, 3}));
  }
  ASSERT_TRUE((*session)->run().is_ok());
  EXPECT_EQ(floats_of((*session)->output(0)), (std::vector<float>{321, 654}));
}

TEST(FlexibleSession, TellsResultsOfDifferentShapesApartForMoreShapesThanItKeeps) {
  const auto session = open(row_sums(), true);
  ASSERT_TRUE(session.is_ok());
  for (const int64_t batch : {1, 2, 3, 4, 5, 6, 1, 6, 3}) {
    feed<float>(**session, 0, {batch, 3}, std::vector<float>(static_cast<size_t>(batch) * 3, 1));
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ(floats_of((*session)->output(0)),
              std::vector<float>(static_cast<size_t>(batch), 111));
  }
}

// A model in memory that tells when its weights are read, which is when a plan is made.
class Watched final : public ModelSource {
 public:
  explicit Watched(std::string bytes) : bytes_(std::move(bytes)) {}
  uint64_t size() const override { return bytes_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    if (target.size() == kWeightBytes) ++plans;
    std::memcpy(target.data(), bytes_.data() + offset, target.size());
    return Status::ok();
  }

  static constexpr size_t kSide = 100;
  static constexpr size_t kWeightBytes = kSide * kSide * sizeof(float);
  static inline int plans = 0;

 private:
  std::string bytes_;
};

// Runs batches of these sizes; tells for each whether a plan had to be made.
std::vector<bool> batches_planned(const std::vector<int64_t>& sizes, uint64_t max_memory_bytes) {
  ModelBuilder builder;
  builder.input("x", {-1, Watched::kSide}, "n")
      .floats("w", {Watched::kSide, Watched::kSide}, std::vector<float>(10'000, 1))
      .node("MatMul", {"x", "w"}, {"y"})
      .output("y");
  SessionOptions options;
  options.flexible = true;
  options.max_memory_bytes = max_memory_bytes;
  const auto session = Session::create(std::make_unique<Watched>(builder.build()), options);
  EXPECT_TRUE(session.is_ok()) << session.status().to_string();
  std::vector<bool> planned;
  for (const int64_t size : sizes) {
    const int before = Watched::plans;
    EXPECT_TRUE((*session)->set_input_shape(0, {size, Watched::kSide}).is_ok());
    EXPECT_TRUE((*session)->run().is_ok());
    planned.push_back(Watched::plans > before);
  }
  return planned;
}

TEST(FlexibleSession, KeepsTheFourPlansUsedLast) {
  using Planned = std::vector<bool>;
  EXPECT_EQ(batches_planned({1, 2, 3, 4, 1, 2, 3, 4}, 1 << 30), (Planned{1, 1, 1, 1, 0, 0, 0, 0}));
  // The fifth takes the place of 2, which was used longest ago, not of 1.
  EXPECT_EQ(batches_planned({1, 2, 3, 4, 1, 5, 1, 3, 4, 2}, 1 << 30),
            (Planned{1, 1, 1, 1, 0, 1, 0, 0, 0, 1}));
}

TEST(FlexibleSession, KeepsAsManyPlansAsTheBudgetHolds) {
  // Weights of 41 KB and activations of a few KB each: two fit.
  EXPECT_EQ(batches_planned({1, 2, 1, 3, 1, 2}, 100'000), (std::vector<bool>{1, 1, 0, 1, 0, 1}));
}

TEST(FlexibleSession, FollowsElementsThatDecideShapes) {
  ModelBuilder builder;
  builder.input("x", {6})
      .graph_field(testing::wire_bytes(11, testing::value_message("shape", 7, {2})))
      .node("Reshape", {"x", "shape"}, {"r"})
      .node("Relu", {"r"}, {"y"})
      .output("y");
  const auto session = open(builder);
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  EXPECT_TRUE((*session)->is_flexible());
  feed<float>(**session, 0, {6}, {-1, 2, -3, 4, -5, 6});
  for (const auto& target : {std::vector<int64_t>{2, 3}, {3, 2}, {2, 3}, {6, -1}}) {
    feed<int64_t>(**session, 1, {2}, target);
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ((*session)->outputs()[0].shape[0], target[0]);
    EXPECT_EQ(floats_of((*session)->output(0)), (std::vector<float>{0, 2, 0, 4, 0, 6}));
  }
  feed<int64_t>(**session, 1, {2}, {4, 4});
  EXPECT_EQ((*session)->run().code(), Code::kShape);
  feed<int64_t>(**session, 1, {2}, {1, 6});
  EXPECT_TRUE((*session)->run().is_ok()) << "a run that failed does not spoil the next";
}

// The batch becomes 1, but no memory holds the rest; what decides the shape keeps the plan waiting.
TEST(FlexibleSession, AnInputThatNoMemoryHoldsIsRefused) {
  const auto session =
      open(ModelBuilder()
               .input("x", {-1, 10, INT64_MAX, 10})
               .graph_field(testing::wire_bytes(11, testing::value_message("to", 7, {2})))
               .node("Reshape", {"x", "to"}, {"y"})
               .output("y"));
  ASSERT_FALSE(session.is_ok());
  EXPECT_EQ(session.status().code(), Code::kShape) << session.status().to_string();
  EXPECT_EQ(session.status().info().tensor, "x");
}

}  // namespace
}  // namespace gossamer
