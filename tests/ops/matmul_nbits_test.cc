// Products with packed weights: references and kernels against onnxruntime's results.
#include "ops/matmul_nbits.h"

#include <cmath>

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr int64_t kK = 40, kN = 3, kBlocks = 3;

Tensor wave(const Shape& shape, double step) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(static_cast<double>(i) * step + step));
  }
  return floats(shape, values);
}

Tensor u8(const Shape& shape, const std::vector<uint8_t>& values) {
  return known(bytes(DataType::kUint8, shape, values));
}

// A [2, 40], B of 3 rows in 3 blocks of 16, scales 0.1, 0.15, ...
Node product(int64_t bits, const Tensor& zeros, const Tensor& bias = absent()) {
  const Shape shape{kN, kBlocks, 2 * bits};
  std::vector<uint8_t> packed(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < packed.size(); ++i) packed[i] = static_cast<uint8_t>(i * 37 + 11);
  std::vector<float> scales(static_cast<size_t>(kN * kBlocks));
  for (size_t i = 0; i < scales.size(); ++i) scales[i] = 0.1f + 0.05f * static_cast<float>(i);
  return {
      "MatMulNBits",
      1,
      {wave({2, kK}, 0.21), u8(shape, packed), known(floats({kN * kBlocks}, scales)), zeros,
       absent(), bias},
      {attr_int("K", kK), attr_int("N", kN), attr_int("bits", bits), attr_int("block_size", 16)},
      {"y"},
      "com.microsoft"};
}

void expect_both(const Node& node, const std::vector<float>& expected) {
  const auto op = make(node);
  ASSERT_TRUE(op.is_ok()) << op.status().to_string();
  expect_floats(result_of(**op, node.inputs), {2, kN}, expected, 2e-5f);
  const auto kernel = run_by_kernels(*op, node.inputs);
  ASSERT_TRUE(kernel.is_ok()) << kernel.status().to_string();
  expect_floats((*kernel)[0], {2, kN}, expected, 2e-5f);
}

TEST(MatMulNBits, FourBits) {
  expect_both(product(4, absent()),
              {-1.1860631f, -0.64499015f, -4.303441f, -2.7189643f, 5.5164857f, -10.195662f});
  expect_both(
      product(4, u8({6}, {0x31, 0x05, 0x97, 0x0b, 0xdc, 0x0e}), known(floats({kN}, {1, 2, 3}))),
      {4.0303411f, -1.0721481f, -17.692858f, -1.8815751f, 6.1290169f, -6.995841f});
}

TEST(MatMulNBits, ZeroPointsOfTheDataType) {
  expect_both(product(4, known(wave({kN * kBlocks}, 2))),
              {5.6304455f, 14.377174f, 20.100748f, -1.1280943f, 6.8140426f, -10.034795f});
}

TEST(MatMulNBits, EightAndTwoBits) {
  expect_both(product(8, u8({9}, {1, 2, 3, 4, 5, 100, 200, 255, 128})),
              {124.15448f, 65.890556f, 203.72005f, 0.46961021f, 59.397079f, -224.34743f});
  expect_both(product(2, u8({3}, {0x1b, 0x2c, 0x31})),
              {-1.2499899f, 7.4576364f, -8.2821188f, 0.6411588f, -4.3792009f, 3.6984968f});
}

TEST(MatMulNBits, Errors) {
  const auto expect = [](auto change, Code code, std::string_view attribute = {}) {
    Node node = product(4, absent());
    change(node);
    expect_error(node, code, attribute);
  };
  expect([](Node& n) { n.inputs[1] = u8({3, 3, 4}, std::vector<uint8_t>(36)); }, Code::kShape);
  expect([](Node& n) { n.inputs[2] = known(iota({8})); }, Code::kShape);
  expect([](Node& n) { n.inputs[3] = u8({5}, {1, 2, 3, 4, 5}); }, Code::kShape);
  expect([](Node& n) { n.inputs[4] = int32s({1}, {0}); }, Code::kUnsupported);
  expect([](Node& n) { n.inputs[5] = iota({2}); }, Code::kShape);
  expect([](Node& n) { n.inputs[0] = iota({2, 39}); }, Code::kShape);
  expect([](Node& n) { n.attributes[2] = attr_int("bits", 3); }, Code::kAttribute, "bits");
  expect([](Node& n) { n.attributes[3] = attr_int("block_size", 24); }, Code::kAttribute,
         "block_size");
  expect([](Node& n) { n.attributes.erase(n.attributes.begin()); }, Code::kAttribute, "K");
}

}  // namespace
}  // namespace gossamer::op_test
