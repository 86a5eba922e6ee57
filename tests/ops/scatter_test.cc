// GatherElements, GatherND and their counterparts that write, and OneHot.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node scatter(Tensor data, Tensor indices, Tensor updates, const char* reduction, int64_t axis = 0) {
  return {"ScatterElements",
          18,
          {std::move(data), std::move(indices), std::move(updates)},
          {attr_text("reduction", reduction), attr_int("axis", axis)}};
}

TEST(GatherElements, OneByOne) {
  const Tensor x = iota({3, 2});
  expect_floats(result_of({"GatherElements", 13, {x, int64s({2, 2}, {2, 0, -1, 1})}, {}}), {2, 2},
                {4, 1, 4, 3});
  expect_floats(
      result_of({"GatherElements", 11, {x, int32s({3, 1}, {1, 0, 1})}, {attr_int("axis", 1)}}),
      {3, 1}, {1, 2, 5});
  expect_error({"GatherElements", 13, {x, int64s({1, 1}, {3})}, {}}, Code::kIndex);
  expect_error({"GatherElements", 13, {x, int64s({1, 3}, {0, 0, 0})}, {}}, Code::kShape);
  expect_error({"GatherElements", 13, {x, int64s({1}, {0})}, {}}, Code::kShape);
}

TEST(GatherND, Tuples) {
  const Tensor x = iota({2, 3, 2});
  expect_floats(result_of({"GatherND", 13, {x, int64s({2, 2}, {0, -1, 1, 0})}, {}}), {2, 2},
                {4, 5, 6, 7});
  expect_floats(
      result_of({"GatherND", 13, {x, int64s({2, 1, 1}, {2, 0})}, {attr_int("batch_dims", 1)}}),
      {2, 1, 2}, {4, 5, 6, 7});
  expect_floats(result_of({"GatherND", 11, {x, int64s({3}, {1, 2, 1})}, {}}), {}, {11});
  expect_error({"GatherND", 13, {x, int64s({1, 1}, {2})}, {}}, Code::kIndex);
  expect_error({"GatherND", 13, {x, int64s({1, 4}, {0, 0, 0, 0})}, {}}, Code::kShape);
  expect_error({"GatherND", 13, {x, int64s({3, 1}, {0, 0, 0})}, {attr_int("batch_dims", 2)}},
               Code::kAttribute, "batch_dims");
  expect_error({"GatherND", 13, {x, int64s({3, 1, 1}, {0, 0, 0})}, {attr_int("batch_dims", 1)}},
               Code::kShape);
  expect_error({"GatherND", 13, {x, int64s({1, 1}, {0})}, {attr_int("batch_dims", -1)}},
               Code::kAttribute, "batch_dims");
}

TEST(ScatterElements, Reductions) {
  const Tensor x = floats({3}, {1, 2, 3});
  const Tensor indices = int64s({3}, {1, -2, 0});
  const Tensor updates = floats({3}, {5, 4, -1});
  expect_floats(result_of(scatter(x, indices, updates, "none")), {3}, {-1, 4, 3});
  expect_floats(result_of(scatter(x, indices, updates, "add")), {3}, {0, 11, 3});
  expect_floats(result_of(scatter(x, indices, updates, "mul")), {3}, {-1, 40, 3});
  expect_floats(result_of(scatter(x, indices, updates, "min")), {3}, {-1, 2, 3});
  expect_floats(result_of(scatter(x, indices, updates, "max")), {3}, {1, 5, 3});
  expect_values<int64_t>(
      result_of(scatter(int64s({1}, {INT64_MAX}), int64s({1}, {0}), int64s({1}, {1}), "add")), {1},
      {INT64_MIN});
  expect_floats(result_of({"Scatter",
                           9,
                           {iota({2, 2}), int64s({1, 1}, {1}), floats({1, 1}, {9})},
                           {attr_int("axis", 1)}}),
                {2, 2}, {0, 9, 2, 3});
}

TEST(ScatterElements, Errors) {
  const Tensor x = iota({3});
  const Tensor one = int64s({1}, {0});
  expect_error(scatter(x, int64s({1}, {3}), floats({1}, {0}), "none"), Code::kIndex);
  expect_error(scatter(x, one, floats({2}, {0, 0}), "none"), Code::kShape);
  expect_error(scatter(x, one, one, "none"), Code::kShape);
  expect_error(scatter(x, one, floats({1}, {0}), "mean"), Code::kAttribute, "reduction");
  expect_error({"ScatterElements", 16, {x, one, floats({1}, {0})}, {attr_text("reduction", "max")}},
               Code::kAttribute, "reduction");
  expect_error(
      {"ScatterElements", 13, {x, one, floats({1}, {0})}, {attr_text("reduction", "none")}},
      Code::kAttribute, "reduction");
}

TEST(ScatterND, Blocks) {
  const auto node = [](Tensor indices, Tensor updates, const char* reduction) {
    return Node{"ScatterND",
                18,
                {iota({2, 2}), std::move(indices), std::move(updates)},
                {attr_text("reduction", reduction)}};
  };
  expect_floats(result_of(node(int64s({1, 1}, {1}), floats({1, 2}, {8, 9}), "none")), {2, 2},
                {0, 1, 8, 9});
  expect_floats(result_of(node(int64s({2, 2}, {0, 1, 0, 1}), floats({2}, {8, 9}), "add")), {2, 2},
                {0, 18, 2, 3});
  expect_error(node(int64s({1, 1}, {2}), floats({1, 2}, {8, 9}), "none"), Code::kIndex);
  expect_error(node(int64s({1, 1}, {1}), floats({1}, {8}), "none"), Code::kShape);
  expect_error(node(int64s({}, {1}), floats({}, {8}), "none"), Code::kShape);
}

TEST(OneHot, MarksIndices) {
  const auto node = [](Tensor indices, Tensor depth, int64_t axis) {
    return Node{"OneHot",
                11,
                {std::move(indices), known(std::move(depth)), floats({2}, {-1, 1})},
                {attr_int("axis", axis)}};
  };
  expect_floats(result_of(node(int64s({3}, {1, -1, 2}), int64s({}, {2}), -1)), {3, 2},
                {-1, 1, -1, 1, -1, -1});
  expect_floats(result_of(node(floats({2}, {0, 1}), floats({1}, {3}), 0)), {3, 2},
                {1, -1, -1, 1, -1, -1});
  expect_error(node(int64s({1}, {0}), int64s({}, {0}), 0), Code::kAttribute, "depth");
  expect_error(node(int64s({1}, {0}), int64s({}, {INT64_MAX}), 0), Code::kShape);
  expect_error(node(int64s({1}, {0}), int64s({}, {2}), 2), Code::kAttribute, "axis");
}

}  // namespace
}  // namespace gossamer::op_test
