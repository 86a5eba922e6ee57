// GridSample and AffineGrid. The expected values are onnxruntime's.
#include "ops/grid_sample.h"

#include <cmath>
#include <limits>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr float kTolerance = 2e-6f;

// -2, -1, 2, 0, 0, 2, -1, ...
Tensor image(const Shape& shape) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * i % 7) - 2;
  return floats(shape, values);
}
Node sampling(std::vector<Tensor> inputs, const char* mode, const char* padding, int64_t align = 0,
              int opset = 16) {
  return {"GridSample",
          opset,
          std::move(inputs),
          {attr_text("mode", mode), attr_text("padding_mode", padding),
           attr_int("align_corners", align)}};
}

struct Case {
  const char* mode;
  const char* padding;
  int64_t align;
  std::vector<float> expected;
};

TEST(GridSample, ModesAndPaddings) {
  const Tensor grid = floats({1, 2, 4, 2}, {-1, -1, -0.4f, 0.3f, 0, 0, 0.9f, 1.2f, -3.1f, 0.5f,
                                            2.6f, -1.9f, 0.25f, -0.75f, 1, 1});
  const Case cases[] = {
      {"bilinear", "zeros", 0, {-0.5f, 1.265f, 0.5f, 0, 0, 0, 1.75f, 0}},
      {"bilinear", "zeros", 1, {-2, 1.77f, 0.5f, 0, 0, 0, 1.0625f, 0}},
      {"bilinear", "border", 0, {-2, 1.265f, 0.5f, 0, -0.75f, 0, 2, 0}},
      {"bilinear", "border", 1, {-2, 1.77f, 0.5f, 0, -0.5f, 0, 1.0625f, 0}},
      {"bilinear", "reflection", 0, {-2, 1.265f, 0.5f, 0, -0.5f, 0.255f, 2, 0}},
      {"bilinear", "reflection", 1, {-2, 1.77f, 0.5f, -0.37f, -0.925f, 0.94f, 1.0625f, 0}},
      {"nearest", "zeros", 0, {-2, 2, -1, 0, 0, 0, 2, 0}},
      {"nearest", "zeros", 1, {-2, 2, -1, 0, 0, 0, 2, 0}},
      {"nearest", "border", 0, {-2, 2, -1, 0, -1, 0, 2, 0}},
      {"nearest", "border", 1, {-2, 2, -1, 0, -1, 0, 2, 0}},
      {"nearest", "reflection", 0, {-2, 2, -1, 0, 0, 0, 2, 0}},
      {"nearest", "reflection", 1, {-2, 2, -1, 0, 0, 2, 2, 0}},
      {"bicubic",
       "zeros",
       0,
       {-0.63183594f, 2.0456247f, 0.78125f, 0.037253901f, 0, 0, 2.0063477f, 0.10253906f}},
      {"bicubic", "zeros", 1, {-2, 2.4282217f, 0.78125f, 0.17308681f, 0, 0, 1.4535275f, 0}},
      {"bicubic",
       "border",
       0,
       {-2.2724609f, 1.9453287f, 0.78125f, 0.050645851f, -0.70312524f, 0, 2.215332f, 0.19628906f}},
      {"bicubic",
       "border",
       1,
       {-2, 2.340318f, 0.78125f, 0.15243185f, -0.31249982f, 0.013499734f, 1.2594299f, 0}},
      {"bicubic",
       "reflection",
       0,
       {-2.5273438f, 1.9453287f, 0.78125f, 0.25889975f, -0.5535841f, 0.43499467f, 2.2460938f,
        0.41015625f}},
      {"bicubic",
       "reflection",
       1,
       {-2, 2.3171263f, 0.78125f, -0.23730147f, -1.0280815f, 1.1555723f, 1.516201f, 0}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.mode) + ", " + c.padding + (c.align != 0 ? ", aligned" : ""));
    expect_floats(result_of(sampling({image({1, 1, 3, 4}), grid}, c.mode, c.padding, c.align)),
                  {1, 1, 2, 4}, c.expected, kTolerance);
  }
}

TEST(GridSample, ThreeAxes) {
  const Tensor grid =
      floats({1, 1, 1, 4, 3}, {0, 0, 0, -0.7f, 0.9f, 0.4f, 1.5f, -1.2f, 2.2f, -1, -1, 1});
  const Case cases[] = {{"linear", "zeros", 0, {-0.75f, 1.026f, 0, -0.125f}},
                        {"linear", "border", 0, {-0.75f, 1.8f, -1, -1}},
                        {"linear", "reflection", 0, {-0.75f, 1.8f, 0.5f, -1}},
                        {"nearest", "zeros", 0, {-1, 2, 0, 0}},
                        {"nearest", "border", 0, {-1, 2, -1, -1}},
                        {"nearest", "reflection", 0, {-1, 2, 2, -1}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.mode) + ", " + c.padding);
    expect_floats(
        result_of(sampling({image({1, 1, 2, 2, 3}), grid}, c.mode, c.padding, c.align, 20)),
        {1, 1, 1, 1, 4}, c.expected, kTolerance);
  }
}

