// Functions that a model defines: what a call becomes, and that no model makes it long.
#include "graph/inline_functions.h"

#include <gtest/gtest.h>

#include "tests/support/load_time.h"

namespace gossamer {
namespace {

using onnx_model::Attribute;
using onnx_model::FunctionDef;
using onnx_model::GraphDef;
using onnx_model::Model;
using onnx_model::NodeDef;

NodeDef node(std::string type, std::vector<std::string> inputs, std::vector<std::string> outputs,
             std::string domain = "") {
  NodeDef def;
  def.op_type = std::move(type);
  def.domain = std::move(domain);
  def.inputs = std::move(inputs);
  def.outputs = std::move(outputs);
  return def;
}

Attribute number(std::string name, int64_t value) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.kind = Attribute::Kind::kInt;
  attribute.i = value;
  return attribute;
}

Attribute reference(std::string name, std::string to) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.reference = std::move(to);
  return attribute;
}

FunctionDef function(std::string name, std::vector<NodeDef> nodes) {
  FunctionDef def;
  def.domain = "own";
  def.name = std::move(name);
  def.inputs = {"x"};
  def.outputs = {"y"};
  def.nodes = std::move(nodes);
  return def;
}

TEST(InlineFunctions, ReplacesCallsByBodies) {
  Model model;
  FunctionDef twice = function("Twice", {node("Relu", {"x"}, {"t"}), node("Relu", {"t"}, {"y"})});
  twice.nodes[0].attributes = {reference("given", "a"), reference("left", "b"),
                               reference("gone", "c")};
  twice.defaults = {number("a", 1), number("b", 2)};
  model.functions.push_back(twice);
  model.nodes = {node("Twice", {"in"}, {"mid"}, "own"), node("Twice", {"mid"}, {"out"}, "own")};
  model.nodes[0].attributes = {number("a", 7)};
  ASSERT_TRUE(inline_functions(model).is_ok());
  ASSERT_EQ(model.nodes.size(), 4u);
  EXPECT_EQ(model.nodes[0].inputs[0], "in");
  EXPECT_EQ(model.nodes[0].outputs[0], "call1/t");
  EXPECT_EQ(model.nodes[1].outputs[0], "mid");
  EXPECT_EQ(model.nodes[3].inputs[0], "call2/t");
  EXPECT_EQ(model.nodes[3].outputs[0], "out");
  const auto& attributes = model.nodes[0].attributes;
  ASSERT_EQ(attributes.size(), 2u);
  EXPECT_EQ(attributes[0].i, 7);
  EXPECT_EQ(attributes[1].i, 2);
}

// Its nodes go on reading what the caller passed.
TEST(InlineFunctions, CopiesAnInputThatIsAnOutput) {
  Model model;
  model.functions = {function("F", {node("Relu", {"x"}, {"y"})})};
  model.functions[0].outputs = {"y", "x", "y"};
  model.nodes = {node("F", {"in"}, {"first", "second", "third"}, "own")};
  ASSERT_TRUE(inline_functions(model).is_ok());
  ASSERT_EQ(model.nodes.size(), 3u);
  EXPECT_EQ(model.nodes[0].op_type, "Relu");
  EXPECT_EQ(model.nodes[0].inputs[0], "in");
  EXPECT_EQ(model.nodes[0].outputs[0], "first");
  EXPECT_EQ(model.nodes[1].op_type, "Identity");
  EXPECT_EQ(model.nodes[1].inputs[0], "in");
  EXPECT_EQ(model.nodes[1].outputs[0], "second");
  EXPECT_EQ(model.nodes[2].inputs[0], "first");
  EXPECT_EQ(model.nodes[2].outputs[0], "third");
}

TEST(InlineFunctions, TellsOverloadsApart) {
  Model model;
  model.functions = {function("F", {node("Relu", {"x"}, {"y"})}),
                     function("F", {node("Abs", {"x"}, {"y"})})};
  model.functions[1].overload = "second";
  model.nodes = {node("F", {"in"}, {"out"}, "own")};
  model.nodes[0].overload = "second";
  ASSERT_TRUE(inline_functions(model).is_ok());
  EXPECT_EQ(model.nodes[0].op_type, "Abs");
}

// A graph that the call passes as an attribute is about the caller's names.
TEST(InlineFunctions, LeavesThePassedGraphAlone) {
  Model model;
  model.functions = {function("F", {node("If", {"x"}, {"y"})})};
  model.functions[0].nodes[0].attributes = {reference("then_branch", "body")};
  auto graph = std::make_shared<GraphDef>();
  graph->nodes = {node("Relu", {"outside"}, {"z"})};
  Attribute body;
  body.name = "body";
  body.kind = Attribute::Kind::kGraph;
  body.g = graph;
  model.nodes = {node("F", {"in"}, {"out"}, "own")};
  model.nodes[0].attributes = {body};
  ASSERT_TRUE(inline_functions(model).is_ok());
  EXPECT_EQ(model.nodes[0].attributes[0].g->nodes[0].inputs[0], "outside");
}

Attribute graph_attribute(std::string name, GraphDef graph) {
  Attribute attribute;
  attribute.name = std::move(name);
  attribute.kind = Attribute::Kind::kGraph;
  attribute.g = std::make_shared<GraphDef>(std::move(graph));
  return attribute;
}

