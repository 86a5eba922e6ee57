// The kernels of activations, arithmetic and data movement against the scalar references.
#include <vector>

#include "ops/arithmetic.h"
#include "ops/concat.h"
#include "ops/elementwise.h"
#include "ops/transpose.h"
#include "ops/unary.h"
#include "tests/ops/lower_test_util.h"

namespace gossamer::lower_test {
namespace {

TEST(LowerTest, Activations) {
  const ActivationOp sigmoid("Sigmoid", {Activation::Kind::kSigmoid, 0, 0});
  EXPECT_EQ(kernel_of(sigmoid, {computed({3, 7})}), "f32_activate_flat");
  const ActivationOp hard_swish("HardSwish", {Activation::Kind::kHardSwish, 0, 0});
  EXPECT_EQ(kernel_of(hard_swish, {computed({3, 7})}), "f32_activate_flat");
  const ClipOp clip(Activation::clip(-0.5f, 0.5f));
  EXPECT_EQ(kernel_of(clip, {computed({3, 7})}), "f32_activate_flat");
  LoweredNode bounded(clip, {computed({3, 7}), constant({}), absent()});
  EXPECT_EQ(bounded.compare(), "f32_activate_flat");
  EXPECT_EQ(bounded.absorbed(), (std::set{1}));
  EXPECT_EQ(kernel_of(clip, {computed({3, 7}), absent(), computed({})}), "reference");
}

TEST(LowerTest, Arithmetic) {
  const AddOp add;
  const SubOp sub;
  const MulOp mul;
  const DivOp div;
  for (const Op* op :
       {static_cast<const Op*>(&add), static_cast<const Op*>(&sub), static_cast<const Op*>(&mul)}) {
    EXPECT_EQ(kernel_of(*op, {computed({2, 3, 4}), computed({2, 3, 4})}), "f32_binary_flat");
    EXPECT_EQ(kernel_of(*op, {computed({2, 3, 4}), constant({})}), "f32_binary_flat");
    EXPECT_EQ(kernel_of(*op, {computed({4}), computed({2, 3, 4})}), "f32_binary_broadcast");
    EXPECT_EQ(kernel_of(*op, {computed({2, 1, 4}), computed({3, 1})}), "f32_binary_broadcast");
  }
  EXPECT_EQ(kernel_of(div, {computed({1, 1}), computed({1})}), "f32_binary_flat");
}

TEST(LowerTest, FunctionsAndPowers) {
  const FunctionOp gelu("Gelu", {Function::kGelu, 0, 0});
  EXPECT_EQ(kernel_of(gelu, {computed({3, 7})}), "f32_curve_flat");
  const FunctionOp elu("Elu", {Function::kElu, 1, 0});
  EXPECT_EQ(kernel_of(elu, {computed({3, 7})}), "f32_function_flat");
  const BinaryOp pow("Pow", BinaryOp::Kind::kPow, BinaryOp::kNumber);
  const float two = 2;
  auto exponent = Constant::copy_of({DataType::kFloat32, {}, &two});
  OpContext context(
      {{DataType::kFloat32, {3}, nullptr, false}, {DataType::kFloat32, {}, *exponent, false}}, 1);
  ASSERT_TRUE(pow.infer(context).is_ok());
  const auto square = pow.lower(context);
  EXPECT_TRUE((*square)->name().starts_with("f32_power"));
  EXPECT_TRUE(context.input(1).absorbed);
  const std::vector<float> x = {-3, 0, 1.5f};
  std::vector<float> y(3);
  const void* inputs[] = {x.data(), nullptr};
  void* outputs[] = {y.data()};
  EXPECT_TRUE((*square)->run({inputs, outputs, nullptr}, 0, (*square)->items()).is_ok());
  EXPECT_EQ(y, (std::vector<float>{9, 0, 2.25f}));
  const BinaryOp prelu("PRelu", BinaryOp::Kind::kPRelu, BinaryOp::kNumber);
  EXPECT_EQ(kernel_of(prelu, {computed({2, 3, 4}), constant({3, 1})}), "f32_binary_broadcast");
  const BinaryOp sum("Sum", BinaryOp::Kind::kSum, BinaryOp::kReal);
  EXPECT_EQ(kernel_of(sum, {computed({2, 3}), computed({2, 3})}), "f32_binary_flat");
  EXPECT_EQ(kernel_of(sum, {computed({2, 3}), computed({2, 3}), computed({3})}), "reference");
}

TEST(LowerTest, Movement) {
  EXPECT_EQ(kernel_of(TransposeOp({0, 2, 3, 1}), {computed({2, 3, 4, 5})}), "any_transpose_swap");
  EXPECT_EQ(kernel_of(TransposeOp({1, 0, 2}), {computed({2, 3, 4})}), "any_transpose_rows");
  EXPECT_EQ(kernel_of(TransposeOp({}), {computed({2, 3, 4})}), "any_transpose_strided");
  EXPECT_EQ(kernel_of(ConcatOp(-1), {computed({2, 3, 4}), constant({2, 3, 1})}), "any_concat_rows");
  EXPECT_EQ(kernel_of(ConcatOp(0), {computed({2, 3}), computed({1, 3}), computed({0, 3})}),
            "any_concat_rows");
}

}  // namespace
}  // namespace gossamer::lower_test
