// The kernels of convolutions and matrix products against the scalar references: the form chosen,
// what must fall back, and which constants a kernel takes over.
#include <vector>

#include "base/simd.h"
#include "ops/conv.h"
#include "ops/conv_transpose.h"
#include "ops/gemm.h"
#include "tests/ops/lower_test_util.h"

namespace gossamer::lower_test {
namespace {

std::shared_ptr<const Op> conv(const WindowAttributes& w, int64_t group, bool last = true) {
  const ConvOp op(w, group);
  return last ? op.channels_last() : std::make_shared<ConvOp>(op);
}

TEST(LowerTest, ConvTakesOverItsWeights) {
  const auto op = conv(window({3, 3}, {2, 1}, {1, 0, 1, 2}, {1, 2}), 1);
  LoweredNode plain(*op, {computed({2, 9, 8, 5}), constant({7, 5, 3, 3})});
  EXPECT_TRUE(plain.compare().starts_with("f32_conv"));
  EXPECT_EQ(plain.absorbed(), (std::set{1}));
  LoweredNode full(*op, {computed({2, 9, 8, 5}), constant({7, 5, 3, 3}), constant({7}),
                         constant({7}), computed({2, 5, 6, 7})});
  EXPECT_TRUE(full.compare().starts_with("f32_conv"));
  EXPECT_EQ(full.absorbed(), (std::set{1, 2, 3}));
}

TEST(LowerTest, ConvChoosesItsForm) {
  const Input bias = constant({6});
  EXPECT_TRUE(
      kernel_of(*conv(window({1, 1}), 1), {computed({1, 5, 4, 3}), constant({6, 3, 1, 1}), bias})
          .starts_with("f32_gemm"));
  EXPECT_EQ(kernel_of(*conv(window({3, 3}, {}, {1, 1, 1, 1}), 8),
                      {computed({1, 5, 4, 8}), constant({8, 1, 3, 3}), constant({8})}),
            simd::kEmulated ? "f32_dwconv_any" : "f32_dwconv_3x3");
  EXPECT_TRUE(
      kernel_of(*conv(window({2, 3}), 3), {computed({1, 5, 4, 6}), constant({6, 2, 2, 3}), bias})
          .starts_with("f32_conv"));
  // A signal has one spatial axis.
  EXPECT_TRUE(kernel_of(*conv(window({3}, {2}, {1, 1}), 1),
                        {computed({2, 9, 4}), constant({6, 4, 3}), bias})
                  .starts_with("f32_conv"));
  auto same = window({3, 3}, {2, 2});
  same.auto_pad = WindowAttributes::AutoPad::kSameLower;
  EXPECT_TRUE(kernel_of(*conv(same, 1), {computed({1, 6, 7, 2}), constant({6, 2, 3, 3})})
                  .starts_with("f32_conv"));
}

TEST(LowerTest, ConvAppliesItsActivation) {
  const ConvOp op(window({3, 3}), 1);
  const auto fused = op.channels_last()->with_activation({Activation::Kind::kHardSwish, 0, 0});
  ASSERT_NE(fused, nullptr);
  EXPECT_TRUE(kernel_of(*fused, {computed({1, 6, 7, 2}), constant({9, 2, 3, 3}), constant({9})})
                  .starts_with("f32_conv"));
}

TEST(LowerTest, ConvFallsBack) {
  EXPECT_EQ(
      kernel_of(*conv(window({3, 3}), 1, false), {computed({1, 2, 6, 7}), constant({3, 2, 3, 3})}),
      "reference");
  EXPECT_EQ(kernel_of(*conv(window({3, 3}), 1), {computed({1, 6, 7, 2}), computed({3, 2, 3, 3})}),
            "reference");
  EXPECT_EQ(kernel_of(*conv(window({3, 3}), 1),
                      {computed({1, 6, 7, 2}), constant({3, 2, 3, 3}), computed({3})}),
            "reference");
  EXPECT_EQ(kernel_of(*conv(window({2, 2, 2}), 1),
                      {computed({1, 3, 4, 5, 2}), constant({3, 2, 2, 2, 2})}),
            "reference");
  EXPECT_EQ(kernel_of(*conv(window({1, 1}), 1), {computed({0, 6, 7, 2}), constant({3, 2, 1, 1})}),
            "reference");
}

TEST(LowerTest, ConvTranspose) {
  const auto transposed = [](const WindowAttributes& w, int64_t group = 1,
                             std::vector<int64_t> output_padding = {}) {
    return ConvTransposeOp(
               {.window = w, .group = group, .output_padding = std::move(output_padding)})
        .channels_last();
  };
  const auto common = transposed(window({3, 3}, {2, 2}, {1, 1, 1, 1}), 1, {1, 1});
  LoweredNode node(*common, {computed({2, 5, 4, 6}), constant({6, 9, 3, 3}), constant({9})});
  EXPECT_TRUE(node.compare().starts_with("f32_convtranspose"));
  EXPECT_EQ(node.absorbed(), (std::set{1, 2}));
  const auto kernel = [&](const std::shared_ptr<const Op>& op, const Shape& x, const Shape& w) {
    const std::string name = kernel_of(*op, {computed(x), constant(w)});
    return name.substr(0, name.rfind('_'));
  };
  const std::string name = "f32_convtranspose";
  EXPECT_EQ(kernel(transposed(window({2, 2}, {2, 2})), {2, 5, 4, 6}, {6, 9, 2, 2}), name);
  EXPECT_EQ(kernel(transposed(window({4, 4}, {2, 2}, {1, 1, 1, 1})), {1, 5, 4, 3}, {3, 2, 4, 4}),
            name);
  EXPECT_EQ(kernel(transposed(window({3, 2}, {1, 3}, {}, {2, 1}), 2), {1, 5, 4, 6}, {6, 2, 3, 2}),
            name);
  EXPECT_EQ(kernel(transposed(window({3}, {2})), {1, 5, 6}, {6, 2, 3}), name);
  const Input x = computed({1, 5, 4, 3});
  EXPECT_EQ(kernel_of(*transposed(window({2, 2}, {65, 1})), {x, constant({3, 2, 2, 2})}),
            "reference");
  EXPECT_EQ(kernel_of(*transposed(window({2, 2})), {x, computed({3, 2, 2, 2})}), "reference");
  EXPECT_EQ(kernel_of(*transposed(window({2, 2, 2})),
                      {computed({1, 3, 2, 2, 2}), constant({2, 2, 2, 2, 2})}),
            "reference");
}

TEST(LowerTest, GemmPacksAConstantB) {
  for (const bool transposed : {false, true}) {
    GemmOp::Attributes attributes;
    attributes.transpose_b = transposed;
    attributes.alpha = 0.5f;
    attributes.beta = 2;
    const GemmOp op(attributes, Activation::relu());
    const Input b = transposed ? constant({9, 6}) : constant({6, 9});
    for (const Shape& c : {Shape{9}, Shape{1, 9}, Shape{1}, Shape{}, Shape{1, 1}}) {
      LoweredNode bench(op, {computed({4, 6}), b, constant(c)});
      EXPECT_TRUE(bench.compare().starts_with("f32_gemm"));
      EXPECT_EQ(bench.absorbed(), (std::set{1, 2}));
    }
    EXPECT_EQ(kernel_of(op, {computed({1, 6}), b}), "f32_gemv_1x8");
  }
}

TEST(LowerTest, GemmAddsAComputedMatrix) {
  const GemmOp op({}, {Activation::Kind::kSigmoid, 0, 0});
  LoweredNode bench(op, {computed({4, 6}), constant({6, 9}), computed({4, 9})});
  EXPECT_TRUE(bench.compare().starts_with("f32_gemm"));
  EXPECT_EQ(bench.absorbed(), (std::set{1}));
  EXPECT_TRUE(kernel_of(op, {computed({1, 6}), constant({6, 9}), computed({1, 9})})
                  .starts_with("f32_gemm"));
}

TEST(LowerTest, GemmFallsBack) {
  GemmOp::Attributes transposed;
  transposed.transpose_a = true;
  EXPECT_EQ(kernel_of(GemmOp(transposed), {computed({6, 4}), constant({6, 9})}), "reference");
  EXPECT_EQ(kernel_of(GemmOp({}), {computed({4, 6}), computed({6, 9})}), "reference");
  EXPECT_EQ(kernel_of(GemmOp({}), {computed({4, 6}), constant({6, 9}), constant({4, 1})}),
            "reference");
  GemmOp::Attributes doubled;
  doubled.beta = 2;
  EXPECT_EQ(kernel_of(GemmOp(doubled), {computed({4, 6}), constant({6, 9}), computed({4, 9})}),
            "reference");
}

TEST(LowerTest, MatMulOfEveryRank) {
  const MatMulOp op({Activation::Kind::kSilu, 0, 0});
  const Shape a_shapes[] = {{5}, {3, 5}, {2, 3, 5}, {4, 1, 3, 5}};
  const Shape b_shapes[] = {{5}, {5, 9}, {2, 5, 9}, {1, 2, 5, 9}};
  for (const Shape& a : a_shapes) {
    for (const Shape& b : b_shapes) {
      const std::string dynamic = kernel_of(op, {computed(a), computed(b)});
      EXPECT_TRUE(dynamic.starts_with("f32_matmul")) << a.to_string() << b.to_string();
      LoweredNode packed(op, {computed(a), constant(b)});
      const std::string name = packed.compare();
      EXPECT_EQ(name.starts_with("f32_gem"), b.rank() <= 2) << name;
      EXPECT_EQ(packed.absorbed().contains(1), b.rank() <= 2);
    }
  }
}

}  // namespace
}  // namespace gossamer::lower_test
