// Instance-, Group-, Layer- and MeanVarianceNormalization against hand-computed results: what is
// averaged over, how scale and bias are spread, and their errors. An epsilon of 3 makes 1 / sqrt(1
// + epsilon) a half.
#include "ops/mean_variance.h"

#include <cmath>

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

const Attribute kEpsilon = attr_float("epsilon", 3);

Node node(std::string type, std::vector<Tensor> inputs, std::vector<Attribute> attributes,
          int opset = 17) {
  return {std::move(type), opset, std::move(inputs), std::move(attributes)};
}

TEST(InstanceNormalization, EachChannelOfEachImage) {
  const Tensor x = floats({2, 2, 2}, {1, 3, 10, 12, 5, 7, 0, 2});
  const Node n =
      node("InstanceNormalization", {x, floats({2}, {2, 4}), floats({2}, {0, 1})}, {kEpsilon});
  expect_floats(result_of(n), {2, 2, 2}, {-1, 1, -1, 3, -1, 1, -1, 3});
  const Tensor y =
      result_of(*(*make(n))->channels_last(), {to_channels_last(x), n.inputs[1], n.inputs[2]});
  expect_same(to_channels_first(y), result_of(n));
  Node wrong = n;
  wrong.inputs[1] = iota({3});
  expect_error(wrong, Code::kShape);
}

TEST(GroupNormalization, ScalesPerGroupThenPerChannel) {
  const Tensor x = floats({1, 4, 1}, {1, 3, 10, 12});
  const Attribute groups = attr_int("num_groups", 2);
  const Tensor per_group = floats({2}, {2, 4}), zeros = floats({2}, {0, 0});
  expect_floats(
      result_of(node("GroupNormalization", {x, per_group, zeros}, {groups, kEpsilon}, 18)),
      {1, 4, 1}, {-1, 1, -2, 2});
  const Node n =
      node("GroupNormalization", {x, floats({4}, {2, 4, 6, 8}), iota({4})}, {groups, kEpsilon}, 21);
  expect_floats(result_of(n), {1, 4, 1}, {-1, 3, -1, 7});
  const Tensor y =
      result_of(*(*make(n))->channels_last(), {to_channels_last(x), n.inputs[1], n.inputs[2]});
  expect_same(to_channels_first(y), result_of(n));
  expect_error(node("GroupNormalization", {x, per_group, zeros}, {groups}, 21), Code::kShape);
  expect_error(
      node("GroupNormalization", {x, iota({3}), iota({3})}, {attr_int("num_groups", 3)}, 18),
      Code::kAttribute, "num_groups");
  expect_error(node("GroupNormalization", n.inputs, {}, 21), Code::kAttribute, "num_groups");
}

TEST(LayerNormalization, OverTheLastAxes) {
  const Tensor x = floats({2, 2}, {1, 3, 10, 12});
  const auto layer = [&](Tensor scale, std::vector<Attribute> attributes) {
    return node("LayerNormalization", {x, std::move(scale), floats({1}, {1})},
                std::move(attributes));
  };
  expect_floats(result_of(layer(floats({2}, {2, 4}), {kEpsilon})), {2, 2}, {0, 3, 0, 3});
  // The mean is 6.5, the variance 21.25.
  Node both = layer(floats({}, {2}), {attr_int("axis", 0), attr_float("epsilon", 3.75f)});
  both.outputs = {"y", "mean", "inverse"};
  const auto outputs = run(**make(both), both.inputs, 3);
  ASSERT_TRUE(outputs.is_ok());
  expect_floats((*outputs)[0], {2, 2}, {-1.2f, -0.4f, 2.4f, 3.2f});
  expect_floats((*outputs)[1], {1, 1}, {6.5f});
  expect_floats((*outputs)[2], {1, 1}, {0.2f});
}

TEST(LayerNormalization, Errors) {
  const Tensor x = iota({2, 2});
  const auto layer = [](std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
    return node("LayerNormalization", std::move(inputs), std::move(attributes));
  };
  expect_error(layer({x, iota({3})}), Code::kShape);
  expect_error(layer({x, x}, {attr_int("axis", 2)}), Code::kAttribute, "axis");
  expect_error(layer({x, x}, {attr_int("stash_type", 16)}), Code::kAttribute, "stash_type");
  expect_error(layer({x}), Code::kGraph);
  expect_error(layer({int32s({1}, {1}), int32s({1}, {1})}), Code::kUnsupported);
}

