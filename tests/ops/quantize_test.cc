// QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear and the products of 8-bit integers
// against hand-computed results: rounding, saturation, axes, blocks, layouts, and their errors.
#include "ops/quantize.h"

#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor u8(const Shape& shape, const std::vector<uint8_t>& values) {
  return bytes(DataType::kUint8, shape, values);
}
Tensor s8(const Shape& shape, const std::vector<int8_t>& values) {
  return tensor(DataType::kInt8, shape, values);
}
Node node(std::string type, std::vector<Tensor> inputs, std::vector<Attribute> attributes = {},
          int opset = 13) {
  return {std::move(type), opset, std::move(inputs), std::move(attributes)};
}
const Tensor kOne = floats({}, {1});

TEST(QuantizeLinear, RoundsToEvenAndSaturates) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = floats({7}, {1, 3, 5, -1, 1000, -inf, std::nanf("")});
  const Tensor two = floats({}, {2});
  expect_values<uint8_t>(result_of(node("QuantizeLinear", {x, two, u8({}, {10})})), {7},
                         {10, 12, 12, 10, 255, 0, 10});
  expect_values<int8_t>(result_of(node("QuantizeLinear", {x, two, s8({}, {0})})), {7},
                        {0, 2, 2, 0, 127, -128, 0});
  EXPECT_EQ(result_of(node("QuantizeLinear", {x, two})).type, DataType::kUint8);
  const Tensor wide =
      result_of(node("QuantizeLinear", {x, two}, {attr_int("output_dtype", 5)}, 21));  // int16
  expect_values<int16_t>(wide, {7}, {0, 2, 2, 0, 500, INT16_MIN, 0});
}

TEST(QuantizeLinear, AxesAndBlocks) {
  const Tensor x = floats({2, 3}, {10, 20, 30, 40, 50, 60});
  const Tensor per_row = floats({2}, {10, 5});
  const Node rows = node("QuantizeLinear", {x, per_row, u8({2}, {0, 1})}, {attr_int("axis", 0)});
  expect_values<uint8_t>(result_of(rows), {2, 3}, {1, 2, 3, 9, 11, 13});
  const auto permuted = (*make(rows))->permuted(std::vector<int>{1, 0});
  expect_values<uint8_t>(result_of(*permuted, {permute(x, {1, 0}), per_row, rows.inputs[2]}),
                         {3, 2}, {1, 9, 2, 11, 3, 13});
  const Tensor blocks = floats({2, 2}, {10, 5, 2, 1});
  expect_values<uint8_t>(result_of(node("QuantizeLinear", {x, blocks},
                                        {attr_int("axis", -1), attr_int("block_size", 2)}, 21)),
                         {2, 3}, {1, 2, 6, 20, 25, 60});
}

TEST(DequantizeLinear, ScalesTheDifference) {
  expect_floats(
      result_of(node("DequantizeLinear", {u8({2}, {0, 255}), floats({}, {0.5f}), u8({}, {128})})),
      {2}, {-64, 63.5f});
  expect_floats(result_of(node("DequantizeLinear", {int32s({2}, {-3, 1 << 20}), kOne})), {2},
                {-3, 1 << 20});
  expect_floats(result_of(node("DequantizeLinear", {s8({1, 2}, {-1, 1}), floats({2}, {2, 3})})),
                {1, 2}, {-2, 3});
}

TEST(QuantizeLinear, FourBits) {
  const Tensor x = floats({6}, {-100, -3, 1, 3, 5, 100}), two = floats({}, {2});
  const Tensor uint4_zero = bytes(DataType::kUint4, {}, {7}),
               int4_zero = tensor<int8_t>(DataType::kInt4, {}, {-1});
  expect_values<uint8_t>(result_of(node("QuantizeLinear", {x, two, uint4_zero}, {}, 21)), {6},
                         {0, 5, 7, 9, 9, 15});
  expect_values<int8_t>(result_of(node("QuantizeLinear", {x, two, int4_zero}, {}, 21)), {6},
                        {-8, -3, -1, 1, 1, 7});
  // Blocks of two along the rows.
  const Tensor q = tensor<int8_t>(DataType::kInt4, {4, 1}, {-8, 7, 1, -1});
  const Tensor zeros = tensor<int8_t>(DataType::kInt4, {2, 1}, {-8, 1});
  expect_floats(result_of(node("DequantizeLinear", {q, floats({2, 1}, {0.5f, 10}), zeros},
                               {attr_int("axis", 0), attr_int("block_size", 2)}, 21)),
                {4, 1}, {0, 7.5f, 0, -20});
}

TEST(QuantizeLinear, AttributesOfOpset23) {
  const Tensor x = floats({2}, {1, 4}), two = floats({}, {2});
  const Tensor y = result_of(node("QuantizeLinear", {x, two}, {attr_int("precision", 1)}, 23));
  expect_values<uint8_t>(y, {2}, {0, 2});
  const Tensor half =
      result_of(node("DequantizeLinear", {y, two}, {attr_int("output_dtype", 10)}, 23));
  EXPECT_EQ(half.type, DataType::kFloat16);
  expect_values<uint16_t>(half, {2}, {0, 0x4400});
  expect_error(node("DequantizeLinear", {y, two}, {attr_int("output_dtype", 6)}, 23),
               Code::kUnsupported);
}

