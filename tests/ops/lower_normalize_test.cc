// The kernels of pooling, normalization, reductions and softmax against the scalar references, and
// the axes for which there is none.
#include <vector>

#include "ops/local_response.h"
#include "ops/mean_variance.h"
#include "ops/normalization.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/softmax.h"
#include "tests/ops/lower_test_util.h"

namespace gossamer::lower_test {
namespace {

TEST(LowerTest, Pools) {
  using Kind = PoolOp::Kind;
  auto ceil = window({3, 2}, {2, 2}, {1, 0, 1, 1});
  ceil.ceil_mode = true;
  const PoolOp maximum({.kind = Kind::kMax, .window = ceil});
  EXPECT_EQ(kernel_of(*maximum.channels_last(), {computed({2, 8, 7, 5})}), "f32_maxpool_window");
  for (const bool count_pad : {false, true}) {
    const PoolOp average({.kind = Kind::kAverage, .window = ceil, .count_include_pad = count_pad});
    EXPECT_EQ(kernel_of(*average.channels_last(), {computed({2, 8, 7, 5})}), "f32_avgpool_window");
  }
  const auto global = [](Kind kind, const Shape& shape) {
    return kernel_of(*PoolOp({.kind = kind, .global = true}).channels_last(), {computed(shape)});
  };
  EXPECT_EQ(global(Kind::kAverage, {2, 8, 7, 5}), "f32_avgpool_global");
  EXPECT_EQ(global(Kind::kMax, {2, 8, 7, 5}), "f32_maxpool_window");
  EXPECT_EQ(global(Kind::kLp, {2, 8, 7, 5}), "f32_lppool_window");
  EXPECT_EQ(global(Kind::kMax, {2, 3, 8, 7, 5}), "reference");
  for (const int64_t p : {1, 2, 3}) {
    const PoolOp norm({.kind = Kind::kLp, .window = ceil, .p = p});
    EXPECT_EQ(kernel_of(*norm.channels_last(), {computed({2, 8, 7, 5})}),
              p == 3 ? "reference" : "f32_lppool_window");
  }
  EXPECT_EQ(kernel_of(maximum, {computed({2, 5, 8, 7})}), "reference");
}

TEST(LowerTest, Normalizations) {
  const BatchNormalizationOp first(2.0f);  // an epsilon for which random variances have a root
  const auto last = first.channels_last()->with_activation(Activation::relu());
  const std::vector<Input> known = {computed({2, 3, 7}), constant({7}), constant({7}),
                                    constant({7}), constant({7})};
  LoweredNode affine(*last, known);
  EXPECT_EQ(affine.compare(), "f32_affine_channels");
  EXPECT_EQ(affine.absorbed(), (std::set{1, 2, 3, 4}));
  std::vector<Input> unknown = known;
  unknown[2] = computed({7});
  EXPECT_EQ(kernel_of(*last, unknown), "reference");
  EXPECT_EQ(kernel_of(first, {computed({2, 7, 3}), known[1], known[1], known[1], known[1]}),
            "reference");
}

TEST(LowerTest, NormalizationsByTheirOwnStatistics) {
  using Kind = MeanVarianceOp::Kind;
  const MeanVarianceOp layer({.kind = Kind::kLayer});
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), constant({7}), constant({7})}),
            "f32_meanvar_rows");
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), computed({1, 7})}), "f32_meanvar_rows");
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), computed({3, 1})}), "f32_meanvar_rows");
  EXPECT_EQ(kernel_of(layer, {computed({7, 7}), computed({7, 1})}), "f32_meanvar_rows");
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), computed({2, 1, 1})}), "reference");
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), computed({3, 1}), computed({7})}), "reference");
  const MeanVarianceOp two_axes({.kind = Kind::kLayer, .axis = 1});
  EXPECT_EQ(kernel_of(two_axes, {computed({2, 3, 7}), constant({3, 7}), constant({3, 7})}),
            "f32_meanvar_rows");
  EXPECT_EQ(kernel_of(two_axes, {computed({2, 3, 7}), constant({7}), constant({3, 7})}),
            "reference");
  const auto instance = MeanVarianceOp({.kind = Kind::kInstance}).channels_last();
  EXPECT_EQ(kernel_of(*instance, {computed({2, 4, 3, 5}), constant({5}), constant({5})}),
            "f32_meanvar_columns");
  const auto group = MeanVarianceOp({.kind = Kind::kGroup, .groups = 2}).channels_last();
  EXPECT_EQ(kernel_of(*group, {computed({2, 4, 3, 6}), constant({6}), constant({6})}),
            "f32_meanvar_rows");
  const auto per_group =
      MeanVarianceOp({.kind = Kind::kGroup, .groups = 2, .per_channel = false}).channels_last();
  EXPECT_EQ(kernel_of(*per_group, {computed({2, 4, 3, 6}), constant({2}), constant({2})}),
            "f32_meanvar_rows");
  const MeanVarianceOp axes({.kind = Kind::kMeanVariance, .axes = {0, 2, 3}});
  EXPECT_EQ(kernel_of(axes, {computed({2, 3, 4, 5})}), "f32_meanvar_rows");
  const auto last = axes.permuted(std::vector<int>{0, 2, 3, 1});
  EXPECT_EQ(kernel_of(*last, {computed({2, 4, 5, 3})}), "f32_meanvar_columns");

  const LrnOp lrn({.alpha = 0.5f, .size = 4});
  EXPECT_EQ(kernel_of(lrn, {computed({2, 7, 3, 2})}), "f32_lrn_planes");
  EXPECT_EQ(kernel_of(*lrn.permuted(std::vector<int>{0, 2, 3, 1}), {computed({2, 3, 2, 7})}),
            "f32_lrn_channels");
}

