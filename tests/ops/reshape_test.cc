// Reshape, Flatten, Squeeze, Unsqueeze: their shapes, that the elements stay, and their errors.
#include "ops/reshape.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node reshape(Tensor x, const std::vector<int64_t>& to, std::vector<Attribute> attributes = {}) {
  return {"Reshape", 14, {std::move(x), list(to)}, std::move(attributes)};
}
Node squeeze(Tensor x, const std::vector<int64_t>& axes, std::string type = "Squeeze") {
  return {std::move(type), 13, {std::move(x), list(axes)}, {}};
}
std::string shape_of(const Node& node) {
  return result_of(node).shape.to_string();
}

TEST(Reshape, StatedExtents) {
  expect_floats(result_of(reshape(iota({2, 3}), {3, 2})), {3, 2}, {0, 1, 2, 3, 4, 5});
  expect_floats(result_of(reshape(floats({1, 1}, {7}), {})), {}, {7});
  expect_floats(result_of(reshape(floats({}, {7}), {1, 1, 1})), {1, 1, 1}, {7});
}

TEST(Reshape, OpenAndKeptExtents) {
  const Tensor x = iota({2, 3, 4});
  EXPECT_EQ(shape_of(reshape(x, {-1})), "[24]");
  EXPECT_EQ(shape_of(reshape(x, {4, -1})), "[4, 6]");
  EXPECT_EQ(shape_of(reshape(x, {0, -1})), "[2, 12]");
  EXPECT_EQ(shape_of(reshape(x, {0, 0, 2, -1})), "[2, 3, 2, 2]");
  EXPECT_EQ(shape_of(reshape(x, {24, -1})), "[24, 1]");
}

TEST(Reshape, Zeros) {
  const Tensor empty = floats({2, 0}, {});
  EXPECT_EQ(shape_of(reshape(empty, {0, 0})), "[2, 0]");
  EXPECT_EQ(shape_of(reshape(empty, {5, -1})), "[5, 0]");
  EXPECT_EQ(shape_of(reshape(empty, {0, 7}, {attr_int("allowzero", 1)})), "[0, 7]");
  expect_error(reshape(empty, {-1, 0}), Code::kShape);
  expect_error(reshape(iota({2, 3}), {0, 6}, {attr_int("allowzero", 1)}), Code::kShape);
}

TEST(Reshape, OtherTypes) {
  expect_values<int64_t>(result_of(reshape(int64s({2}, {1, 2}), {2, 1})), {2, 1}, {1, 2});
  Node int32_shape{"Reshape", 5, {iota({2, 2}), known(int32s({1}, {4}))}, {}};
  EXPECT_EQ(shape_of(int32_shape), "[4]");
}

TEST(Reshape, Errors) {
  const Tensor x = iota({2, 3});
  expect_error(reshape(x, {-1, -1}), Code::kShape);
  expect_error(reshape(x, {4, -1}), Code::kShape);
  expect_error(reshape(x, {7}), Code::kShape);
  expect_error(reshape(x, {-2, -3}), Code::kShape);
  expect_error(reshape(x, {2, 3, 0}), Code::kShape);
  expect_error(reshape(x, {INT64_MAX, INT64_MAX}), Code::kShape);
  expect_error(reshape(x, {INT64_MIN, 1}), Code::kShape);
  expect_error(reshape(floats({0}, {}), {-1, 0}), Code::kShape);
  expect_error(reshape(x, std::vector<int64_t>(9, 1)), Code::kUnsupported);
  expect_error({"Reshape", 14, {x, int64s({1}, {6})}, {}},
               Code::kUnsupported);  // not known at load
  expect_error({"Reshape", 14, {x, known(floats({1}, {6}))}, {}}, Code::kShape);
  expect_error({"Reshape", 14, {x, known(int64s({1, 1}, {6}))}, {}}, Code::kShape);
  expect_error({"Reshape", 14, {x}, {}}, Code::kGraph);
  expect_error({"Reshape", 14, {x, absent()}, {}}, Code::kGraph);
  expect_error({"Reshape", 14, {only_shape(DataType{14}, {1}), list({1})}, {}}, Code::kUnsupported);
}