TEST(GridSample, ChannelsAndBatches) {
  const Tensor grid = floats({2, 1, 1, 2}, {-1, -1, 1, 1});
  expect_floats(result_of(sampling({iota({2, 3, 2, 2}), grid}, "nearest", "border")), {2, 3, 1, 1},
                {0, 4, 8, 15, 19, 23});
}

TEST(GridSample, PlacesThatAreNone) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor grid =
      floats({1, 1, 4, 2}, {std::nanf(""), 0, inf, inf, -inf, 1e30f, -3e38f, std::nanf("")});
  for (const char* mode : {"nearest", "linear", "cubic"}) {
    for (const char* padding : {"border", "reflection"}) {
      for (const int64_t align : {0, 1}) {
        for (const Shape& shape : {Shape{1, 1, 2, 2}, Shape{1, 1, 1, 1}}) {
          const Tensor y = result_of(sampling({iota(shape, 1), grid}, mode, padding, align, 20));
          for (float value : y.to<float>()) EXPECT_TRUE(std::isfinite(value)) << mode << padding;
        }
      }
    }
    expect_floats(result_of(sampling({iota({1, 1, 2, 2}, 1), grid}, mode, "zeros", 0, 20)),
                  {1, 1, 1, 4}, {0, 0, 0, 0});
  }
}

TEST(GridSample, Errors) {
  const Tensor x = image({1, 1, 3, 4});
  expect_error(sampling({x, iota({1, 2, 2, 3})}, "linear", "zeros"), Code::kShape);
  expect_error(sampling({x, iota({2, 2, 2, 2})}, "linear", "zeros"), Code::kShape);
  expect_error(sampling({floats({1, 1, 0, 4}, {}), iota({1, 2, 2, 2})}, "linear", "zeros"),
               Code::kShape);
  expect_error(sampling({x, iota({1, 2, 2, 2})}, "lanczos", "zeros"), Code::kAttribute, "mode");
  expect_error(sampling({int64s({1, 1, 1}, {1}), iota({1, 1, 1})}, "linear", "zeros"),
               Code::kUnsupported);
}

Node affine(const Tensor& theta, const std::vector<int64_t>& size, int64_t align) {
  return {"AffineGrid", 20, {theta, list(size)}, {attr_int("align_corners", align)}};
}

TEST(AffineGrid, TwoAxes) {
  const Tensor theta = floats({1, 2, 3}, {1, 0.5f, 0.1f, -0.5f, 2, 0.3f});
  expect_floats(result_of(affine(theta, {1, 1, 2, 3}, 0)), {1, 2, 3, 2},
                {-0.81666666f, -0.36666662f, -0.15f, -0.7f, 0.51666671f, -1.0333333f, -0.31666669f,
                 1.6333334f, 0.35f, 1.3f, 1.0166667f, 0.96666664f});
  expect_floats(result_of(affine(theta, {1, 1, 2, 3}, 1)), {1, 2, 3, 2},
                {-1.4f, -1.2f, -0.4f, -1.7f, 0.6f, -2.2f, -0.4f, 2.8f, 0.6f, 2.3f, 1.6f, 1.8f});
  expect_floats(result_of(affine(theta, {1, 1, 1, 2}, 1)), {1, 1, 2, 2}, {-0.4f, 2.8f, 1.6f, 1.8f});
}

TEST(AffineGrid, ThreeAxes) {
  std::vector<float> values(12);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(static_cast<double>(i) * 0.5 + 0.5));
  }
  const Tensor theta = floats({1, 3, 4}, values);
  expect_floats(result_of(affine(theta, {1, 1, 2, 1, 2}, 0)), {1, 2, 1, 2, 3},
                {0.1708371f, -0.88064694f, 0.56211972f, 0.65026271f, -0.28217483f, -0.4154104f,
                 1.1683321f, -1.2314302f, -0.14342058f, 1.6477578f, -0.63295805f, -1.1209507f});
  expect_floats(result_of(affine(theta, {1, 1, 2, 1, 2}, 1)), {1, 2, 1, 2, 3},
                {0.27384782f, -0.86337137f, 0.44473064f, 1.2326989f, 0.33357292f, -1.5103296f,
                 2.2688377f, -1.5649378f, -0.96634996f, 3.2276888f, -0.36799359f, -2.9214101f});
}

TEST(AffineGrid, Errors) {
  const Tensor theta = iota({1, 2, 3});
  expect_error(affine(theta, {1, 1, 2}, 0), Code::kShape);
  expect_error(affine(theta, {1, 1, -2, 2}, 0), Code::kShape);
  expect_error(affine(theta, {2, 1, 2, 2}, 0), Code::kShape);
  expect_error(affine(theta, {1, 1, INT64_MAX, INT64_MAX}, 0), Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
