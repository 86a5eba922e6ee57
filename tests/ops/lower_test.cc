// The kernels that operators choose, against the operators' own scalar references: every operator
// that has a vector kernel, the cases that must fall back to the reference, and which constants a
// kernel takes over. Weights are read both from memory and from a model's bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "ops/arithmetic.h"
#include "ops/concat.h"
#include "ops/conv.h"
#include "ops/elementwise.h"
#include "ops/gemm.h"
#include "ops/local_response.h"
#include "ops/mean_variance.h"
#include "ops/normalization.h"
#include "ops/pool.h"
#include "ops/reduce.h"
#include "ops/softmax.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

// An input of a node under test; its elements are random.
struct Input {
  Shape shape;
  bool constant = false;
  bool present = true;
};
Input computed(const Shape& shape) {
  return {shape, false, true};
}
Input constant(const Shape& shape) {
  return {shape, true, true};
}
Input absent() {
  return {{}, false, false};
}

AlignedBuffer random_floats(int64_t count, std::mt19937& random) {
  auto buffer = AlignedBuffer::allocate(static_cast<size_t>(count) * sizeof(float));
  EXPECT_TRUE(buffer.is_ok());
  std::uniform_real_distribution<float> distribution(-1, 1);
  for (int64_t i = 0; i < count; ++i) buffer->as<float>()[i] = distribution(random);
  return std::move(buffer).value();
}

// A node with its operands, the reference's result and the kernel's.
class Bench {
 public:
  Bench(const Op& op, const std::vector<Input>& inputs) : op_(op) {
    std::mt19937 random(7);
    std::vector<OpContext::Operand> operands;
    for (const Input& input : inputs) {
      OpContext::Operand operand;
      if (input.present) {
        operand.type = DataType::kFloat32;
        operand.shape = input.shape;
        data_.push_back(random_floats(input.shape.elements(), random));
        if (input.constant) operand.constant = make_constant(input.shape, data_.back());
      } else {
        data_.emplace_back();
      }
      operands.push_back(operand);
      views_.push_back({operand.type, operand.shape, data_.back().data()});
    }
    context_ = std::make_unique<OpContext>(std::move(operands), 1);
    const Status status = op_.infer(*context_);
    EXPECT_TRUE(status.is_ok()) << status.to_string();
  }

  // Lowers, runs both, compares, and returns the kernel's name up to the level.
  std::string compare() {
    const Shape shape = context_->output(0).shape;
    AlignedBuffer want = random_floats(shape.elements(), random_);
    const MutableTensorView output{DataType::kFloat32, shape, want.data()};
    EXPECT_TRUE(op_.evaluate({views_, {&output, 1}}).is_ok());

    auto kernel = op_.lower(*context_);
    EXPECT_TRUE(kernel.is_ok());
    if (!kernel.is_ok()) return kernel.status().to_string();
    AlignedBuffer got = random_floats(shape.elements(), random_);
    auto scratch = AlignedBuffer::allocate((*kernel)->scratch_bytes());
    std::vector<const void*> pointers;
    for (size_t i = 0; i < data_.size(); ++i) {
      const bool absorbed = context_->input(static_cast<int>(i)).absorbed;
      if (absorbed) absorbed_.insert(static_cast<int>(i));
      pointers.push_back(absorbed ? nullptr : data_[i].data());
    }
    // What was packed must not be needed any more.
    for (auto& bytes : stored_) std::fill(bytes.begin(), bytes.end(), std::byte{0x7f});
    void* outputs[] = {got.data()};
    const Status ran = (*kernel)->run({pointers, outputs, scratch->data()}, 0, (*kernel)->items());
    EXPECT_TRUE(ran.is_ok()) << ran.to_string();
    for (int64_t i = 0; i < shape.elements(); ++i) {
      EXPECT_NEAR(got.as<float>()[i], want.as<float>()[i], 1e-5f) << op_.type() << " at " << i;
    }
    const std::string_view name = (*kernel)->name();
    return std::string(name.substr(0, name.find("__")));
  }

