// The operators of quantised networks in onnxruntime's domain. The expected values are
// onnxruntime's.
#include "ops/qlinear.h"

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor u8(const Shape& shape, const std::vector<uint8_t>& values) {
  return bytes(DataType::kUint8, shape, values);
}
Tensor s8(const Shape& shape, const std::vector<int8_t>& values) {
  return tensor(DataType::kInt8, shape, values);
}
Tensor scale(float value) {
  return known(floats({}, {value}));
}
Tensor zero(uint8_t value) {
  return known(u8({}, {value}));
}
Tensor signed_zero(int8_t value) {
  return known(s8({}, {value}));
}
Node node(std::string type, std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {std::move(type), 1, std::move(inputs), std::move(attributes), {"y"}, "com.microsoft"};
}
const Tensor kImage = u8({1, 2, 2, 3}, {0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 255});

TEST(QLinearAdd, BroadcastsAndScales) {
  const Node add = node("QLinearAdd", {kImage, scale(0.5f), zero(10), u8({3}, {1, 2, 3}),
                                       scale(0.25f), zero(0), scale(0.75f), zero(7)});
  expect_values<uint8_t>(result_of(add), {1, 2, 2, 3},
                         {1, 8, 15, 21, 28, 35, 41, 48, 55, 61, 68, 171});
}

TEST(QLinearAdd, RoundsAfterTheZeroPointWasAdded) {
  const Tensor x = u8({8}, {0, 1, 2, 3, 4, 5, 6, 7}), none = u8({1}, {0});
  const auto sum = [&](uint8_t shift) {
    return result_of(
        node("QLinearAdd", {x, scale(1), zero(0), none, scale(1), zero(0), scale(2), zero(shift)}));
  };
  expect_values<uint8_t>(sum(0), {8}, {0, 0, 1, 2, 2, 2, 3, 4});
  expect_values<uint8_t>(sum(1), {8}, {1, 2, 2, 2, 3, 4, 4, 4});
}

TEST(QLinearAdd, Errors) {
  expect_error(node("QLinearAdd", {kImage, absent(), zero(0), kImage, scale(1), zero(0), scale(1)}),
               Code::kGraph);
  expect_error(
      node("QLinearAdd", {kImage, scale(1), zero(0), u8({2}, {1, 1}), scale(1), zero(0), scale(1)}),
      Code::kShape);
  expect_error(
      node("QLinearAdd", {iota({2}), scale(1), absent(), iota({2}), scale(1), absent(), scale(1)}),
      Code::kUnsupported);
}

TEST(QLinearMul, OfSignedBytes) {
  const Node mul = node("QLinearMul", {s8({2, 3}, {-128, -7, 0, 5, 9, 127}), scale(0.5f),
                                       signed_zero(1), s8({2, 1}, {3, -4}), scale(0.25f),
                                       signed_zero(-2), scale(0.5f), signed_zero(-3)});
  expect_values<int8_t>(result_of(mul), {2, 3}, {-128, -13, -4, -5, -7, -66});
}

TEST(QLinearAveragePool, CountsPadsOrNot) {
  const auto pool = [&](int64_t counts) {
    return result_of(node("QLinearAveragePool",
                          {kImage, scale(0.5f), zero(10), scale(0.5f), zero(3)},
                          {attr_ints("kernel_shape", {2, 2}), attr_ints("pads", {1, 1, 0, 0}),
                           attr_int("count_include_pad", counts)}));
  };
  expect_values<uint8_t>(pool(1), {1, 2, 2, 3}, {0, 0, 6, 6, 13, 23, 16, 30, 36, 36, 73, 119});
  expect_values<uint8_t>(pool(0), {1, 2, 2, 3}, {0, 0, 8, 8, 13, 23, 53, 58, 68, 68, 73, 119});
}

TEST(QLinearAveragePool, ChannelsLast) {
  const Node pool =
      node("QLinearAveragePool",
           {u8({1, 1, 8, 1}, {0, 1, 2, 3, 4, 5, 6, 7}), scale(1), zero(0), scale(2), zero(1)},
           {attr_ints("kernel_shape", {1, 1}), attr_int("channels_last", 1)});
  expect_values<uint8_t>(result_of(pool), {1, 1, 8, 1}, {1, 2, 2, 2, 3, 4, 4, 4});
}

TEST(QLinearGlobalAveragePool, BothLayouts) {
  const std::vector<Tensor> inputs = {kImage, scale(0.5f), zero(10), scale(0.3f), zero(3)};
  expect_values<uint8_t>(result_of(node("QLinearGlobalAveragePool", inputs)), {1, 2, 1, 1},
                         {28, 168});
  expect_values<uint8_t>(
      result_of(node("QLinearGlobalAveragePool", inputs, {attr_int("channels_last", 1)})),
      {1, 1, 1, 3}, {61, 78, 155});
}

TEST(QLinearGlobalAveragePool, RoundsBeforeTheZeroPointIsAdded) {
  const Tensor x = u8({1, 8, 1, 1}, {0, 1, 2, 3, 4, 5, 6, 7});
  expect_values<uint8_t>(
      result_of(node("QLinearGlobalAveragePool", {x, scale(1), zero(0), scale(2), zero(1)})),
      {1, 8, 1, 1}, {1, 1, 2, 3, 3, 3, 4, 5});
}

