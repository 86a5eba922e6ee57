// Constant in all its forms, Shape, and the chains of operators by which exporters compute shapes.
#include "ops/constant.h"

#include "graph/import.h"
#include "graph/infer.h"
#include "ops/registry.h"
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node constant(std::vector<Attribute> attributes) {
  return {"Constant", 13, {}, std::move(attributes)};
}

TEST(Constant, Forms) {
  const auto tensor = *Constant::copy_of(int32s({1, 2}, {3, 4}).view());
  expect_values<int32_t>(result_of(constant({attr_tensor("value", tensor)})), {1, 2}, {3, 4});
  expect_floats(result_of(constant({attr_float("value_float", 2.5f)})), {}, {2.5f});
  expect_floats(result_of(constant({attr_floats("value_floats", {1, 2})})), {2}, {1, 2});
  expect_values<int64_t>(result_of(constant({attr_int("value_int", -3)})), {}, {-3});
  expect_values<int64_t>(result_of(constant({attr_ints("value_ints", {5, 6, 7})})), {3}, {5, 6, 7});
  expect_values<int64_t>(result_of(constant({attr_ints("value_ints", {})})), {0}, {});
}

TEST(Constant, Errors) {
  expect_error(constant({}), Code::kAttribute, "value");
  expect_error(constant({attr_int("value_int", 1), attr_float("value_float", 1)}), Code::kAttribute,
               "value");
  expect_error(constant({attr_int("value_string", 1)}), Code::kAttribute, "value_string");
  expect_error(constant({attr_int("value", 1)}), Code::kAttribute, "value");
  expect_error(constant({attr_float("value_int", 1)}), Code::kAttribute, "value_int");
  expect_error(constant({attr_tensor("value", nullptr)}), Code::kAttribute, "value");
  Node fed = constant({attr_int("value_int", 1)});
  fed.inputs = {floats({}, {1})};
  expect_error(fed, Code::kGraph);
}

TEST(Shape, StatesExtents) {
  const Tensor x = iota({2, 3, 4});
  const auto part = [&](std::vector<Attribute> attributes) {
    return result_of({"Shape", 15, {x}, std::move(attributes)}).to<int64_t>();
  };
  using Ints = std::vector<int64_t>;
  EXPECT_EQ(part({}), (Ints{2, 3, 4}));
  EXPECT_EQ(part({attr_int("start", 1)}), (Ints{3, 4}));
  EXPECT_EQ(part({attr_int("end", -1)}), (Ints{2, 3}));
  EXPECT_EQ(part({attr_int("start", -1)}), (Ints{4}));
  EXPECT_EQ(part({attr_int("start", 2), attr_int("end", 1)}), (Ints{}));
  EXPECT_EQ(part({attr_int("start", INT64_MIN), attr_int("end", INT64_MAX)}), (Ints{2, 3, 4}));
  expect_values<int64_t>(result_of({"Shape", 13, {floats({}, {1})}, {}}), {0}, {});
  EXPECT_EQ(result_of({"Shape", 13, {floats({0, 5}, {})}, {}}).to<int64_t>(), (Ints{0, 5}));
}

onnx_model::NodeDef node(std::string type, std::vector<std::string> inputs, std::string output,
                         std::vector<Attribute> attributes = {}) {
  onnx_model::NodeDef def;
  def.op_type = std::move(type);
  def.inputs = std::move(inputs);
  def.outputs = {std::move(output)};
  def.attributes = std::move(attributes);
  return def;
}

// x.view(x.size(0) * 2, -1), as an exporter writes it: nothing of it may be left but the Reshape.
TEST(ShapeChain, FoldsIntoTheReshape) {
  onnx_model::Model model;
  model.ir_version = 8;
  model.opsets[""] = 16;
  model.inputs.push_back({"x", DataType::kFloat32, true, {{2, ""}, {6, ""}, {4, ""}}});
  model.outputs.push_back({"y", DataType::kFloat32, false, {}});
  model.nodes = {
      node("Shape", {"x"}, "shape"),
      node("Constant", {}, "zero", {attr_int("value_int", 0)}),
      node("Gather", {"shape", "zero"}, "batch", {attr_int("axis", 0)}),
      node("Constant", {}, "two", {attr_int("value_int", 2)}),
      node("Mul", {"batch", "two"}, "rows"),
      node("Cast", {"rows"}, "rows64", {attr_int("to", 7)}),
      node("Constant", {}, "axes", {attr_ints("value_ints", {0})}),
      node("Unsqueeze", {"rows64", "axes"}, "row_list"),
      node("Constant", {}, "rest", {attr_ints("value_ints", {-1})}),
      node("Concat", {"row_list", "rest"}, "target", {attr_int("axis", 0)}),
      node("Reshape", {"x", "target"}, "y"),
  };
  auto graph = import_model(model, op_table(), {});
  ASSERT_TRUE(graph.is_ok()) << graph.status().to_string();
  const Status folded = infer_and_fold(*graph);
  ASSERT_TRUE(folded.is_ok()) << folded.to_string();
  const Value& y = graph->value(graph->outputs()[0]);
  EXPECT_EQ(y.shape.to_string(), "[4, 12]");
  const std::vector<NodeId> left = graph->topological_order();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(graph->node(left[0]).op->type(), "Reshape");
}

}  // namespace
}  // namespace gossamer::op_test