  const std::set<int>& absorbed() const { return absorbed_; }

 private:
  // Every other constant still lies in the model's bytes.
  std::shared_ptr<const Constant> make_constant(const Shape& shape, const AlignedBuffer& data) {
    if (stored_.size() % 2 == 1) {
      stored_.emplace_back();
      auto copy = Constant::copy_of({DataType::kFloat32, shape, data.data()});
      EXPECT_TRUE(copy.is_ok());
      return *copy;
    }
    stored_.emplace_back(data.data(), data.data() + data.size());
    sources_.push_back(ModelSource::from_memory(stored_.back()));
    return Constant::in_source(DataType::kFloat32, shape, sources_.back().get(), 0);
  }

  const Op& op_;
  std::mt19937 random_{8};
  std::vector<AlignedBuffer> data_;
  std::vector<TensorView> views_;
  std::vector<std::vector<std::byte>> stored_;
  std::vector<std::unique_ptr<ModelSource>> sources_;
  std::unique_ptr<OpContext> context_;
  std::set<int> absorbed_;
};

std::string kernel_of(const Op& op, const std::vector<Input>& inputs) {
  return Bench(op, inputs).compare();
}

WindowAttributes window(std::vector<int64_t> kernel, std::vector<int64_t> strides = {},
                        std::vector<int64_t> pads = {}, std::vector<int64_t> dilations = {}) {
  WindowAttributes w;
  w.kernel_shape = std::move(kernel);
  w.strides = std::move(strides);
  w.pads = std::move(pads);
  w.dilations = std::move(dilations);
  return w;
}

std::shared_ptr<const Op> conv(const WindowAttributes& w, int64_t group, bool last = true) {
  const ConvOp op(w, group);
  return last ? op.channels_last() : std::make_shared<ConvOp>(op);
}

TEST(LowerTest, ConvTakesOverItsWeights) {
  const auto op = conv(window({3, 3}, {2, 1}, {1, 0, 1, 2}, {1, 2}), 1);
  Bench plain(*op, {computed({2, 9, 8, 5}), constant({7, 5, 3, 3})});
  EXPECT_TRUE(plain.compare().starts_with("f32_conv"));
  EXPECT_EQ(plain.absorbed(), (std::set{1}));
  Bench full(*op, {computed({2, 9, 8, 5}), constant({7, 5, 3, 3}), constant({7}), constant({7}),
                   computed({2, 5, 6, 7})});
  EXPECT_TRUE(full.compare().starts_with("f32_conv"));
  EXPECT_EQ(full.absorbed(), (std::set{1, 2, 3}));
}

TEST(LowerTest, ConvChoosesItsForm) {
  const Input bias = constant({6});
  EXPECT_TRUE(
      kernel_of(*conv(window({1, 1}), 1), {computed({1, 5, 4, 3}), constant({6, 3, 1, 1}), bias})
          .starts_with("f32_gemm"));
  EXPECT_EQ(kernel_of(*conv(window({3, 3}, {}, {1, 1, 1, 1}), 6),
                      {computed({1, 5, 4, 6}), constant({6, 1, 3, 3}), bias}),
            "f32_dwconv_3x3");
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

TEST(LowerTest, GemmPacksAConstantB) {
  for (const bool transposed : {false, true}) {
    GemmOp::Attributes attributes;
    attributes.transpose_b = transposed;
    attributes.alpha = 0.5f;
    attributes.beta = 2;
    const GemmOp op(attributes, Activation::relu());
    const Input b = transposed ? constant({9, 6}) : constant({6, 9});
    for (const Shape& c : {Shape{9}, Shape{1, 9}, Shape{1}, Shape{}, Shape{1, 1}}) {
      Bench bench(op, {computed({4, 6}), b, constant(c)});
      EXPECT_TRUE(bench.compare().starts_with("f32_gemm"));
      EXPECT_EQ(bench.absorbed(), (std::set{1, 2}));
    }
    EXPECT_EQ(kernel_of(op, {computed({1, 6}), b}), "f32_gemv_1x8");
  }
}

TEST(LowerTest, GemmAddsAComputedMatrix) {
  const GemmOp op({}, {Activation::Kind::kSigmoid, 0, 0});
  Bench bench(op, {computed({4, 6}), constant({6, 9}), computed({4, 9})});
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
      Bench packed(op, {computed(a), constant(b)});
      const std::string name = packed.compare();
      EXPECT_EQ(name.starts_with("f32_gem"), b.rank() <= 2) << name;
      EXPECT_EQ(packed.absorbed().contains(1), b.rank() <= 2);
    }
  }
}

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
  EXPECT_EQ(global(Kind::kLp, {2, 8, 7, 5}), "reference");
  EXPECT_EQ(global(Kind::kMax, {2, 3, 8, 7, 5}), "reference");
  EXPECT_EQ(kernel_of(maximum, {computed({2, 5, 8, 7})}), "reference");
}

