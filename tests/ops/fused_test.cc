// What optimisers fuse and older exporters wrote. The expected values are onnxruntime's.
#include "ops/fused.h"

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

Node fused(std::string type, std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {std::move(type), 1, std::move(inputs), std::move(attributes), {"y"}, "com.microsoft"};
}
Node node(std::string type, std::vector<Tensor> inputs, std::vector<Attribute> attributes = {},
          int opset = 8) {
  return {std::move(type), opset, std::move(inputs), std::move(attributes)};
}

const Tensor kImage = floats({1, 1, 3, 3}, {1, -2, 3, -4, 5, -6, 7, -8, 9});
const Tensor kFilter = known(floats({1, 1, 2, 2}, {1, -1, 0.5f, 2}));
const Tensor kList = floats({5}, {-3, -0.5f, 0, 1, 2.5f});

TEST(FusedConv, AddsAndActivates) {
  const Shape y{1, 1, 2, 2};
  const Tensor z = floats(y, {1, 2, 3, 4}), bias = known(floats({1}, {0.5f}));
  const auto activation = [](const char* name, std::vector<float> parameters) {
    return std::vector<Attribute>{attr_text("activation", name),
                                  attr_floats("activation_params", std::move(parameters))};
  };
  expect_floats(
      result_of(fused("FusedConv", {kImage, kFilter, bias, z}, activation("LeakyRelu", {0.1f}))), y,
      {12.5f, -1.2f, -1.8f, 29.5f});
  expect_floats(result_of(fused("FusedConv", {kImage, kFilter}, activation("Clip", {0, 6}))), y,
                {6, 0, 0, 6});
  expect_floats(
      result_of(fused("FusedConv", {kImage, kFilter}, activation("HardSigmoid", {0.1f, 0.4f}))), y,
      {1, 0, 0, 1});
  expect_error(fused("FusedConv", {kImage, kFilter}, activation("Sine", {})), Code::kAttribute,
               "activation");
}

TEST(FusedGemm, Activates) {
  const Tensor a = floats({1, 2}, {1, 2}), b = known(floats({2, 2}, {1, -1, 2, -3}));
  expect_floats(
      result_of(fused("FusedGemm", {a, b, known(floats({2}, {1, 2}))},
                      {attr_text("activation", "LeakyRelu"), attr_float("activation_alpha", 0.25f),
                       attr_float("alpha", 0.5f), attr_float("beta", 2)})),
      {1, 2}, {4.5f, 0.5f});
  expect_floats(result_of(fused("FusedGemm", {a, b},
                                {attr_text("activation", "Tanh"), attr_int("transB", 1)})),
                {1, 2}, {-0.76159418f, -0.99932921f});
  // A parameter that is not stated has the operator's own value: 0.2, of HardSigmoid's alpha.
  expect_floats(result_of(fused(
                    "FusedGemm", {a, known(floats({2, 1}, {1, 1}))},
                    {attr_text("activation", "HardSigmoid"), attr_float("activation_beta", 0.1f)})),
                {1, 1}, {0.7f});
}

TEST(FusedMatMul, TransposesAndScales) {
  const auto left = [](const Shape& shape) { return iota(shape); };
  const auto right = [](const Shape& shape) { return known(iota(shape, -5)); };
  const Shape y{2, 3, 3};
  expect_floats(
      result_of(
          fused("FusedMatMul", {left({2, 3, 2}), right({2, 2, 3})}, {attr_float("alpha", 0.5f)})),
      y,
      {-1, -0.5f, 0, -8, -5.5f, -3, -15, -10.5f, -6, 17, 23.5f, 30, 22, 30.5f, 39, 27, 37.5f, 48});
  expect_floats(result_of(fused("FusedMatMul", {left({2, 2, 3}), right({2, 3, 2})},
                                {attr_int("transA", 1), attr_int("transB", 1)})),
                y, {-12, -6, 0, -21, -11, -1, -30, -16, -2, 24, 54, 84, 27, 61, 95, 30, 68, 106});
  expect_floats(result_of(fused("FusedMatMul", {left({3, 2, 2}), right({2, 2, 3})},
                                {attr_int("transBatchA", 1)})),
                y, {-2, -1, 0, -30, -21, -12, -58, -41, -24, 14, 19, 24, 34, 47, 60, 54, 75, 96});
  expect_floats(result_of(fused("FusedMatMul", {left({2, 2, 3}), iota({3, 2, 2}, -5)},
                                {attr_int("transA", 1), attr_int("transBatchA", 1),
                                 attr_int("transBatchB", 1), attr_int("transB", 1)})),
                y, {-24, 0, 24, -33, -1, 31, -42, -2, 38, -27, 21, 69, -32, 24, 80, -37, 27, 91});
  // The older name, and a factor that cannot go into the weights.
  expect_floats(result_of(fused("TransposeMatMul", {iota({2, 1}), iota({2, 1})},
                                {attr_int("transA", 1), attr_float("alpha", 3)})),
                {1, 1}, {3});
}

