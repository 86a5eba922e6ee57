// ArgMax, ArgMin, TopK and CumSum: ties, axes, element types, and refused arguments.
#include "ops/selection.h"

#include <cmath>

#include "ops/scan.h"
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

TEST(ArgMax, TakesTheFirstOrTheLast) {
  const Tensor x = floats({2, 3}, {1, 4, 4, 7, 2, 7});
  expect_values<int64_t>(result_of({"ArgMax", 13, {x}, {attr_int("axis", 1)}}), {2, 1}, {1, 0});
  expect_values<int64_t>(
      result_of({"ArgMax", 13, {x}, {attr_int("axis", -1), attr_int("select_last_index", 1)}}),
      {2, 1}, {2, 2});
  expect_values<int64_t>(result_of({"ArgMax", 11, {x}, {attr_int("keepdims", 0)}}), {3}, {1, 0, 1});
  expect_values<int64_t>(result_of({"ArgMin", 13, {x}, {attr_int("axis", 1)}}), {2, 1}, {0, 1});
  expect_values<int64_t>(result_of({"ArgMax", 13, {floats({3}, {1, NAN, 2})}, {}}), {1}, {1});
  const Tensor large = tensor<uint64_t>(DataType::kUint64, {2}, {1, UINT64_MAX});
  expect_values<int64_t>(result_of({"ArgMax", 13, {large}, {}}), {1}, {1});
}

TEST(ArgMax, Errors) {
  expect_error({"ArgMax", 13, {floats({2, 0}, {})}, {attr_int("axis", 1)}}, Code::kShape);
  expect_error({"ArgMax", 13, {floats({2}, {1, 2})}, {attr_int("axis", 1)}}, Code::kAttribute,
               "axis");
  expect_error({"ArgMax", 11, {floats({2}, {1, 2})}, {attr_int("select_last_index", 1)}},
               Code::kAttribute, "select_last_index");
}

std::vector<Tensor> top_k(const Node& node) {
  auto outputs = run(**make(node), node.inputs, 2);
  EXPECT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  return outputs.is_ok() ? *outputs : std::vector<Tensor>(2);
}

TEST(TopK, BestFirstAndStable) {
  const Tensor x = floats({2, 5}, {3, 1, 3, 2, 3, 0, 5, 4, 9, 5});
  auto best = top_k({"TopK", 11, {x, list({3})}, {}, {"v", "i"}});
  expect_floats(best[0], {2, 3}, {3, 3, 3, 9, 5, 5});
  expect_values<int64_t>(best[1], {2, 3}, {0, 2, 4, 3, 1, 4});
  best = top_k({"TopK", 11, {x, list({2})}, {attr_int("largest", 0)}, {"v", "i"}});
  expect_floats(best[0], {2, 2}, {1, 2, 0, 4});
  expect_values<int64_t>(best[1], {2, 2}, {1, 3, 0, 2});
  best = top_k({"TopK", 9, {x}, {attr_int("k", 1), attr_int("axis", 0)}, {"v", "i"}});
  expect_floats(best[0], {1, 5}, {3, 5, 4, 9, 5});
  expect_values<int64_t>(best[1], {1, 5}, {0, 1, 1, 1, 1});
  best = top_k({"TopK", 11, {x, list({0})}, {}, {"v", "i"}});
  expect_floats(best[0], {2, 0}, {});
}

// Against sorting, on every k.
TEST(TopK, AgreesWithSorting) {
  const Tensor x = noise({33}, 5);
  std::vector<float> sorted = x.to<float>();
  std::ranges::sort(sorted, std::greater<>());
  for (int64_t k = 1; k <= 33; ++k) {
    const auto best = top_k({"TopK", 11, {x, list({k})}, {attr_int("sorted", 0)}, {"v", "i"}});
    EXPECT_EQ(best[0].to<float>(),
              std::vector<float>(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(k)));
  }
}

TEST(TopK, StatesTheMemoryItWorksIn) {
  const Node node = {"TopK", 13, {iota({4, 100}), list({30})}, {}, {"v", "i"}};
  EXPECT_EQ(reference_scratch(node), 30 * sizeof(int64_t));
}

TEST(TopK, Errors) {
  const Tensor x = floats({3}, {1, 2, 3});
  expect_error({"TopK", 11, {x, list({4})}, {}}, Code::kAttribute, "k");
  expect_error({"TopK", 11, {x, list({-1})}, {}}, Code::kAttribute, "k");
  expect_error({"TopK", 11, {x, list({1, 1})}, {}}, Code::kShape);
  expect_error({"TopK", 11, {x, int64s({1}, {1})}, {}}, Code::kUnsupported);
  expect_error({"TopK", 9, {x}, {}}, Code::kAttribute, "k");
}

TEST(CumSum, BothWays) {
  const Tensor x = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  const auto sum = [&](int64_t axis, std::vector<Attribute> attributes) {
    return result_of({"CumSum", 14, {x, known(int64s({}, {axis}))}, std::move(attributes)});
  };
  expect_floats(sum(1, {}), {2, 3}, {1, 3, 6, 4, 9, 15});
  expect_floats(sum(0, {}), {2, 3}, {1, 2, 3, 5, 7, 9});
  expect_floats(sum(-1, {attr_int("exclusive", 1)}), {2, 3}, {0, 1, 3, 0, 4, 9});
  expect_floats(sum(1, {attr_int("reverse", 1)}), {2, 3}, {6, 5, 3, 15, 11, 6});
  expect_floats(sum(1, {attr_int("reverse", 1), attr_int("exclusive", 1)}), {2, 3},
                {5, 3, 0, 11, 6, 0});
  expect_error({"CumSum", 14, {x, list({2})}, {}}, Code::kAttribute, "axis");
  expect_error({"CumSum", 14, {x, int64s({1}, {2})}, {}}, Code::kIndex);
  expect_error({"CumSum", 14, {x, list({0, 1})}, {}}, Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
