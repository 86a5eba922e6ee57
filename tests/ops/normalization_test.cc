// BatchNormalization at inference and in training, and what it refuses.
#include "ops/normalization.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node norm(Tensor x, int opset = 15, std::vector<Attribute> attributes = {}) {
  // Two channels: (x - 1) / 2 * 4 + 10 and (x + 1) / 1 * 3 - 20, when epsilon is 0.
  return {"BatchNormalization",
          opset,
          {std::move(x), floats({2}, {4, 3}), floats({2}, {10, -20}), floats({2}, {1, -1}),
           floats({2}, {4, 1})},
          std::move(attributes)};
}
const Attribute kExact = attr_float("epsilon", 0);

TEST(BatchNormalization, ScalesAndShiftsChannels) {
  expect_floats(result_of(norm(floats({1, 2, 1, 2}, {1, 3, 0, 1}), 15, {kExact})), {1, 2, 1, 2},
                {10, 14, -17, -14});
  expect_floats(result_of(norm(floats({2, 2}, {1, 0, 3, 1}), 15, {kExact})), {2, 2},
                {10, -17, 14, -14});
  expect_floats(result_of(norm(floats({1, 2, 1}, {5, 5}), 9, {kExact})), {1, 2, 1}, {18, -2});
  expect_floats(result_of(norm(floats({0, 2, 3}, {}))), {0, 2, 3}, {});
}

TEST(BatchNormalization, EpsilonKeepsFromDividingByZero) {
  const Tensor one = floats({1}, {1});
  const Tensor zero = floats({1}, {0});
  expect_floats(result_of({"BatchNormalization",
                           15,
                           {floats({1, 1}, {2}), one, zero, zero, zero},
                           {attr_float("epsilon", 0.25f)}}),
                {1, 1}, {4});
  expect_floats(
      result_of({"BatchNormalization", 15, {floats({1, 1}, {1}), one, zero, zero, zero}, {}}),
      {1, 1}, {316.22778f});  // 1 / sqrt(1e-5)
}

TEST(BatchNormalization, ChannelsLastGivesTheSameNumbers) {
  for (const Shape& shape : {Shape{2, 2, 3, 5}, Shape{1, 2, 4}, Shape{3, 2, 1, 1, 2}}) {
    const Node node = norm(noise(shape, 5));
    const auto op = make(node);
    ASSERT_TRUE(op.is_ok());
    std::vector<Tensor> inputs = node.inputs;
    inputs[0] = to_channels_last(inputs[0]);
    expect_same(to_channels_first(result_of(*(*op)->channels_last(), inputs)), result_of(node));
  }
}

// Channel 0 has mean 3 and variance 4, channel 1 mean 2 and variance 1.
TEST(BatchNormalization, TrainingTakesTheStatisticsFromTheTensor) {
  Node node = norm(floats({2, 2, 1}, {1, 3, 5, 1}), 15,
                   {attr_int("training_mode", 1), attr_float("momentum", 0.75f), kExact});
  expect_floats(result_of(node), {2, 2, 1}, {6, -17, 14, -23});
  node.outputs = {"y", "mean", "variance"};
  const auto outputs = run(**make(node), node.inputs, 3);
  ASSERT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  expect_floats((*outputs)[1], {2}, {1.5f, -0.25f});
  expect_floats((*outputs)[2], {2}, {4, 1});
  EXPECT_EQ((*make(node))->channels_last(), nullptr);
  // Before opset 14 the names of the outputs ask for it, which nobody may read.
  node.opset = 9;
  node.attributes.erase(node.attributes.begin());
  expect_error(node, Code::kUnsupported);
  onnx_model::NodeDef def{.op_type = node.type, .outputs = node.outputs};
  def.inputs.resize(5, "x");
  def.attributes = node.attributes;
  AttributeReader reader(def, node.opset, strings(), nullptr, {true, false, false});
  const auto op = make_batch_normalization(reader);
  ASSERT_TRUE(op.is_ok()) << op.status().to_string();
  expect_floats(result_of(**op, node.inputs), {2, 2, 1}, {6, -17, 14, -23});
}

TEST(BatchNormalization, WhatIsNotSupported) {
  const Tensor x = floats({1, 2, 1}, {1, 2});
  // Whatever the attribute says, the shape of the statistics tells.
  expect_floats(result_of(norm(floats({1, 2}, {1, -1}), 7, {attr_int("spatial", 0), kExact})),
                {1, 2}, {10, -20});
  Node pixels = norm(x, 7, {attr_int("spatial", 0)});
  for (size_t i = 1; i < 5; ++i) pixels.inputs[i].shape = {2, 1};
  expect_error(pixels, Code::kUnsupported);
  expect_error(norm(x, 9, {attr_int("spatial", 1)}), Code::kAttribute, "spatial");
  expect_floats(result_of(norm(floats({1, 2}, {1, -1}), 7, {attr_int("spatial", 1), kExact})),
                {1, 2}, {10, -20});
  Node statistics = norm(x);
  statistics.outputs = {"y", "mean"};
  expect_error(statistics, Code::kUnsupported);
  Node unwanted = norm(x);
  unwanted.outputs = {"y", "", ""};
  EXPECT_TRUE(make(unwanted).is_ok());
}

TEST(BatchNormalization, Errors) {
  expect_error(norm(floats({1, 3}, {1, 2, 3})), Code::kShape);
  expect_error(norm(floats({2}, {1, 2})), Code::kShape);
  expect_error(norm(only_shape(DataType::kInt64, {1, 2})), Code::kUnsupported);
  Node short_list = norm(floats({1, 2}, {1, 2}));
  short_list.inputs.pop_back();
  expect_error(short_list, Code::kGraph);
}

}  // namespace
}  // namespace gossamer::op_test
