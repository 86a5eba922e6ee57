// Where, IsNaN, IsInf, Not, BitwiseNot.
#include "ops/logic.h"

#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor bools(const Shape& shape, const std::vector<uint8_t>& values) {
  return bytes(DataType::kBool, shape, values);
}

TEST(Where, ChoosesWithBroadcasting) {
  const Tensor condition = bools({2, 1}, {1, 0});
  expect_floats(result_of({"Where", 16, {condition, floats({3}, {1, 2, 3}), floats({}, {9})}, {}}),
                {2, 3}, {1, 2, 3, 9, 9, 9});
  expect_values<int64_t>(
      result_of({"Where", 16, {bools({}, {0}), int64s({1}, {1}), int64s({2}, {7, 8})}, {}}), {2},
      {7, 8});
  expect_floats(result_of({"Where", 16, {condition, floats({0}, {}), floats({1}, {9})}, {}}),
                {2, 0}, {});
}

TEST(Where, Errors) {
  const Tensor x = floats({2}, {1, 2});
  expect_error({"Where", 16, {x, x, x}, {}}, Code::kUnsupported);
  expect_error({"Where", 16, {bools({1}, {1}), x, int64s({2}, {1, 2})}, {}}, Code::kShape);
  expect_error({"Where", 16, {bools({3}, {1, 1, 1}), x, x}, {}}, Code::kShape);
  expect_error({"Where", 16, {bools({1}, {1}), x}, {}}, Code::kGraph);
}

TEST(IsInf, FindsTheSignsThatAreAskedFor) {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Tensor x = floats({4}, {inf, -inf, nan, 1});
  expect_values<uint8_t>(result_of({"IsInf", 10, {x}, {}}), {4}, {1, 1, 0, 0});
  expect_values<uint8_t>(result_of({"IsInf", 10, {x}, {attr_int("detect_negative", 0)}}), {4},
                         {1, 0, 0, 0});
  expect_values<uint8_t>(result_of({"IsInf", 10, {x}, {attr_int("detect_positive", 0)}}), {4},
                         {0, 1, 0, 0});
  expect_values<uint8_t>(result_of({"IsNaN", 9, {x}, {}}), {4}, {0, 0, 1, 0});
  expect_error({"IsNaN", 9, {int64s({1}, {1})}, {}}, Code::kUnsupported);
}

TEST(Not, OfBoolsAndBits) {
  expect_values<uint8_t>(result_of({"Not", 7, {bools({3}, {0, 1, 5})}, {}}), {3}, {1, 0, 0});
  expect_values<int32_t>(result_of({"BitwiseNot", 18, {int32s({2}, {0, 5})}, {}}), {2}, {-1, -6});
  expect_error({"Not", 7, {int64s({1}, {1})}, {}}, Code::kUnsupported);
}

}  // namespace
}  // namespace gossamer::op_test