TEST(LowerTest, Reductions) {
  const auto kernel = [](const char* type, ReduceOp::Kind kind, std::vector<int64_t> axes,
                         const Shape& x) {
    return kernel_of(*ReduceOp(type, kind, {}).settled(std::move(axes)), {computed(x)});
  };
  using Kind = ReduceOp::Kind;
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {2, 3}, {2, 3, 5, 7}), "f32_reduce_rows");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {1, 2}, {2, 5, 7, 6}), "f32_avgpool_global");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {0}, {6, 9}), "f32_avgpool_global");
  EXPECT_EQ(kernel("ReduceMax", Kind::kMax, {1, 2}, {2, 5, 7, 6}), "f32_maxpool_window");
  EXPECT_EQ(kernel("ReduceMax", Kind::kMax, {3}, {2, 5, 7, 6}), "f32_reduce_rows");
  EXPECT_EQ(kernel("ReduceSum", Kind::kSum, {0, 1, 2}, {3, 4, 5}), "f32_reduce_rows");
  EXPECT_EQ(kernel("ReduceSum", Kind::kSum, {1}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceMin", Kind::kMin, {1, 2}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceL1", Kind::kL1, {0}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceL2", Kind::kL2, {1, 2}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceSumSquare", Kind::kSumSquare, {1}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceLogSum", Kind::kLogSum, {1}, {3, 4, 5}), "f32_reduce_columns");
  EXPECT_EQ(kernel("ReduceLogSumExp", Kind::kLogSumExp, {1}, {3, 4, 5}), "reference");
  EXPECT_EQ(kernel("ReduceProd", Kind::kProd, {1}, {3, 4, 5}), "reference");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {0, 2}, {3, 4, 5}), "reference");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {1}, {3, 1, 5}), "f32_reduce_columns");
}

TEST(LowerTest, SoftmaxAlongAnyAxis) {
  EXPECT_EQ(kernel_of(SoftmaxOp(-1, false), {computed({3, 10})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(1, true), {computed({3, 2, 5})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(1, false), {computed({3, 10, 1})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(LogSoftmaxOp(-1, false), {computed({3, 10})}), "f32_logsoftmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(0, false), {computed({3, 10})}), "f32_softmax_columns");
  EXPECT_EQ(kernel_of(SoftmaxOp(1, false), {computed({3, 10, 2, 3})}), "f32_softmax_columns");
  EXPECT_EQ(kernel_of(LogSoftmaxOp(0, false), {computed({3, 10})}), "f32_logsoftmax_columns");
  EXPECT_EQ(kernel_of(HardmaxOp(0, false), {computed({3, 10})}), "reference");
}

}  // namespace
}  // namespace gossamer::lower_test
