// Reductions: axes in every form, element types, and what nothing reduces to.
#include "ops/reduce.h"

#include <cmath>
#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

Node reduce(std::string type, Tensor x, std::vector<int64_t> axes, bool keep = true) {
  return {std::move(type),
          11,
          {std::move(x)},
          {attr_ints("axes", std::move(axes)), attr_int("keepdims", keep ? 1 : 0)}};
}

TEST(Reduce, EveryKind) {
  const Tensor x = floats({2, 3}, {1, -2, 3, 4, 5, -6});
  const auto over_rows = [&](const char* type) { return result_of(reduce(type, x, {1})); };
  expect_floats(over_rows("ReduceSum"), {2, 1}, {2, 3});
  expect_floats(over_rows("ReduceMean"), {2, 1}, {2 / 3.0f, 1});
  expect_floats(over_rows("ReduceMax"), {2, 1}, {3, 5});
  expect_floats(over_rows("ReduceMin"), {2, 1}, {-2, -6});
  expect_floats(over_rows("ReduceProd"), {2, 1}, {-6, -120});
  expect_floats(over_rows("ReduceL1"), {2, 1}, {6, 15});
  expect_floats(over_rows("ReduceL2"), {2, 1}, {std::sqrt(14.0f), std::sqrt(77.0f)});
  expect_floats(over_rows("ReduceSumSquare"), {2, 1}, {14, 77});
  expect_floats(over_rows("ReduceLogSum"), {2, 1}, {std::log(2.0f), std::log(3.0f)});
  expect_floats(over_rows("ReduceLogSumExp"), {2, 1}, {3.1328452f, 5.3132743f});
  expect_floats(result_of(reduce("ReduceLogSumExp", floats({2}, {1000, 1000}), {0})), {1},
                {1000.6931f});
  expect_floats(result_of(reduce("ReduceMax", floats({2}, {NAN, 1}), {0})), {1}, {NAN});
}

TEST(Reduce, AxesOfEveryForm) {
  const Tensor x = iota({2, 3, 2});
  expect_floats(result_of(reduce("ReduceSum", x, {0, -1})), {1, 3, 1}, {14, 22, 30});
  expect_floats(result_of(reduce("ReduceSum", x, {1}, false)), {2, 2}, {6, 9, 24, 27});
  expect_floats(result_of({"ReduceSum", 11, {x}, {}}), {1, 1, 1}, {66});
  expect_floats(result_of({"ReduceSum", 13, {x, list({1, 0})}, {}}), {1, 1, 2}, {30, 36});
  expect_floats(result_of({"ReduceMean", 18, {x, list({})}, {attr_int("keepdims", 0)}}), {},
                {5.5f});
  const Attribute noop = attr_int("noop_with_empty_axes", 1);
  expect_same(result_of({"ReduceSum", 13, {x}, {noop}}), x);
  expect_floats(result_of({"ReduceSumSquare", 18, {floats({2}, {2, 3}), list({})}, {noop}}), {2},
                {4, 9});
  expect_floats(result_of({"ReduceMax", 13, {floats({}, {7})}, {}}), {}, {7});
}

TEST(Reduce, OtherTypes) {
  expect_values<int64_t>(result_of(reduce("ReduceMean", int64s({3}, {-7, 0, 0}), {0})), {1}, {-2});
  expect_values<int32_t>(result_of(reduce("ReduceL2", int32s({2}, {3, 4}), {0})), {1}, {5});
  expect_values<int32_t>(result_of(reduce("ReduceL1", int32s({2}, {-3, 4}), {0})), {1}, {7});
  const Tensor large = tensor<uint64_t>(DataType::kUint64, {2}, {UINT64_MAX, 1});
  expect_values<uint64_t>(result_of(reduce("ReduceMax", large, {0})), {1}, {UINT64_MAX});
  expect_values<uint64_t>(result_of(reduce("ReduceMin", large, {0})), {1}, {1});
  const Tensor flags = bytes(DataType::kBool, {2, 2}, {0, 1, 0, 0});
  expect_values<uint8_t>(result_of({"ReduceMax", 20, {flags, list({1})}, {}}), {2, 1}, {1, 0});
  expect_values<uint8_t>(result_of({"ReduceMin", 20, {flags, list({0})}, {}}), {1, 2}, {0, 0});
  expect_values<double>(
      result_of(reduce("ReduceSum", tensor<double>(DataType::kFloat64, {2}, {1e16, 1}), {0})), {1},
      {1e16 + 1});
}

TEST(Reduce, Nothing) {
  const Tensor x = floats({2, 0}, {});
  const auto of_nothing = [&](const char* type) { return result_of(reduce(type, x, {1}, false)); };
  expect_floats(of_nothing("ReduceSum"), {2}, {0, 0});
  expect_floats(of_nothing("ReduceProd"), {2}, {1, 1});
  expect_floats(of_nothing("ReduceMax"), {2}, {-kInf, -kInf});
  expect_floats(of_nothing("ReduceMin"), {2}, {kInf, kInf});
  expect_floats(of_nothing("ReduceMean"), {2}, {NAN, NAN});
  expect_floats(of_nothing("ReduceLogSumExp"), {2}, {-kInf, -kInf});
  expect_floats(result_of(reduce("ReduceSum", x, {0})), {1, 0}, {});
  expect_values<int32_t>(result_of(reduce("ReduceMin", int32s({0}, {}), {0})), {1}, {INT32_MAX});
  expect_values<int32_t>(result_of(reduce("ReduceMean", int32s({0}, {}), {0})), {1}, {0});
}

TEST(Reduce, Permuted) {
  const Tensor x = noise({2, 3, 4, 5}, 3);
  const auto op = make(reduce("ReduceMean", x, {-1, 2}));
  ASSERT_TRUE(op.is_ok());
  const std::vector<int> perm = {0, 2, 3, 1};
  const auto moved = (*op)->permuted(perm);
  ASSERT_NE(moved, nullptr);
  expect_same(result_of(*moved, {permute(x, perm)}), permute(result_of(**op, {x}), perm));
  EXPECT_EQ((*make(reduce("ReduceMean", x, {1}, false)))->permuted(perm), nullptr);
}

TEST(Reduce, Errors) {
  const Tensor x = floats({2}, {1, 2});
  expect_error(reduce("ReduceSum", x, {1}), Code::kAttribute, "axes");
  expect_error(reduce("ReduceSum", x, {0, -1}), Code::kAttribute, "axes");
  expect_error({"ReduceSum", 13, {x, list({INT64_MIN})}, {}}, Code::kAttribute, "axes");
  expect_error({"ReduceSum", 13, {x, int64s({1}, {0})}, {}}, Code::kUnsupported);
  expect_error({"ReduceSum", 13, {x}, {attr_ints("axes", {0})}}, Code::kAttribute, "axes");
  expect_error({"ReduceMean", 13, {x, list({0})}, {}}, Code::kGraph);
  expect_error(reduce("ReduceSum", bytes(DataType::kBool, {1}, {1}), {0}), Code::kUnsupported);
}

}  // namespace
}  // namespace gossamer::op_test
