// Elementary functions and the rarer activations against hand-computed results, on every class of
// element types, and their kernel.
#include "ops/unary.h"

#include <cmath>
#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

Tensor of(const char* type, const std::vector<float>& x, std::vector<Attribute> attributes = {}) {
  return result_of(
      {type, 22, {floats({static_cast<int64_t>(x.size())}, x)}, std::move(attributes)});
}

TEST(Functions, Elementary) {
  expect_floats(of("Abs", {-2, 3}), {2}, {2, 3});
  expect_floats(of("Neg", {-2, 3}), {2}, {2, -3});
  expect_floats(of("Sign", {-2, 0, 3}), {3}, {-1, 0, 1});
  expect_floats(of("Reciprocal", {4, 0}), {2}, {0.25f, kInf});
  expect_floats(of("Sqrt", {9, -1}), {2}, {3, NAN});
  expect_floats(of("Exp", {0, 1, -kInf}), {3}, {1, 2.7182818f, 0});
  expect_floats(of("Log", {1, 0, -1}), {3}, {0, -kInf, NAN});
  expect_floats(of("Floor", {1.5f, -1.5f}), {2}, {1, -2});
  expect_floats(of("Ceil", {1.5f, -1.5f}), {2}, {2, -1});
  expect_floats(of("Round", {0.5f, 1.5f, 2.5f, -0.5f, -1.5f, 2.6f}), {6}, {0, 2, 2, 0, -2, 3});
  expect_floats(of("Erf", {0, 0.5f, -kInf}), {3}, {0, 0.52049988f, -1});
  expect_floats(of("Sin", {1}), {1}, {0.84147098f});
  expect_floats(of("Cos", {1}), {1}, {0.54030231f});
  expect_floats(of("Tan", {1}), {1}, {1.5574077f});
  expect_floats(of("Tanh", {0.5f, -kInf}), {2}, {0.46211716f, -1});
}

TEST(Functions, Activations) {
  expect_floats(of("LeakyRelu", {-2, 3}), {2}, {-0.02f, 3});
  expect_floats(of("LeakyRelu", {-2, 3}, {attr_float("alpha", 0.1f)}), {2}, {-0.2f, 3});
  expect_floats(of("Elu", {-1, 3}, {attr_float("alpha", 2)}), {2}, {-1.2642411f, 3});
  expect_floats(of("Selu", {-1, 1}), {2}, {-1.1113307f, 1.0507010f});
  expect_floats(of("Celu", {-1, 3}, {attr_float("alpha", 2)}), {2}, {-0.78693868f, 3});
  expect_floats(of("ThresholdedRelu", {1, 1.5f}), {2}, {0, 1.5f});
  expect_floats(of("Softplus", {0, 200, -200}), {3}, {0.69314718f, 200, 0});
  expect_floats(of("Softsign", {-3}), {1}, {-0.75f});
  expect_floats(of("Gelu", {1, -1}), {2}, {0.84134475f, -0.15865525f});
  expect_floats(of("Gelu", {1, -1}, {attr_text("approximate", "tanh")}), {2},
                {0.84119199f, -0.15880801f});
  expect_floats(of("Mish", {1, 100, -1}), {3}, {0.86509839f, 100, -0.30340146f});
  expect_floats(of("Shrink", {-2, 0.2f, 2}, {attr_float("bias", 1.5f), attr_float("lambd", 1.5f)}),
                {3}, {-0.5f, 0, 0.5f});
}

TEST(Functions, OtherTypes) {
  expect_values<int64_t>(result_of({"Abs", 13, {int64s({2}, {-5, INT64_MIN})}, {}}), {2},
                         {5, INT64_MIN});
  expect_values<int32_t>(result_of({"Neg", 13, {int32s({2}, {5, INT32_MIN})}, {}}), {2},
                         {-5, INT32_MIN});
  const Tensor large = tensor<uint64_t>(DataType::kUint64, {2}, {0, UINT64_MAX});
  expect_values<uint64_t>(result_of({"Sign", 13, {large}, {}}), {2}, {0, 1});
  expect_values<double>(result_of({"Sqrt", 13, {tensor<double>(DataType::kFloat64, {1}, {2})}, {}}),
                        {1}, {std::sqrt(2.0)});
  expect_values<uint16_t>(
      result_of({"Exp", 13, {tensor<uint16_t>(DataType::kFloat16, {1}, {0x3C00})}, {}}), {1},
      {0x4170});
  expect_floats(result_of({"Tanh", 13, {floats({2, 0}, {})}, {}}), {2, 0}, {});
}

TEST(Functions, Errors) {
  expect_error({"Exp", 13, {int64s({1}, {1})}, {}}, Code::kUnsupported);
  expect_error({"Abs", 13, {bytes(DataType::kBool, {1}, {1})}, {}}, Code::kUnsupported);
  expect_error({"Exp", 13, {floats({1}, {1})}, {attr_float("alpha", 1)}}, Code::kAttribute,
               "alpha");
  expect_error({"Gelu", 20, {floats({1}, {1})}, {attr_text("approximate", "erf")}},
               Code::kAttribute, "approximate");
}

TEST(Activations, TakeEveryTypeTheSpecificationNames) {
  expect_values<int32_t>(result_of({"Relu", 14, {int32s({2}, {-5, 5})}, {}}), {2}, {0, 5});
  expect_values<double>(
      result_of({"Sigmoid", 13, {tensor<double>(DataType::kFloat64, {1}, {1})}, {}}), {1},
      {1 / (1 + std::exp(-1.0))});
  const auto eight = [](std::vector<uint8_t> v) {
    return bytes(DataType::kInt8, {static_cast<int64_t>(v.size())}, v);
  };
  const Tensor x = eight({0x80, 0, 100});
  expect_values<uint8_t>(result_of({"Clip", 12, {x, eight({0xFF}), eight({1})}, {}}), {3},
                         {0xFF, 0, 1});
  expect_values<uint8_t>(result_of({"Clip", 12, {x, absent(), eight({1})}, {}}), {3}, {0x80, 0, 1});
  const Tensor wide = tensor<uint64_t>(DataType::kUint64, {1}, {UINT64_MAX});
  expect_values<uint64_t>(result_of({"Clip", 12, {wide}, {}}), {1}, {UINT64_MAX});
}

}  // namespace
}  // namespace gossamer::op_test
