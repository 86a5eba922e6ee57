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

TEST(Arithmetic, OldModelsNameTheAxis) {
  const Tensor x = iota({2, 3, 2});
  const Tensor by_axis = floats({3}, {10, 20, 30});
  Node node{"Add", 6, {x, by_axis}, {attr_int("broadcast", 1), attr_int("axis", 1)}};
  expect_floats(result_of(node), {2, 3, 2}, {10, 11, 22, 23, 34, 35, 16, 17, 28, 29, 40, 41});
  EXPECT_FALSE((*make(node))->is_elementwise());
  node.attributes = {attr_int("broadcast", 1), attr_int("axis", 7)};
  expect_error(node, Code::kAttribute, "axis");
  node.attributes = {attr_int("broadcast", 1)};
  expect_error(node, Code::kShape);
  node.inputs[1] = floats({2}, {10, 20});
  expect_floats(result_of(node), {2, 3, 2}, {10, 21, 12, 23, 14, 25, 16, 27, 18, 29, 20, 31});
  expect_floats(
      result_of({"PRelu", 6, {floats({1, 2, 2}, {-1, -1, -1, 1}), floats({2}, {2, 3})}, {}}),
      {1, 2, 2}, {-2, -2, -3, 1});
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

TEST(Arithmetic, EveryIntegerTypeWraps) {
  expect_values<uint8_t>(result_of(binary("Add", bytes(DataType::kUint8, {1}, {250}),
                                          bytes(DataType::kUint8, {1}, {10}))),
                         {1}, {4});
  const Tensor big = tensor<uint64_t>(DataType::kUint64, {1}, {UINT64_MAX});
  const Tensor two = tensor<uint64_t>(DataType::kUint64, {1}, {2});
  expect_values<uint64_t>(result_of(binary("Div", big, two)), {1}, {UINT64_MAX / 2});
  expect_values<uint8_t>(result_of(binary("Greater", big, two)), {1}, {1});
  expect_values<uint64_t>(result_of(binary("Min", big, two)), {1}, {2});
  const Tensor low = bytes(DataType::kInt8, {1}, {0x80});
  expect_error(binary("Div", low, bytes(DataType::kInt8, {1}, {0xFF})), Code::kNumeric);
}

TEST(Arithmetic, HalfPrecisionIsRoundedOnce) {
  const Tensor one = tensor<uint16_t>(DataType::kFloat16, {1}, {0x3C00});
  const Tensor three = tensor<uint16_t>(DataType::kFloat16, {1}, {0x4200});
  expect_values<uint16_t>(result_of(binary("Div", one, three)), {1}, {0x3555});
}

TEST(Pow, MixesTypes) {
  expect_floats(result_of(binary("Pow", floats({3}, {2, 9, -2}), floats({3}, {-1, 0.5f, 3}))), {3},
                {0.5f, 3, -8});
  expect_floats(result_of(binary("Pow", floats({2}, {2, 3}), int64s({2}, {10, -1}))), {2},
                {1024, 1 / 3.0f});
  expect_values<int32_t>(
      result_of(binary("Pow", int32s({3}, {2, 3, 9}), floats({3}, {3.5f, 2, 0.5f}))), {3},
      {11, 9, 3});
  expect_values<int64_t>(
      result_of(binary("Pow", int64s({4}, {3, -1, 2, -3}), int64s({4}, {5, -3, -1, 3}))), {4},
      {243, -1, 0, -27});
  expect_error(binary("Pow", int64s({1}, {0}), int64s({1}, {-1})), Code::kNumeric);
}

TEST(Mod, TakesTheSignThatIsAskedFor) {
  Node node = binary("Mod", int32s({4}, {7, -7, 7, -7}), int32s({4}, {3, 3, -3, -3}));
  expect_values<int32_t>(result_of(node), {4}, {1, 2, -2, -1});
  node.attributes = {attr_int("fmod", 1)};
  expect_values<int32_t>(result_of(node), {4}, {1, -1, 1, -1});
  expect_error(binary("Mod", int32s({1}, {1}), int32s({1}, {0})), Code::kNumeric);
  expect_values<int64_t>(result_of(binary("Mod", int64s({1}, {INT64_MIN}), int64s({1}, {-1}))), {1},
                         {0});
  const Tensor x = floats({2}, {5.5f, -5.5f});
  node = binary("Mod", x, floats({}, {2}));
  expect_error(node, Code::kUnsupported);
  node.attributes = {attr_int("fmod", 1)};
  expect_floats(result_of(node), {2}, {1.5f, -1.5f});
}

TEST(Variadic, AnyNumberOfTensorsBroadcast) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Tensor> x = {floats({2, 1}, {1, 6}), floats({3}, {2, 4, nan}), floats({}, {3})};
  expect_floats(result_of({"Max", 13, x, {}}), {2, 3}, {3, 4, nan, 6, 6, nan});
  expect_floats(result_of({"Min", 13, x, {}}), {2, 3}, {1, 1, nan, 2, 3, nan});
  expect_floats(result_of({"Sum", 13, x, {}}), {2, 3}, {6, 8, nan, 11, 13, nan});
  expect_floats(result_of({"Mean", 13, {x[0], x[2]}, {}}), {2, 1}, {2, 4.5f});
  expect_floats(result_of({"Mean", 13, {x[0]}, {}}), {2, 1}, {1, 6});
  expect_error({"Sum", 13, {x[0], floats({3, 2, 2}, std::vector<float>(12)), x[1]}, {}},
               Code::kShape);
  expect_error({"Sum", 13, {x[0], absent()}, {}}, Code::kGraph);
}

