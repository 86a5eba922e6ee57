// The kernels of operators that choose, order and quantise against the scalar references: which
// cases have one, and results that are the same to the bit.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor bools(const Shape& shape) {
  std::vector<uint8_t> values;
  for (int64_t i = 0; i < shape.elements(); ++i) values.push_back(i % 3 == 0 ? 1 : 0);
  return bytes(DataType::kBool, shape, values);
}

TEST(LowerTypes, Where) {
  const auto kernel = [](const Shape& condition, const Shape& a, const Shape& b) {
    return kernel_of({"Where", 16, {bools(condition), noise(a, 1), noise(b, 2)}, {}});
  };
  EXPECT_EQ(kernel({2, 3, 5}, {2, 3, 5}, {2, 3, 5}), "x32_where_runs");
  EXPECT_EQ(kernel({2, 1, 5}, {}, {2, 3, 5}), "x32_where_runs");
  EXPECT_EQ(kernel({3, 1}, {2, 3, 5}, {5}), "x32_where_runs");
  EXPECT_EQ(kernel({}, {7, 1}, {1, 9}), "x32_where_runs");
  EXPECT_EQ(kernel({1}, {1}, {}), "x32_where_runs");
  EXPECT_EQ(kernel({0}, {1}, {}), "x32_where_runs");
  EXPECT_EQ(kernel_of({"Where", 16, {bools({3}), int32s({3}, {1, 2, 3}), int32s({}, {9})}, {}}),
            "x32_where_runs");
  EXPECT_EQ(kernel_of({"Where", 16, {bools({3}), int64s({3}, {1, 2, 3}), int64s({}, {9})}, {}}),
            "reference");
}

Tensor zeros_of(DataType type, int64_t count) {
  std::vector<uint8_t> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<uint8_t>(120 + 3 * i));
  return known(bytes(type, count == 1 ? Shape{} : Shape{count}, values));
}
Tensor scales(int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(0.01f + 0.003f * static_cast<float>(i));
  return known(floats(count == 1 ? Shape{} : Shape{count}, values));
}

TEST(LowerTypes, Quantize) {
  const Tensor x = noise({2, 3, 5}, 3);
  const auto kernel = [&](Tensor scale, Tensor zero, int64_t axis) {
    return kernel_of({"QuantizeLinear", 13, {x, scale, zero}, {attr_int("axis", axis)}});
  };
  for (const DataType type : {DataType::kUint8, DataType::kInt8}) {
    EXPECT_EQ(kernel(scales(1), zeros_of(type, 1), 1), "f32_quantize_runs");
    EXPECT_EQ(kernel(scales(3), zeros_of(type, 3), 1), "f32_quantize_runs");
    EXPECT_EQ(kernel(scales(5), zeros_of(type, 5), -1), "f32_quantize_runs");
    EXPECT_EQ(kernel(scales(2), zeros_of(type, 2), 0), "f32_quantize_runs");
  }
  EXPECT_EQ(kernel(scales(1), absent(), 1), "f32_quantize_runs");
  const Tensor wide = known(tensor<uint16_t>(DataType::kUint16, {}, {500}));
  EXPECT_EQ(kernel_of({"QuantizeLinear", 21, {x, scales(1), wide}, {}}), "reference");
  Tensor computed = scales(1);
  computed.known = false;
  EXPECT_EQ(kernel(computed, absent(), 1), "reference");
  EXPECT_EQ(kernel_of({"QuantizeLinear", 13, {floats({0, 3}, {}), scales(3)}, {}}), "reference");
}

TEST(LowerTypes, Dequantize) {
  const auto whole = [](DataType type, const Shape& shape) {
    std::vector<uint8_t> values;
    for (int64_t i = 0; i < shape.elements(); ++i) values.push_back(static_cast<uint8_t>(i * 37));
    return bytes(type, shape, values);
  };
  for (const DataType type : {DataType::kUint8, DataType::kInt8}) {
    const Tensor x = whole(type, {2, 3, 5});
    for (const int64_t axis : {0, 1, 2}) {
      const int64_t count = x.shape[static_cast<int>(axis)];
      EXPECT_EQ(kernel_of({"DequantizeLinear",
                           13,
                           {x, scales(count), zeros_of(type, count)},
                           {attr_int("axis", axis)}}),
                "f32_dequantize_runs");
    }
    EXPECT_EQ(kernel_of({"DequantizeLinear", 13, {x, scales(1), zeros_of(type, 1)}, {}}),
              "f32_dequantize_runs");
    EXPECT_EQ(kernel_of({"DequantizeLinear", 13, {x, scales(1)}, {}}), "f32_dequantize_runs");
  }
  EXPECT_EQ(kernel_of({"DequantizeLinear", 13, {int32s({2}, {1, 1 << 25}), scales(1)}, {}}),
            "reference");
}

TEST(LowerTypes, TopK) {
  const auto kernel = [](const Tensor& x, int64_t k, int64_t axis, bool largest) {
    return kernel_of({"TopK",
                      11,
                      {x, list({k})},
                      {attr_int("axis", axis), attr_int("largest", largest ? 1 : 0)},
                      {"values", "indices"}});
  };
  const Tensor x = noise({4, 7, 3}, 5);
  for (const bool largest : {true, false}) {
    for (const int64_t axis : {0, 1, 2}) {
      for (const int64_t k : {1, 3}) EXPECT_EQ(kernel(x, k, axis, largest), "f32_topk_heap");
    }
  }
  EXPECT_EQ(kernel(x, 0, 1, true), "reference");
  EXPECT_EQ(kernel(int64s({3}, {5, 7, 6}), 2, 0, true), "reference");
}

}  // namespace
}  // namespace gossamer::op_test