// The names of a body's inputs are the function's own, like all in it.
TEST(InlineFunctions, RenamesTheInputsOfInnerGraphs) {
  Model model;
  GraphDef body;
  body.inputs = {{.name = "v", .dims = {}}};
  body.outputs = {{.name = "w", .dims = {}}};
  body.nodes = {node("Add", {"v", "x"}, {"w"})};
  model.functions = {function("F", {node("Loop", {"n", "", "x"}, {"y"})})};
  model.functions[0].nodes[0].attributes = {graph_attribute("body", body)};
  model.nodes = {node("F", {"in"}, {"out"}, "own")};
  ASSERT_TRUE(inline_functions(model).is_ok());
  const GraphDef& inner = *model.nodes[0].attributes[0].g;
  EXPECT_EQ(inner.inputs[0].name, "call1/v");
  EXPECT_EQ(inner.nodes[0].inputs, (std::vector<std::string>{"call1/v", "in"}));
  EXPECT_EQ(inner.outputs[0].name, "call1/w");
}

TEST(InlineFunctions, ReplacesCallsInsideBranches) {
  Model model;
  GraphDef outer, inner;
  inner.nodes = {node("F", {"in"}, {"u"}, "own")};
  outer.nodes = {node("If", {"c"}, {"t"})};
  outer.nodes[0].attributes = {graph_attribute("then_branch", inner)};
  model.functions = {function("F", {node("Relu", {"x"}, {"y"})})};
  model.nodes = {node("If", {"c"}, {"out"})};
  model.nodes[0].attributes = {graph_attribute("then_branch", outer)};
  ASSERT_TRUE(inline_functions(model).is_ok());
  const GraphDef& branch = *model.nodes[0].attributes[0].g->nodes[0].attributes[0].g;
  ASSERT_EQ(branch.nodes.size(), 1u);
  EXPECT_EQ(branch.nodes[0].op_type, "Relu");
  EXPECT_EQ(branch.nodes[0].inputs[0], "in");
  EXPECT_EQ(branch.nodes[0].outputs[0], "u");
}

double seconds_taken(Model& model, Code expected) {
  const testing::ProcessorTime time;
  EXPECT_EQ(inline_functions(model).code(), expected);
  return time.seconds();
}

// Each of these took minutes to hours, or gigabytes.
class Bomb : public ::testing::Test {
 protected:
  void expect_limit(Model& model) {
    EXPECT_LT(seconds_taken(model, Code::kLimit), testing::kLoadSeconds);
  }
};

TEST_F(Bomb, OfDeclaredInputs) {
  Model model;
  model.functions = {function("F", {})};
  for (int i = 0; i < 100'000; ++i) model.functions[0].inputs.push_back("i" + std::to_string(i));
  model.nodes.assign(20'000, node("F", {"in"}, {""}, "own"));
  expect_limit(model);
}

TEST_F(Bomb, OfLongNames) {
  Model model;
  model.functions = {function("F", {node("Relu", {std::string(100'000, 'x')}, {"y"})})};
  model.nodes.assign(10'000, node("F", {"in"}, {""}, "own"));
  expect_limit(model);
}

TEST_F(Bomb, OfPassedAttributes) {
  Model model;
  model.functions = {function("F", {})};
  model.functions[0].nodes.assign(1000, node("Relu", {"x"}, {""}));
  for (NodeDef& inner : model.functions[0].nodes) inner.attributes = {reference("a", "big")};
  Attribute big = number("big", 0);
  big.ints.assign(1 << 20, 1);
  model.nodes = {node("F", {"in"}, {"out"}, "own")};
  model.nodes[0].attributes = {big};
  expect_limit(model);
}

TEST_F(Bomb, OfInputsThatAreOutputs) {
  Model model;
  model.functions = {function("F", {})};
  model.functions[0].outputs.assign(1000, "x");
  model.nodes = {node("F", {std::string(1 << 20, 'i')}, {}, "own")};
  model.nodes[0].outputs.assign(1000, "o");
  expect_limit(model);
}

TEST_F(Bomb, OfCallsInCalls) {
  Model model;
  for (int i = 0; i < 16; ++i) {
    const NodeDef call = node("F" + std::to_string(i + 1), {"x"}, {"y"}, "own");
    model.functions.push_back(function("F" + std::to_string(i), {call, call}));
  }
  model.nodes = {node("F0", {"in"}, {"out"}, "own")};
  expect_limit(model);
}

// A function whose branches call it again.
TEST_F(Bomb, OfCallsInBranches) {
  Model model;
  GraphDef branch;
  branch.nodes.assign(2, node("F", {"x"}, {"y"}, "own"));
  model.functions = {function("F", {node("If", {"x"}, {"y"})})};
  model.functions[0].nodes[0].attributes = {graph_attribute("then_branch", branch)};
  model.nodes = {node("F", {"in"}, {"out"}, "own")};
  expect_limit(model);
}

// Nothing is wrong with these: 20,000 functions, each called once.
TEST(InlineFunctions, FindsOneOfManyFunctionsAtOnce) {
  Model model;
  for (int i = 0; i < 20'000; ++i) {
    model.functions.push_back(function("F" + std::to_string(i), {}));
    model.nodes.push_back(node("F" + std::to_string(i), {"in"}, {""}, "own"));
  }
  EXPECT_LT(seconds_taken(model, Code::kOk), testing::kLoadSeconds);
}

}  // namespace
}  // namespace gossamer