TEST(LowerTest, Normalizations) {
  const BatchNormalizationOp first(2.0f);  // an epsilon for which random variances have a root
  const auto last = first.channels_last()->with_activation(Activation::relu());
  const std::vector<Input> known = {computed({2, 3, 7}), constant({7}), constant({7}),
                                    constant({7}), constant({7})};
  Bench affine(*last, known);
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
  EXPECT_EQ(kernel_of(layer, {computed({2, 3, 7}), computed({3, 1})}), "reference");
  EXPECT_EQ(kernel_of(layer, {computed({7, 7}), computed({7, 1})}), "reference");
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
  const MeanVarianceOp axes({.kind = Kind::kMeanVariance, .axes = {0, 2, 3}});
  EXPECT_EQ(kernel_of(axes, {computed({2, 3, 4, 5})}), "f32_meanvar_rows");
  const auto last = axes.permuted(std::vector<int>{0, 2, 3, 1});
  EXPECT_EQ(kernel_of(*last, {computed({2, 4, 5, 3})}), "f32_meanvar_columns");

  const LrnOp lrn({.alpha = 0.5f, .size = 4});
  EXPECT_EQ(kernel_of(lrn, {computed({2, 7, 3, 2})}), "reference");
  EXPECT_EQ(kernel_of(*lrn.permuted(std::vector<int>{0, 2, 3, 1}), {computed({2, 3, 2, 7})}),
            "f32_lrn_channels");
}

TEST(LowerTest, Activations) {
  for (const auto kind : {Activation::Kind::kSigmoid, Activation::Kind::kHardSwish}) {
    EXPECT_EQ(kernel_of(*make_activation({kind, 0, 0}), {computed({3, 7})}), "f32_activate_flat");
  }
  const ClipOp clip(Activation::clip(-0.5f, 0.5f));
  EXPECT_EQ(kernel_of(clip, {computed({3, 7})}), "f32_activate_flat");
  Bench bounded(clip, {computed({3, 7}), constant({}), absent()});
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
  EXPECT_EQ(kernel_of(gelu, {computed({3, 7})}), "f32_function_flat");
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
  EXPECT_EQ(kernel("ReduceSum", Kind::kSum, {1}, {3, 4, 5}), "reference");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {0, 2}, {3, 4, 5}), "reference");
  EXPECT_EQ(kernel("ReduceMean", Kind::kMean, {1}, {3, 1, 5}), "reference");
}

TEST(LowerTest, SoftmaxAlongTheInnermostAxis) {
  EXPECT_EQ(kernel_of(SoftmaxOp(-1, false), {computed({3, 10})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(1, true), {computed({3, 2, 5})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(1, false), {computed({3, 10, 1})}), "f32_softmax_rows");
  EXPECT_EQ(kernel_of(LogSoftmaxOp(-1, false), {computed({3, 10})}), "f32_logsoftmax_rows");
  EXPECT_EQ(kernel_of(SoftmaxOp(0, false), {computed({3, 10})}), "reference");
  EXPECT_EQ(kernel_of(LogSoftmaxOp(0, false), {computed({3, 10})}), "reference");
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
}  // namespace gossamer
