// Gemm and MatMul against hand-computed results, and their errors.
#include "ops/gemm.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node gemm(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {"Gemm", 13, std::move(inputs), std::move(attributes)};
}
Node matmul(Tensor a, Tensor b) {
  return {"MatMul", 13, {std::move(a), std::move(b)}, {}};
}

const Tensor kA = floats({2, 3}, {1, 2, 3, 4, 5, 6});
const Tensor kB = floats({3, 2}, {1, 0, 0, 1, 2, -1});

TEST(Gemm, Product) {
  expect_floats(result_of(gemm({kA, kB})), {2, 2}, {7, -1, 16, -1});
  expect_floats(result_of(gemm({floats({1, 1}, {3}), floats({1, 1}, {5})})), {1, 1}, {15});
}

TEST(Gemm, TransposedOperands) {
  const Tensor at = permute(kA, {1, 0});
  const Tensor bt = permute(kB, {1, 0});
  expect_floats(result_of(gemm({at, kB}, {attr_int("transA", 1)})), {2, 2}, {7, -1, 16, -1});
  expect_floats(result_of(gemm({kA, bt}, {attr_int("transB", 1)})), {2, 2}, {7, -1, 16, -1});
  expect_floats(result_of(gemm({at, bt}, {attr_int("transA", 1), attr_int("transB", 1)})), {2, 2},
                {7, -1, 16, -1});
}

TEST(Gemm, AddsC) {
  expect_floats(result_of(gemm({kA, kB, floats({2}, {10, 20})})), {2, 2}, {17, 19, 26, 19});
  expect_floats(result_of(gemm({kA, kB, floats({2, 1}, {10, 20})})), {2, 2}, {17, 9, 36, 19});
  expect_floats(result_of(gemm({kA, kB, floats({}, {10})})), {2, 2}, {17, 9, 26, 9});
  expect_floats(result_of(gemm({kA, kB, floats({2, 2}, {1, 2, 3, 4})})), {2, 2}, {8, 1, 19, 3});
}

TEST(Gemm, AlphaAndBeta) {
  const Tensor y = result_of(gemm({kA, kB, floats({1, 2}, {1, 2})},
                                  {attr_float("alpha", 0.5f), attr_float("beta", -2.0f)}));
  expect_floats(y, {2, 2}, {1.5, -4.5, 6, -4.5});
}

TEST(Gemm, EmptyExtents) {
  // Nothing to sum leaves C.
  expect_floats(result_of(gemm({floats({2, 0}, {}), floats({0, 1}, {}), floats({1}, {4})})), {2, 1},
                {4, 4});
  expect_floats(result_of(gemm({floats({0, 3}, {}), kB})), {0, 2}, {});
}

TEST(Gemm, Activation) {
  const auto op = make(gemm({kA, kB}));
  ASSERT_TRUE(op.is_ok());
  const auto fused = (*op)->with_activation(Activation::relu());
  ASSERT_NE(fused, nullptr);
  expect_floats(result_of(*fused, {kA, kB}), {2, 2}, {7, 0, 16, 0});
  EXPECT_EQ(fused->with_activation(Activation::relu()), nullptr);
}

TEST(Gemm, Errors) {
  expect_error(gemm({kA, kA}), Code::kShape);
  expect_error(gemm({kA, kB}, {attr_int("transA", 1)}), Code::kShape);
  expect_error(gemm({kA, floats({3}, {1, 2, 3})}), Code::kShape);
  expect_error(gemm({kA, kB, floats({3}, {1, 2, 3})}), Code::kShape);
  expect_error(gemm({kA, kB, floats({1, 2, 2}, {1, 2, 3, 4})}), Code::kShape);
  expect_error(gemm({kA}), Code::kGraph);
  expect_error(gemm({only_shape(DataType::kInt8, {1, 1}), only_shape(DataType::kInt8, {1, 1})}),
               Code::kUnsupported);
  expect_error(gemm({kA, kB}, {attr_text("alpha", "1")}), Code::kAttribute, "alpha");
  const int64_t huge = int64_t{1} << 33;
  expect_error(
      gemm({only_shape(DataType::kFloat32, {huge, 1}), only_shape(DataType::kFloat32, {1, huge})}),
      Code::kShape);
}

TEST(MatMul, Matrices) {
  expect_floats(result_of(matmul(kA, kB)), {2, 2}, {7, -1, 16, -1});
}

TEST(MatMul, VectorsLoseTheirAddedAxis) {
  const Tensor v = floats({3}, {1, 10, 100});
  expect_floats(result_of(matmul(kA, v)), {2}, {321, 654});
  expect_floats(result_of(matmul(v, kB)), {2}, {201, -90});
  expect_floats(result_of(matmul(v, v)), {}, {10101});
}

TEST(MatMul, StacksBroadcast) {
  const Tensor stack = floats({2, 1, 2}, {1, 2, 3, 4});
  const Tensor column = floats({2, 1}, {1, 10});
  expect_floats(result_of(matmul(stack, column)), {2, 1, 1}, {21, 43});
  // [2, 1, 1, 1] times [3, 1, 1]
  const Tensor a = floats({2, 1, 1, 1}, {2, 3});
  const Tensor b = floats({3, 1, 1}, {1, 10, 100});
  expect_floats(result_of(matmul(a, b)), {2, 3, 1, 1}, {2, 20, 200, 3, 30, 300});
  expect_floats(result_of(matmul(b, floats({1}, {7}))), {3, 1}, {7, 70, 700});
}

TEST(MatMul, EmptyExtents) {
  expect_floats(result_of(matmul(floats({2, 0}, {}), floats({0, 2}, {}))), {2, 2}, {0, 0, 0, 0});
  expect_floats(result_of(matmul(floats({0, 2, 1}, {}), floats({1, 2}, {1, 2}))), {0, 2, 2}, {});
}

TEST(MatMul, Errors) {
  expect_error(matmul(kA, kA), Code::kShape);
  expect_error(matmul(kA, floats({}, {1})), Code::kShape);
  expect_error(matmul(floats({2, 1, 1}, {1, 1}), floats({3, 1, 1}, {1, 1, 1})), Code::kShape);
  expect_error(matmul(only_shape(DataType::kBool, {1, 1}), only_shape(DataType::kBool, {1, 1})),
               Code::kUnsupported);
  expect_error(matmul(kA, only_shape(DataType::kFloat64, {3, 2})), Code::kShape);
}

TEST(MatMul, OtherTypes) {
  const Tensor a = int32s({1, 2}, {INT32_MAX, 1}), b = int32s({2, 1}, {2, 3});
  expect_values<int32_t>(result_of(matmul(a, b)), {1, 1}, {1});  // wraps around
  expect_values<int32_t>(result_of(gemm({a, b, int32s({}, {10})}, {attr_float("beta", 2)})), {1, 1},
                         {21});
  const double tiny = 1e-12;
  const Tensor x = tensor<double>(DataType::kFloat64, {2}, {1 + tiny, 1});
  const Tensor y = tensor<double>(DataType::kFloat64, {2}, {1, -1});
  EXPECT_NEAR(result_of(matmul(x, y)).to<double>()[0], tiny, 1e-15);
}

}  // namespace
}  // namespace gossamer::op_test