TEST(MeanVarianceNormalization, OverTheAxesGiven) {
  const Tensor x = floats({2, 2}, {1, 3, 11, 23});
  const auto over = [&](std::vector<int64_t> axes) {
    return node("MeanVarianceNormalization", {x}, {attr_ints("axes", std::move(axes))});
  };
  expect_floats(result_of(over({0})), {2, 2}, {-1, -1, 1, 1});
  expect_floats(result_of(over({-1})), {2, 2}, {-1, 1, -1, 1});
  const auto permuted = (*make(over({0})))->permuted(std::vector<int>{1, 0});
  expect_floats(result_of(*permuted, {permute(x, {1, 0})}), {2, 2}, {-1, 1, -1, 1});
  expect_floats(result_of(node("MeanVarianceNormalization", {floats({1, 1, 1, 1}, {5})}, {})),
                {1, 1, 1, 1}, {0});
  expect_error(over({2}), Code::kAttribute, "axes");
  expect_error(node("MeanVarianceNormalization", {x}, {}), Code::kAttribute, "axes");
}

TEST(MeanVarianceNormalization, EmptyTensors) {
  expect_floats(
      result_of(node("MeanVarianceNormalization", {floats({2, 0}, {})}, {attr_ints("axes", {1})})),
      {2, 0}, {});
}

// The values of the three below are onnxruntime's.
TEST(RmsNormalization, LeavesTheMean) {
  const Tensor x = floats({1, 2, 3}, {1, 2, 4, -3, 0, 5});
  const Node node = {"RMSNormalization",
                     23,
                     {x, floats({2, 3}, {1, 2, 3, 1, 1, 1})},
                     {attr_float("epsilon", 0.5f), attr_int("axis", 1)}};
  const std::vector<float> expected = {0.32163376f,  1.286535f, 3.8596051f,
                                       -0.96490127f, 0,         1.6081688f};
  expect_floats(result_of(node), x.shape, expected);
  const auto kernel = run_by_kernels(*make(node), node.inputs);
  ASSERT_TRUE(kernel.is_ok()) << kernel.status().to_string();
  expect_floats((*kernel)[0], x.shape, expected);
  const Node simplified = {"SimplifiedLayerNormalization",
                           17,
                           {floats({2, 3}, {1, 2, 4, -3, 0, 5}), floats({3}, {1, 2, 3})},
                           {attr_float("epsilon", 0.5f), attr_int("axis", -1)}};
  expect_floats(result_of(simplified), {2, 3},
                {0.36514837f, 1.4605935f, 4.3817806f, -0.87210286f, 0, 4.3605146f});
}

TEST(SkipLayerNormalization, AddsFirst) {
  const Tensor x = floats({1, 2, 3}, {1, 2, 4, -3, 0, 5});
  const Tensor skip = floats({1, 2, 3}, {1, 1, 1, 0, 0, 2});
  const Tensor gamma = floats({3}, {1, 2, 3}), beta = floats({3}, {0.5f, 0, -0.5f});
  const Tensor bias = floats({3}, {1, 0, 0});
  Node node = {"SkipLayerNormalization",        1,
               {x, skip, gamma, beta, bias},    {attr_float("epsilon", 0.5f)},
               {"y", "mean", "inverse", "sum"}, "com.microsoft"};
  const auto outputs = run_by_reference(*make(node), node.inputs, node.outputs);
  ASSERT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  const std::vector<float> expected = {-0.065685511f, -1.131371f,   2.8941123f,
                                       -0.43469048f,  -0.84971863f, 3.578649f};
  expect_floats((*outputs)[0], x.shape, expected);
  expect_floats((*outputs)[1], {1, 2, 1}, {3.6666667f, 1.6666667f});
  expect_floats((*outputs)[2], {1, 2, 1}, {0.84852815f, 0.2549156f});
  expect_floats((*outputs)[3], x.shape, {3, 3, 5, -2, 0, 7});
  node.outputs = {"y", "", "", "sum"};
  expect_floats(result_of(node), x.shape, expected);
}

TEST(SkipSimplifiedLayerNormalization, AddsFirst) {
  Node node = {"SkipSimplifiedLayerNormalization",
               1,
               {floats({1, 2, 3}, {1, 2, 4, -3, 0, 5}), floats({1, 2, 3}, {1, 1, 1, 0, 0, 2}),
                floats({3}, {1, 2, 3}), floats({3}, {1, 0, 0})},
               {attr_float("epsilon", 0.5f)},
               {"y"},
               "com.microsoft"};
  expect_floats(result_of(node), {1, 2, 3},
                {0.77893621f, 1.5578724f, 3.894681f, -0.46923715f, 0, 4.926990f});
  node.outputs = {"y", "", "inverse"};
  const auto outputs = run_by_reference(*make(node), node.inputs, node.outputs);
  ASSERT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  expect_floats((*outputs)[2], {1, 2, 1}, {0.25964548f, 0.23461842f});
  // SimplifiedLayerNormalization gives its first output alone.
  expect_error(
      {"SimplifiedLayerNormalization", 17, {iota({2, 3}), iota({3})}, {}, {"y", "inverse"}},
      Code::kGraph);
}

}  // namespace
}  // namespace gossamer::op_test
