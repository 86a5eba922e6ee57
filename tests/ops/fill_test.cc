// ConstantOfShape, Range, EyeLike, Size.
#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node range(Tensor start, Tensor limit, Tensor delta) {
  return {
      "Range", 11, {known(std::move(start)), known(std::move(limit)), known(std::move(delta))}, {}};
}
Node range(int64_t start, int64_t limit, int64_t delta) {
  return range(int64s({}, {start}), int64s({}, {limit}), int64s({}, {delta}));
}

TEST(ConstantOfShape, FillsWithItsValue) {
  expect_floats(result_of({"ConstantOfShape", 9, {list({2, 1})}, {}}), {2, 1}, {0, 0});
  const int64_t seven[] = {7};
  const auto value = Constant::copy_of({DataType::kInt64, Shape{1}, seven});
  expect_values<int64_t>(
      result_of({"ConstantOfShape", 9, {list({2})}, {attr_tensor("value", *value)}}), {2}, {7, 7});
  expect_floats(result_of({"ConstantOfShape", 9, {list({})}, {}}), {}, {0});
  expect_floats(result_of({"ConstantOfShape", 9, {list({3, 0})}, {}}), {3, 0}, {});
  expect_error({"ConstantOfShape", 9, {list({-1})}, {}}, Code::kShape);
  expect_error({"ConstantOfShape", 9, {list({INT64_MAX, 8})}, {}}, Code::kShape);
  const auto two = Constant::copy_of({DataType::kInt8, Shape{2}, seven});
  expect_error({"ConstantOfShape", 9, {list({1})}, {attr_tensor("value", *two)}}, Code::kAttribute,
               "value");
}

TEST(Range, Counts) {
  expect_values<int64_t>(result_of(range(2, 9, 3)), {3}, {2, 5, 8});
  expect_values<int64_t>(result_of(range(5, 0, -2)), {3}, {5, 3, 1});
  expect_values<int64_t>(result_of(range(5, 5, 1)), {0}, {});
  expect_values<int64_t>(result_of(range(INT64_MIN, INT64_MAX, INT64_MAX)), {3},
                         {INT64_MIN, -1, INT64_MAX - 1});
  expect_floats(result_of(range(floats({}, {0}), floats({}, {1}), floats({}, {0.25f}))), {4},
                {0, 0.25f, 0.5f, 0.75f});
  expect_error(range(0, 1, 0), Code::kAttribute, "delta");
  expect_error(range(INT64_MIN, INT64_MAX, 1), Code::kShape);
  expect_error(range(floats({}, {0}), floats({}, {NAN}), floats({}, {1})), Code::kShape);
  expect_error(range(floats({}, {0}), floats({}, {INFINITY}), floats({}, {1})), Code::kShape);
  expect_error(range(floats({}, {0}), int64s({}, {1}), floats({}, {1})), Code::kShape);
  expect_error(range(int64s({2}, {0, 1}), int64s({}, {1}), int64s({}, {1})), Code::kShape);
  expect_error({"Range", 11, {int64s({}, {0}), int64s({}, {1}), int64s({}, {1})}, {}},
               Code::kUnsupported);
}

TEST(EyeLike, Diagonals) {
  expect_floats(result_of({"EyeLike", 9, {iota({2, 3})}, {}}), {2, 3}, {1, 0, 0, 0, 1, 0});
  expect_values<int64_t>(
      result_of({"EyeLike", 9, {iota({2, 2})}, {attr_int("k", -1), attr_int("dtype", 7)}}), {2, 2},
      {0, 0, 1, 0});
  expect_floats(result_of({"EyeLike", 9, {iota({1, 2})}, {attr_int("k", INT64_MAX)}}), {1, 2},
                {0, 0});
  expect_error({"EyeLike", 9, {iota({2})}, {}}, Code::kShape);
  expect_error({"EyeLike", 9, {iota({1, 1})}, {attr_int("dtype", 8)}}, Code::kUnsupported);
}

TEST(Size, IsKnown) {
  expect_values<int64_t>(result_of({"Size", 13, {iota({2, 3})}, {}}), {}, {6});
}

TEST(Taper, WindowsOfTheSpecification) {
  const Tensor size = known(int64s({}, {4}));
  const auto window = [&](const char* type, int64_t periodic) {
    return result_of(Node{type, 17, {size}, {attr_int("periodic", periodic)}});
  };
  expect_floats(window("HannWindow", 1), {4}, {0, 0.5f, 1, 0.5f});
  expect_floats(window("HannWindow", 0), {4}, {0, 0.75f, 0.75f, 0});
  expect_floats(window("HammingWindow", 1), {4}, {0.08695652f, 0.54347826f, 1, 0.54347826f});
  expect_floats(window("BlackmanWindow", 1), {4}, {0, 0.34f, 1, 0.34f});
  EXPECT_EQ(result_of(Node{"HannWindow", 17, {size}, {attr_int("output_datatype", 11)}}).type,
            DataType::kFloat64);
  expect_error({"HannWindow", 17, {known(int64s({}, {-1}))}}, Code::kShape);
  expect_error({"HannWindow", 17, {size}, {attr_int("output_datatype", 8)}}, Code::kUnsupported);
}

}  // namespace
}  // namespace gossamer::op_test
