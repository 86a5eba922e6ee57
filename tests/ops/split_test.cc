// Split: stated, equal and uneven pieces.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

const std::vector<std::string> kThree = {"a", "b", "c"};

std::vector<std::string> shapes_of(const Node& node) {
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  const auto outputs = run(**op, node.inputs, node.outputs.size());
  EXPECT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  std::vector<std::string> shapes;
  for (const Tensor& output : *outputs) shapes.push_back(output.shape.to_string());
  return shapes;
}

TEST(Split, Pieces) {
  using Shapes = std::vector<std::string>;
  const Tensor x = iota({2, 6});
  const Attribute axis = attr_int("axis", -1);
  EXPECT_EQ(shapes_of({"Split", 11, {x}, {axis}, kThree}), (Shapes{"[2, 2]", "[2, 2]", "[2, 2]"}));
  EXPECT_EQ(shapes_of({"Split", 2, {x}, {axis, attr_ints("split", {1, 0, 5})}, kThree}),
            (Shapes{"[2, 1]", "[2, 0]", "[2, 5]"}));
  EXPECT_EQ(shapes_of({"Split", 13, {x, list({3, 2, 1})}, {axis}, kThree}),
            (Shapes{"[2, 3]", "[2, 2]", "[2, 1]"}));
  EXPECT_EQ(shapes_of({"Split", 18, {iota({5})}, {attr_int("num_outputs", 3)}, kThree}),
            (Shapes{"[2]", "[2]", "[1]"}));
  const auto op = make({"Split", 13, {x}, {axis}, kThree});
  const auto outputs = run(**op, {x}, 3);
  expect_floats((*outputs)[1], {2, 2}, {2, 3, 8, 9});
}

TEST(Split, FormsAgree) {
  const Tensor x = iota({2, 6, 3, 2});
  const std::vector<int> last = {0, 2, 3, 1};
  EXPECT_TRUE(
      expect_forms_agree({"Split", 13, {x, list({1, 2, 3})}, {attr_int("axis", 1)}, kThree}, last));
  EXPECT_TRUE(expect_forms_agree(
      {"Split", 18, {x}, {attr_int("axis", -3), attr_int("num_outputs", 3)}, kThree}, last));
}

TEST(Split, Errors) {
  const Tensor x = iota({5});
  expect_error({"Split", 13, {x}, {}, kThree}, Code::kShape);
  expect_error({"Split", 13, {x, list({2, 2, 2})}, {}, kThree}, Code::kAttribute, "split");
  expect_error({"Split", 13, {x, list({2, 3})}, {}, kThree}, Code::kAttribute, "split");
  expect_error({"Split", 13, {x, list({-1, 3, 3})}, {}, kThree}, Code::kAttribute, "split");
  expect_error({"Split", 13, {x, list({INT64_MAX, INT64_MAX, 7})}, {}, kThree}, Code::kAttribute,
               "split");
  expect_error({"Split", 18, {x}, {attr_int("num_outputs", 2)}, kThree}, Code::kAttribute,
               "num_outputs");
  expect_error({"Split", 18, {iota({4})}, {attr_int("num_outputs", 4)}, kThree}, Code::kAttribute,
               "num_outputs");
  expect_error({"Split", 18, {floats({1}, {0})}, {attr_int("num_outputs", 3)}, kThree},
               Code::kShape);
  expect_error({"Split", 13, {floats({}, {0})}, {}}, Code::kAttribute, "axis");
}

}  // namespace
}  // namespace gossamer::op_test