TEST(Flatten, SplitsAtTheAxis) {
  const auto flatten = [](Tensor x, int64_t axis) {
    return Node{"Flatten", 13, {std::move(x)}, {attr_int("axis", axis)}};
  };
  const Tensor x = iota({2, 3, 4});
  EXPECT_EQ(shape_of({"Flatten", 9, {x}, {}}), "[2, 12]");
  EXPECT_EQ(shape_of(flatten(x, 0)), "[1, 24]");
  EXPECT_EQ(shape_of(flatten(x, 2)), "[6, 4]");
  EXPECT_EQ(shape_of(flatten(x, 3)), "[24, 1]");
  EXPECT_EQ(shape_of(flatten(x, -1)), "[6, 4]");
  EXPECT_EQ(shape_of(flatten(x, -3)), "[1, 24]");
  EXPECT_EQ(shape_of(flatten(floats({}, {1}), 0)), "[1, 1]");
  expect_floats(result_of({"Flatten", 13, {iota({1, 2, 1, 2})}, {}}), {1, 4}, {0, 1, 2, 3});
  EXPECT_EQ(shape_of({"Flatten", 13, {floats({0, 3, 2}, {})}, {}}), "[0, 6]");
  expect_error(flatten(x, 4), Code::kAttribute, "axis");
  expect_error(flatten(x, -4), Code::kAttribute, "axis");
}

TEST(Squeeze, RemovesAxesOfExtentOne) {
  const Tensor x = iota({1, 3, 1, 2, 1});
  EXPECT_EQ(shape_of({"Squeeze", 13, {x}, {}}), "[3, 2]");
  EXPECT_EQ(shape_of(squeeze(x, {0})), "[3, 1, 2, 1]");
  EXPECT_EQ(shape_of(squeeze(x, {-1, 2})), "[1, 3, 2]");
  EXPECT_EQ(shape_of(squeeze(x, {})), "[1, 3, 1, 2, 1]");
  EXPECT_EQ(shape_of({"Squeeze", 11, {x}, {attr_ints("axes", {0, 2})}}), "[3, 2, 1]");
  expect_floats(result_of(squeeze(floats({1}, {5}), {0})), {}, {5});
}

TEST(Squeeze, Errors) {
  const Tensor x = iota({1, 3});
  expect_error(squeeze(x, {1}), Code::kShape);
  expect_error(squeeze(x, {2}), Code::kAttribute, "axes");
  expect_error(squeeze(x, {0, -2}), Code::kAttribute, "axes");
  expect_error({"Squeeze", 13, {x}, {attr_ints("axes", {0})}}, Code::kAttribute, "axes");
  expect_error({"Squeeze", 11, {x, list({0})}, {}}, Code::kGraph);
}

TEST(Unsqueeze, InsertsAxes) {
  const Tensor x = iota({2, 3});
  const auto unsqueeze = [&](const std::vector<int64_t>& axes) {
    return squeeze(x, axes, "Unsqueeze");
  };
  EXPECT_EQ(shape_of(unsqueeze({0})), "[1, 2, 3]");
  EXPECT_EQ(shape_of(unsqueeze({-1})), "[2, 3, 1]");
  EXPECT_EQ(shape_of(unsqueeze({3, 0})), "[1, 2, 3, 1]");
  EXPECT_EQ(shape_of(unsqueeze({1, 2})), "[2, 1, 1, 3]");
  EXPECT_EQ(shape_of({"Unsqueeze", 11, {x}, {attr_ints("axes", {1})}}), "[2, 1, 3]");
  expect_error(unsqueeze({3}), Code::kAttribute, "axes");
  expect_error(unsqueeze({1, 1}), Code::kAttribute, "axes");
  expect_error(unsqueeze({0, -4}), Code::kAttribute, "axes");
  expect_error(unsqueeze({0, 1, 2, 3, 4, 5, 6}), Code::kUnsupported);
  expect_error({"Unsqueeze", 11, {x}, {}}, Code::kAttribute, "axes");
  expect_error({"Unsqueeze", 13, {x}, {}}, Code::kGraph);
  expect_error({"Unsqueeze", 13, {x, absent()}, {}}, Code::kGraph);
}

TEST(Views, SayThatTheyAre) {
  const Tensor x = iota({1, 2});
  for (const Node& node : {reshape(x, {2}), Node{"Flatten", 13, {x}, {}},
                           Node{"Squeeze", 13, {x}, {}}, squeeze(x, {0}, "Unsqueeze")}) {
    EXPECT_TRUE((*make(node))->is_view()) << node.type;
  }
  EXPECT_FALSE((*make({"Transpose", 13, {x}, {}}))->is_view());
}

}  // namespace
}  // namespace gossamer::op_test
