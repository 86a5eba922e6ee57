// Activations against hand-computed results, Clip's two forms, and what passes ask about them.
#include "ops/elementwise.h"

#include <cmath>
#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
const float kNan = std::numeric_limits<float>::quiet_NaN();

Node unary(std::string type, Tensor x, std::vector<Attribute> attributes = {}) {
  return {std::move(type), 16, {std::move(x)}, std::move(attributes)};
}

TEST(Relu, CutsNegatives) {
  expect_floats(result_of(unary("Relu", floats({5}, {-2, -0.0f, 3, kInf, -kInf}))), {5},
                {0, 0, 3, kInf, 0});
  expect_floats(result_of(unary("Relu", floats({}, {-1}))), {}, {0});
  expect_floats(result_of(unary("Relu", floats({2, 0}, {}))), {2, 0}, {});
  expect_floats(result_of(unary("Relu", floats({1}, {kNan}))), {1}, {kNan});
}

TEST(Sigmoid, IsTheLogisticFunction) {
  expect_floats(result_of(unary("Sigmoid", floats({5}, {0, 1, -1, 200, -200}))), {5},
                {0.5f, 0.73105858f, 0.26894142f, 1, 0});
}

TEST(HardSigmoid, IsALineBetweenZeroAndOne) {
  expect_floats(result_of(unary("HardSigmoid", floats({4}, {0, 1, -3, 3}))), {4},
                {0.5f, 0.7f, 0, 1});
  expect_floats(result_of(unary("HardSigmoid", floats({2}, {0.5f, 10}),
                                {attr_float("alpha", 0.5f), attr_float("beta", 0.25f)})),
                {2}, {0.5f, 1});
}

TEST(HardSwish, IsXTimesAHardSigmoid) {
  expect_floats(result_of(unary("HardSwish", floats({5}, {-4, -1.5f, 0, 1.5f, 4}))), {5},
                {0, -0.375f, 0, 1.125f, 4});
}

TEST(Clip, AttributesUpToOpset10) {
  Node node{"Clip", 6, {floats({3}, {-5, 0.5f, 5})}, {attr_float("min", -1), attr_float("max", 1)}};
  expect_floats(result_of(node), {3}, {-1, 0.5f, 1});
  node.attributes = {attr_float("max", 0)};
  expect_floats(result_of(node), {3}, {-5, 0, 0});
  node.inputs.push_back(floats({}, {0}));
  expect_error(node, Code::kGraph);
}

TEST(Clip, InputsFromOpset11) {
  const Tensor x = floats({3}, {-5, 0.5f, 5});
  const auto clip = [&](std::vector<Tensor> inputs) {
    return Node{"Clip", 11, std::move(inputs), {}};
  };
  expect_floats(result_of(clip({x})), {3}, {-5, 0.5f, 5});
  expect_floats(result_of(clip({x, floats({}, {0})})), {3}, {0, 0.5f, 5});
  expect_floats(result_of(clip({x, absent(), floats({}, {0})})), {3}, {-5, 0, 0});
  expect_floats(result_of(clip({x, floats({1}, {-1}), floats({1}, {1})})), {3}, {-1, 0.5f, 1});
  // Crossed bounds: everything becomes the upper one.
  expect_floats(result_of(clip({x, floats({}, {2}), floats({}, {1})})), {3}, {1, 1, 1});
  expect_error(clip({x, floats({2}, {0, 1})}), Code::kShape);
  expect_error(clip({x, only_shape(DataType::kInt64, {})}), Code::kShape);
  Node attributes = clip({x});
  attributes.attributes = {attr_float("min", 0)};
  expect_error(attributes, Code::kAttribute, "min");
}

TEST(Elementwise, Errors) {
  for (const char* type : {"Relu", "Sigmoid", "HardSigmoid", "HardSwish", "Clip"}) {
    SCOPED_TRACE(type);
    expect_error(unary(type, only_shape(DataType::kBool, {2})), Code::kUnsupported);
    expect_error(unary(type, absent()), Code::kGraph);
    expect_error(unary(type, floats({1}, {1}), {attr_int("axis", 0)}), Code::kAttribute, "axis");
  }
}

// A graph of one node with these inputs; kNone-typed tensors are absent.
Graph graph_of(const Node& node) {
  Graph graph;
  std::vector<ValueId> inputs;
  for (const Tensor& input : node.inputs) {
    if (input.type == DataType::kUndefined) {
      inputs.push_back(kNone);
    } else if (input.known) {
      inputs.push_back(graph.add_constant("c", *Constant::copy_of(input.view())));
    } else {
      inputs.push_back(graph.add_value("x"));
    }
  }
  graph.add_node("n", *make(node), std::move(inputs), {graph.add_value("y")});
  return graph;
}

TEST(ActivationOf, KnowsFixedActivations) {
  const Tensor x = floats({1}, {1});
  EXPECT_EQ(activation_of(graph_of(unary("Relu", x)), 0), Activation::relu());
  EXPECT_EQ(activation_of(graph_of(unary("HardSwish", x)), 0)->kind, Activation::Kind::kHardSwish);
  const auto hard = activation_of(graph_of(unary("HardSigmoid", x)), 0);
  EXPECT_EQ(hard, (Activation{Activation::Kind::kHardSigmoid, 0.2f, 0.5f}));
  EXPECT_EQ(activation_of(graph_of({"Softmax", 13, {x}, {}}), 0), std::nullopt);
}

TEST(ActivationOf, KnowsClipWithConstantBounds) {
  const Tensor x = floats({1}, {1});
  const Tensor zero = known(floats({}, {0}));
  const Tensor six = known(floats({}, {6}));
  EXPECT_EQ(activation_of(graph_of({"Clip", 11, {x, zero, six}, {}}), 0), Activation::clip(0, 6));
  EXPECT_EQ(activation_of(graph_of({"Clip", 11, {x, zero}, {}}), 0), Activation::relu());
  EXPECT_EQ(activation_of(graph_of({"Clip", 11, {x, absent(), six}, {}}), 0),
            Activation::clip(-kInf, 6));
  EXPECT_EQ(activation_of(graph_of({"Clip", 11, {x, six, zero}, {}}), 0), Activation::clip(0, 0));
  EXPECT_EQ(activation_of(graph_of({"Clip", 11, {x, floats({}, {0})}, {}}), 0), std::nullopt);
  EXPECT_EQ(activation_of(graph_of({"Clip", 6, {x}, {attr_float("max", 2)}}), 0),
            Activation::clip(-kInf, 2));
}

}  // namespace
}  // namespace gossamer::op_test
