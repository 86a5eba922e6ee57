// Op::work, which limits on loading and folding stand on: a row for each operator that takes more
// steps than its operands have elements, with the steps counted by hand.
#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor real(const Shape& shape) {
  return only_shape(DataType::kFloat32, shape);
}
Tensor byte(const Shape& shape) {
  return only_shape(DataType::kUint8, shape);
}

TEST(Work, OfWhatNoOperatorCountsItself) {
  EXPECT_EQ(work_of({"Relu", 14, {real({2, 3})}, {}}), 12);
  EXPECT_EQ(work_of({"Concat", 13, {real({2, 3}), real({2, 4})}, {attr_int("axis", 1)}}), 28);
}

TEST(Work, OfConvolutions) {
  // 7 x 4 x 4 outputs, each a sum over 3 channels of a 5 x 5 window.
  EXPECT_EQ(work_of({"Conv", 11, {real({1, 3, 8, 8}), real({7, 3, 5, 5})}, {}}), 112 * 75);
  EXPECT_EQ(work_of({"Conv", 11, {real({1, 6, 8, 8}), real({6, 1, 5, 5})}, {attr_int("group", 6)}}),
            96 * 25);
  EXPECT_EQ(work_of({"ConvInteger", 10, {byte({1, 3, 8, 8}), byte({7, 3, 5, 5})}, {}}), 112 * 75);
  // 7 x 10 x 10 outputs look at 9 taps, and at 3 channels of those that reach them.
  EXPECT_EQ(work_of({"ConvTranspose", 11, {real({1, 3, 8, 8}), real({3, 7, 3, 3})}, {}}),
            700 * 9 * 4);
}

TEST(Work, OfProducts) {
  EXPECT_EQ(work_of({"Gemm", 13, {real({4, 50}), real({50, 6})}, {}}), 24 * 50);
  EXPECT_EQ(work_of({"Gemm", 13, {real({50, 4}), real({50, 6})}, {attr_int("transA", 1)}}),
            24 * 50);
  EXPECT_EQ(work_of({"MatMul", 13, {real({2, 4, 50}), real({50, 6})}, {}}), 48 * 50);
  EXPECT_EQ(work_of({"MatMulInteger", 10, {byte({4, 50}), byte({50, 6})}, {}}), 24 * 50);
  EXPECT_EQ(
      work_of({"Einsum", 12, {real({4, 50}), real({50, 6})}, {attr_text("equation", "ij,jk->ik")}}),
      24 * 50);
}

TEST(Work, OfWindows) {
  EXPECT_EQ(work_of({"MaxPool", 12, {real({1, 2, 9, 9})}, {attr_ints("kernel_shape", {4, 4})}}),
            72 * 16);
  EXPECT_EQ(work_of({"GlobalAveragePool", 1, {real({1, 2, 9, 9})}, {}}), 2 * 81);
  EXPECT_EQ(work_of({"LRN", 13, {real({1, 9, 2, 2})}, {attr_int("size", 5)}}), 36 * 5);
  EXPECT_EQ(work_of({"LRN", 13, {real({1, 3, 2, 2})}, {attr_int("size", 5)}}), 12 * 3);
}

TEST(Work, OfBroadcasting) {
  EXPECT_EQ(work_of({"Add", 14, {real({40, 1}), real({50})}, {}}), 2000 * 2);
  EXPECT_EQ(work_of({"Sum", 13, {real({40, 1}), real({50}), real({})}, {}}), 2000 * 3);
  const Tensor condition = only_shape(DataType::kBool, {40, 1});
  EXPECT_EQ(work_of({"Where", 16, {condition, real({50}), real({})}, {}}), 2000 * 2);
}

TEST(Work, OfSamplingAnewAndOfSelection) {
  // 600 elements, then 1200 and 2400 of two taps each.
  EXPECT_EQ(work_of({"Resize",
                     19,
                     {real({100, 2, 3}), absent(), absent(), list({100, 4, 6})},
                     {attr_text("mode", "linear")}}),
            600 + 2 * 1200 + 2 * 2400);
  EXPECT_NEAR(work_of({"TopK", 11, {real({4, 100}), list({30})}, {}, {"v", "i"}}),
              400 + 520 * std::log(121), 1e-9);
}

}  // namespace
}  // namespace gossamer::op_test
