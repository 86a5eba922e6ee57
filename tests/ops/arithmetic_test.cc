// Add, Sub, Mul, Div: broadcasting, integers, and divisions without a result.
#include "ops/arithmetic.h"

#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node binary(std::string type, Tensor a, Tensor b) {
  return {std::move(type), 14, {std::move(a), std::move(b)}, {}};
}

TEST(Arithmetic, SameShapes) {
  const Tensor a = floats({3}, {8, -3, 0.5f});
  const Tensor b = floats({3}, {2, 4, -0.25f});
  expect_floats(result_of(binary("Add", a, b)), {3}, {10, 1, 0.25f});
  expect_floats(result_of(binary("Sub", a, b)), {3}, {6, -7, 0.75f});
  expect_floats(result_of(binary("Mul", a, b)), {3}, {16, -12, -0.125f});
  expect_floats(result_of(binary("Div", a, b)), {3}, {4, -0.75f, -2});
}

TEST(Arithmetic, Broadcasts) {
  const Tensor row = floats({3}, {1, 2, 3});
  const Tensor column = floats({2, 1}, {10, 20});
  expect_floats(result_of(binary("Add", column, row)), {2, 3}, {11, 12, 13, 21, 22, 23});
  expect_floats(result_of(binary("Sub", row, column)), {2, 3}, {-9, -8, -7, -19, -18, -17});
  expect_floats(result_of(binary("Mul", row, floats({}, {2}))), {3}, {2, 4, 6});
  expect_floats(result_of(binary("Add", floats({1, 1}, {1}), floats({2}, {1, 2}))), {1, 2}, {2, 3});
  // A value per channel of [N, C, H, W].
  expect_floats(result_of(binary("Add", iota({2, 2, 1, 2}), floats({2, 1, 1}, {100, 200}))),
                {2, 2, 1, 2}, {100, 101, 202, 203, 104, 105, 206, 207});
  // Both repeat, on different axes.
  expect_floats(
      result_of(binary("Add", floats({2, 1, 2}, {1, 2, 3, 4}), floats({1, 2, 1}, {10, 20}))),
      {2, 2, 2}, {11, 12, 21, 22, 13, 14, 23, 24});
}

TEST(Arithmetic, EmptyTensors) {
  expect_floats(result_of(binary("Add", floats({0}, {}), floats({1}, {1}))), {0}, {});
  expect_floats(result_of(binary("Mul", floats({2, 0}, {}), floats({2, 1}, {1, 2}))), {2, 0}, {});
}

TEST(Arithmetic, FloatDivisionByZeroIsInfinite) {
  const float inf = std::numeric_limits<float>::infinity();
  expect_floats(result_of(binary("Div", floats({3}, {1, -1, 0}), floats({}, {0}))), {3},
                {inf, -inf, std::numeric_limits<float>::quiet_NaN()});
}

TEST(Arithmetic, IntegersWrapAndTruncate) {
  const int64_t max64 = INT64_MAX;
  expect_values<int64_t>(result_of(binary("Add", int64s({2}, {max64, 1}), int64s({}, {1}))), {2},
                         {INT64_MIN, 2});
  expect_values<int64_t>(result_of(binary("Mul", int64s({1}, {max64}), int64s({1}, {2}))), {1},
                         {-2});
  expect_values<int32_t>(result_of(binary("Sub", int32s({1}, {INT32_MIN}), int32s({1}, {1}))), {1},
                         {INT32_MAX});
  expect_values<int32_t>(result_of(binary("Mul", int32s({1}, {65536}), int32s({1}, {65536}))), {1},
                         {0});
  expect_values<int32_t>(
      result_of(binary("Div", int32s({4}, {7, -7, 7, -7}), int32s({4}, {2, 2, -2, -2}))), {4},
      {3, -3, -3, 3});
}

TEST(Arithmetic, IntegerDivisionsWithoutAResult) {
  expect_error(binary("Div", int64s({1}, {1}), int64s({1}, {0})), Code::kNumeric);
  expect_error(binary("Div", int32s({2}, {1, 1}), int32s({2}, {1, 0})), Code::kNumeric);
  expect_error(binary("Div", int64s({1}, {INT64_MIN}), int64s({1}, {-1})), Code::kNumeric);
  expect_error(binary("Div", int32s({1}, {INT32_MIN}), int32s({1}, {-1})), Code::kNumeric);
}

TEST(Arithmetic, Errors) {
  const Tensor a = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  for (const char* type : {"Add", "Sub", "Mul", "Div"}) {
    SCOPED_TRACE(type);
    expect_error(binary(type, a, floats({2}, {1, 2})), Code::kShape);
    expect_error(binary(type, a, int64s({3}, {1, 2, 3})), Code::kShape);
    expect_error(binary(type, only_shape(DataType::kBool, {1}), only_shape(DataType::kBool, {1})),
                 Code::kUnsupported);
    expect_error(binary(type, a, absent()), Code::kGraph);
    const int64_t huge = int64_t{1} << 32;
    expect_error(binary(type, only_shape(DataType::kFloat32, {huge, 1}),
                        only_shape(DataType::kFloat32, {1, huge})),
                 Code::kShape);
  }
}

}  // namespace
}  // namespace gossamer::op_test