TEST(PRelu, SlopeBroadcastsOneWay) {
  const Tensor x = floats({1, 2, 2}, {-1, 2, -3, -4});
  expect_floats(result_of(binary("PRelu", x, floats({2, 1}, {0.5f, 2}))), {1, 2, 2},
                {-0.5f, 2, -6, -8});
  expect_error(binary("PRelu", x, floats({3, 1, 1}, {1, 1, 1})), Code::kShape);
}

TEST(Comparison, OfNumbersAndBools) {
  const Tensor a = floats({4}, {1, 2, 3, std::numeric_limits<float>::quiet_NaN()});
  const Tensor two = floats({}, {2});
  const auto compare = [&](const char* type, std::vector<uint8_t> want) {
    const Tensor y = result_of(binary(type, a, two));
    EXPECT_EQ(y.type, DataType::kBool);
    expect_values<uint8_t>(y, {4}, want);
  };
  compare("Less", {1, 0, 0, 0});
  compare("LessOrEqual", {1, 1, 0, 0});
  compare("Greater", {0, 0, 1, 0});
  compare("GreaterOrEqual", {0, 1, 1, 0});
  compare("Equal", {0, 1, 0, 0});
  const Tensor p = bytes(DataType::kBool, {4}, {0, 0, 7, 1}),
               q = bytes(DataType::kBool, {4}, {0, 1, 0, 1});
  expect_values<uint8_t>(result_of(binary("And", p, q)), {4}, {0, 0, 0, 1});
  expect_values<uint8_t>(result_of(binary("Or", p, q)), {4}, {0, 1, 1, 1});
  expect_values<uint8_t>(result_of(binary("Xor", p, q)), {4}, {0, 1, 1, 0});
  expect_values<uint8_t>(result_of(binary("Equal", p, q)), {4}, {1, 0, 0, 1});
  expect_error(binary("And", a, a), Code::kUnsupported);
  expect_error(binary("Less", p, p), Code::kUnsupported);
}

TEST(Bits, ShiftsAndMasks) {
  const Tensor x = bytes(DataType::kUint8, {3}, {0xF1, 1, 1}),
               by = bytes(DataType::kUint8, {3}, {1, 7, 200});
  Node shift{"BitShift", 11, {x, by}, {attr_text("direction", "LEFT")}};
  expect_values<uint8_t>(result_of(shift), {3}, {0xE2, 0x80, 0});
  shift.attributes = {attr_text("direction", "RIGHT")};
  expect_values<uint8_t>(result_of(shift), {3}, {0x78, 0, 0});
  shift.attributes = {};
  expect_error(shift, Code::kAttribute, "direction");
  const auto bits = [](const char* type, int32_t a, int32_t b) {
    return Node{type, 18, {int32s({1}, {a}), int32s({1}, {b})}, {}};
  };
  expect_values<int32_t>(result_of(bits("BitwiseAnd", -2, 7)), {1}, {6});
  expect_values<int32_t>(result_of(bits("BitwiseOr", 8, 3)), {1}, {11});
  expect_values<int32_t>(result_of(bits("BitwiseXor", 5, 3)), {1}, {6});
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