TEST(QLinearConcat, RequantisesEachPart) {
  const std::vector<Tensor> inputs = {scale(0.5f),  zero(3), u8({1, 3}, {0, 100, 255}),
                                      scale(0.25f), zero(1), u8({1, 2}, {9, 200}),
                                      scale(1),     zero(4)};
  expect_values<uint8_t>(result_of(node("QLinearConcat", inputs, {attr_int("axis", 1)})), {1, 5},
                         {3, 53, 130, 13, 255});
  expect_error(node("QLinearConcat", inputs), Code::kAttribute, "axis");
}

TEST(QLinearWhere, Chooses) {
  expect_values<uint8_t>(result_of(node("QLinearWhere", {bytes(DataType::kBool, {4}, {1, 0, 1, 0}),
                                                         u8({4}, {1, 2, 3, 4}), scale(1), zero(0),
                                                         u8({4}, {10, 20, 30, 40}), scale(0.5f),
                                                         zero(0), scale(0.5f), zero(1)})),
                         {4}, {3, 21, 7, 41});
}

TEST(QLinearUnary, LeakyReluSigmoidSoftmax) {
  const Node leaky = node(
      "QLinearLeakyRelu",
      {s8({5}, {-128, -10, 0, 10, 127}), scale(0.5f), signed_zero(1), scale(0.25f), signed_zero(2)},
      {attr_float("alpha", 0.125f)});
  expect_values<int8_t>(result_of(leaky), {5}, {-30, -1, 2, 20, 127});
  const Node sigmoid = node("QLinearSigmoid", {u8({5}, {0, 100, 128, 140, 255}), scale(0.125f),
                                               zero(128), scale(1.0f / 256), zero(0)});
  expect_values<uint8_t>(result_of(sigmoid), {5}, {0, 8, 128, 209, 255});
  const Node softmax =
      node("QLinearSoftmax",
           {u8({2, 3}, {0, 4, 8, 100, 101, 100}), scale(0.25f), zero(0), scale(0.03f), zero(5)},
           {attr_int("axis", 1), attr_int("opset", 13)});
  expect_values<uint8_t>(result_of(softmax), {2, 3}, {8, 13, 27, 15, 18, 15});
}

const Tensor kLeft = u8({2, 3}, {1, 2, 3, 250, 128, 7});
const Tensor kRight = known(s8({3, 2}, {1, -2, 3, 4, -5, 100}));

TEST(QGemm, ScalesPerColumn) {
  const Node gemm =
      node("QGemm",
           {kLeft, scale(0.5f), zero(2), kRight, known(floats({2}, {0.25f, 0.125f})),
            known(s8({2}, {1, -1})), known(int32s({2}, {10, -20})), scale(0.75f), zero(100)},
           {attr_float("alpha", 2)});
  expect_values<uint8_t>(result_of(gemm), {2, 2}, {101, 114, 177, 244});
}

TEST(QGemm, TransposedAndReal) {
  const Node gemm = node("QGemm",
                         {u8({3, 2}, {1, 250, 2, 128, 3, 7}), scale(0.5f), zero(2),
                          known(s8({2, 3}, {1, 3, -5, -2, 4, 100})), scale(0.25f), signed_zero(1)},
                         {attr_int("transA", 1), attr_int("transB", 1)});
  expect_floats(result_of(gemm), {2, 2}, {-0.75f, 12.75f, 27.75f, 16.125f});
}

TEST(MatMulIntegerToFloat, ScalesAndBias) {
  const Node product = node("MatMulIntegerToFloat",
                            {kLeft, kRight, scale(0.5f), known(floats({2}, {0.25f, 0.125f})),
                             zero(2), known(s8({2}, {1, -1})), known(floats({2}, {100, -100}))});
  expect_floats(result_of(product), {2, 2}, {99.25f, -93.625f, 127.75f, -44.5625f});
}

TEST(DynamicQuantizeMatMul, WithAndWithoutZeroPoint) {
  const Tensor a = floats({2, 3}, {-51, 0, 204, 100, 7.4f, 3});
  expect_floats(result_of(node("DynamicQuantizeMatMul", {a, kRight, scale(0.5f), signed_zero(1),
                                                         known(floats({2}, {1, 2}))})),
                {2, 2}, {-611, 10176.5f, -1, 11});
  expect_floats(
      result_of(node("DynamicQuantizeMatMul", {a, kRight, known(floats({2}, {0.5f, 0.25f}))})),
      {2, 2}, {-535.5f, 5125.5f, 53, 32});
}

TEST(ChannelsLast, MaxPoolAndQLinearConv) {
  const Tensor x = u8({1, 2, 3, 2}, {1, 20, 3, 4, 5, 6, 7, 8, 9, 10, 11, 2});
  expect_values<uint8_t>(result_of(node("NhwcMaxPool", {x}, {attr_ints("kernel_shape", {2, 2})})),
                         {1, 1, 2, 2}, {9, 20, 11, 10});
  const Node conv = node(
      "QLinearConv",
      {u8({1, 1, 3, 2}, {1, 2, 3, 4, 5, 6}), scale(0.5f), zero(1),
       known(s8({1, 2, 1, 2}, {1, -2, 3, 4})), scale(0.5f), signed_zero(0), scale(0.25f), zero(3)},
      {attr_int("channels_last", 1)});
  expect_values<uint8_t>(result_of(conv), {1, 1, 2, 1}, {14, 26});
  expect_error(node("NhwcMaxPool", {u8({2, 2}, {1, 2, 3, 4})}, {attr_ints("kernel_shape", {2, 2})}),
               Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