TEST(Gelu, ItsForms) {
  const Tensor bias = known(floats({5}, {1, 0, -1, 0.5f, 0}));
  expect_floats(result_of(fused("Gelu", {kList})), {5},
                {-0.0040496886f, -0.15426877f, 0, 0.84134471f, 2.4844761f});
  expect_floats(result_of(fused("BiasGelu", {kList, bias})), {5},
                {-0.045500278f, -0.15426877f, -0.15865526f, 1.3997892f, 2.4844761f});
  expect_floats(result_of(fused("FastGelu", {kList, bias})), {5},
                {-0.045402348f, -0.15428600f, -0.15880796f, 1.3995715f, 2.4849157f});
  expect_floats(result_of(fused("FastGelu", {kList})), {5},
                {-0.0036375225f, -0.15428600f, 0, 0.84119201f, 2.4849157f});
  expect_error(fused("BiasGelu", {kList, absent()}), Code::kGraph);
}

TEST(Swish, WithAFactor) {
  expect_floats(result_of(fused("QuickGelu", {kList})), {5},
                {-0.018071294f, -0.14961158f, 0, 0.84579575f, 2.4650140f});
  expect_floats(result_of(node("Swish", {kList}, {attr_float("alpha", 0.5f)}, 24)), {5},
                {-0.54727668f, -0.21891175f, 0, 0.62245929f, 1.9432497f});
  expect_floats(result_of(node("Swish", {kList}, {}, 24)), {5},
                {-0.14227762f, -0.18877033f, 0, 0.73105858f, 2.3103545f});
  expect_error(node("Swish", {int64s({1}, {1})}, {}, 24), Code::kUnsupported);
}

TEST(Experimental, ScaledFunctions) {
  const std::vector<Attribute> both = {attr_float("alpha", 2), attr_float("beta", 0.5f)};
  expect_floats(result_of(node("Affine", {kList}, {attr_float("alpha", 2), attr_float("beta", 1)})),
                {5}, {-5, 0, 1, 3, 6});
  expect_floats(result_of(node("Scale", {kList}, {attr_float("scale", 2)})), {5},
                {-6, -1, 0, 2, 5});
  expect_floats(result_of(node("ScaledTanh", {kList}, both)), {5},
                {-1.8102967f, -0.48983732f, 0, 0.92423427f, 1.6965674f});
  expect_floats(result_of(node("ParametricSoftplus", {kList}, both)), {5},
                {0.40282664f, 1.1518788f, 1.3862944f, 1.9481540f, 3.0038581f});
  expect_floats(result_of(node("ThresholdedRelu", {kList}, {attr_float("alpha", 0.75f)})), {5},
                {0, 0, 0, 1, 2.5f});
}

TEST(ImageScaler, ABiasForEachChannel) {
  const Tensor x = floats({1, 2, 1, 2}, {1, 2, 3, 4});
  const Attribute scale = attr_float("scale", 0.5f);
  expect_floats(result_of(node("ImageScaler", {x}, {scale, attr_floats("bias", {10, -1})})),
                {1, 2, 1, 2}, {10.5f, 11, 0.5f, 1});
  expect_error(node("ImageScaler", {x}, {scale, attr_floats("bias", {1})}), Code::kAttribute,
               "bias");
  expect_error(node("ImageScaler", {kList}, {attr_floats("bias", {1})}), Code::kShape);
}

TEST(Crop, BorderAndExtents) {
  const Tensor x = iota({1, 1, 4, 5});
  expect_floats(result_of(node("Crop", {x}, {attr_ints("border", {1, 0, 2, 1})})), {1, 1, 3, 2},
                {1, 2, 6, 7, 11, 12});
  expect_floats(
      result_of(node("Crop", {x}, {attr_ints("border", {1, 1, 0, 0}), attr_ints("scale", {2, 3})})),
      {1, 1, 2, 3}, {6, 7, 8, 11, 12, 13});
  expect_error(node("Crop", {x}, {attr_ints("border", {3, 0, 2, 0})}), Code::kAttribute, "border");
  expect_error(node("Crop", {x}, {attr_ints("border", {1, 1})}), Code::kAttribute, "border");
  expect_error(node("Crop", {x}, {attr_ints("border", {INT64_MAX, 0, INT64_MAX, 0})}),
               Code::kAttribute, "border");
}

}  // namespace
}  // namespace gossamer::op_test