// In onnxruntime's domain an axis and blocks are known from the first version on.
TEST(QuantizeLinear, OfOnnxruntime) {
  Node quantise = node("QuantizeLinear", {iota({2, 2}), floats({2}, {1, 0.5f}), u8({2}, {0, 1})},
                       {attr_int("axis", 0)}, 1);
  quantise.domain = "com.microsoft";
  expect_values<uint8_t>(result_of(quantise), {2, 2}, {0, 1, 5, 7});
  Node dequantise =
      node("DequantizeLinear",
           {tensor<uint16_t>(DataType::kUint16, {2}, {7, 300}), floats({}, {0.5f})}, {}, 1);
  dequantise.domain = "com.microsoft";
  expect_floats(result_of(dequantise), {2}, {3.5f, 150});
}

TEST(QuantizeLinear, Errors) {
  const Tensor x = iota({2, 3});
  expect_error(node("QuantizeLinear", {x, iota({2})}), Code::kShape);
  expect_error(node("QuantizeLinear", {x, iota({3})}, {attr_int("axis", 2)}), Code::kAttribute,
               "axis");
  expect_error(node("QuantizeLinear", {x, kOne, int32s({}, {0})}), Code::kUnsupported);
  expect_error(node("QuantizeLinear", {x, iota({3}), u8({2}, {0, 0})}), Code::kShape);
  expect_error(node("QuantizeLinear", {x, kOne}, {attr_int("output_dtype", 7)}, 21),
               Code::kUnsupported);
  expect_error(node("DequantizeLinear", {x, kOne}), Code::kUnsupported);
  expect_error(node("DequantizeLinear", {u8({1}, {1}), kOne, s8({}, {1})}), Code::kShape);
  expect_error(node("QuantizeLinear", {x, kOne}, {attr_int("axis", 0)}, 10), Code::kAttribute,
               "axis");
}

TEST(DynamicQuantizeLinear, RangeContainsZero) {
  Node n = node("DynamicQuantizeLinear", {floats({3}, {-51, 0, 204})});
  n.outputs = {"y", "scale", "zero"};
  auto outputs = run(**make(n), n.inputs, 3);
  ASSERT_TRUE(outputs.is_ok());
  expect_values<uint8_t>((*outputs)[0], {3}, {0, 51, 255});
  expect_floats((*outputs)[1], {}, {1});
  expect_values<uint8_t>((*outputs)[2], {}, {51});
  expect_values<uint8_t>(result_of(node("DynamicQuantizeLinear", {floats({2}, {0, 0})})), {2},
                         {0, 0});
}

TEST(MatMulInteger, ZeroPointsPerRowAndColumn) {
  const Tensor a = u8({2, 2}, {1, 2, 3, 4}), b = s8({2, 2}, {-1, 1, 2, -2});
  expect_values<int32_t>(result_of(node("MatMulInteger", {a, b})), {2, 2}, {3, -3, 5, -5});
  expect_values<int32_t>(
      result_of(node("MatMulInteger", {a, b, u8({2}, {1, 3}), s8({2}, {-1, 1})})), {2, 2},
      {3, -3, 3, -3});
  expect_error(node("MatMulInteger", {a, b, s8({}, {0})}), Code::kShape);
  expect_error(node("MatMulInteger", {a, b, u8({3}, {0, 0, 0})}), Code::kShape);
  expect_error(node("MatMulInteger", {a, iota({2, 2})}), Code::kUnsupported);
}

TEST(QLinearMatMul, ScalesPerColumn) {
  const Tensor a = u8({1, 2}, {130, 126}), b = s8({2, 2}, {10, 20, -10, 20});
  // Products 40 and 0, scaled by 0.5 * (2 or 1) / 4.
  expect_values<uint8_t>(
      result_of(node("QLinearMatMul", {a, floats({}, {0.5f}), u8({}, {128}), b, floats({2}, {2, 1}),
                                       s8({}, {0}), floats({}, {4}), u8({}, {100})})),
      {1, 2}, {110, 100});
}

Node qlinear_conv(const Tensor& x) {
  const Tensor w = s8({2, 2, 1, 1}, {1, 2, 3, -100});
  return node("QLinearConv", {x, kOne, u8({}, {1}), w, floats({2}, {1, 0.5f}), s8({2}, {0, 1}),
                              kOne, u8({}, {3}), int32s({2}, {10, 1})});
}

TEST(QLinearConv, ScalesAndZeroPointsPerChannel) {
  const Tensor x = u8({1, 2, 1, 2}, {2, 1, 1, 2});
  const Node n = qlinear_conv(x);
  // (1, 0) and (0, 1) by (1, 2) give 1 and 2, by (2, -101) 2 and -101.
  expect_values<uint8_t>(result_of(n), {1, 2, 1, 2}, {14, 15, 5, 0});
  std::vector<Tensor> last = n.inputs;
  last[0] = to_channels_last(x);
  expect_values<uint8_t>(to_channels_first(result_of(*(*make(n))->channels_last(), last)),
                         {1, 2, 1, 2}, {14, 15, 5, 0});
  Node wrong = n;
  wrong.inputs[8] = floats({2}, {1, 1});
  expect_error(wrong, Code::kUnsupported);
}

TEST(ConvInteger, PadsCountAsTheZeroPoint) {
  const Tensor x = u8({1, 1, 2}, {5, 7}), w = u8({1, 1, 3}, {1, 1, 1});
  const Attribute pads = attr_ints("pads", {1, 1});
  expect_values<int32_t>(result_of(node("ConvInteger", {x, w, u8({}, {5})}, {pads})), {1, 1, 2},
                         {2, 2});
  expect_values<int32_t>(result_of(node("ConvInteger", {x, w}, {pads})), {1, 1, 2}, {12, 12});
}

}  // namespace
}  // namespace gossamer::op_test
