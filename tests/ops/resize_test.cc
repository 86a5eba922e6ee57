// Resize and Upsample beyond ONNX's own cases: antialiasing, policies, regions, types, layouts.
// Antialiased values were computed from the definition of the filter in double.
#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor reals(const std::vector<float>& values) {
  return known(floats({static_cast<int64_t>(values.size())}, values));
}
Node by_sizes(Tensor x, const std::vector<int64_t>& sizes, std::vector<Attribute> attributes) {
  return {"Resize", 19, {std::move(x), absent(), absent(), list(sizes)}, std::move(attributes)};
}
Node by_scales(Tensor x, const std::vector<float>& scales, std::vector<Attribute> attributes,
               int opset = 19) {
  return {"Resize", opset, {std::move(x), absent(), reals(scales)}, std::move(attributes)};
}

TEST(Resize, Antialias) {
  const Tensor x = floats({6}, {1, 2, 4, 8, 16, 32});
  const auto resized = [&](const char* mode, int64_t exclude, int64_t size) {
    return result_of(by_sizes(
        x, {size},
        {attr_text("mode", mode), attr_int("antialias", 1), attr_int("exclude_outside", exclude)}));
  };
  expect_floats(resized("linear", 0, 3), {3}, {1.75f, 6.75f, 23});
  expect_floats(resized("linear", 1, 3), {3}, {1.857143f, 6.75f, 21.714286f});
  expect_floats(resized("cubic", 0, 4), {4}, {1.141204f, 3.095679f, 9.445988f, 27.37963f});
  expect_floats(resized("cubic", 1, 3), {3}, {1.212058f, 5.688679f, 23.305613f});
}

TEST(Resize, SizesThatKeepProportions) {
  const auto shape_of = [](const char* policy, std::vector<Attribute> attributes) {
    attributes.push_back(attr_text("keep_aspect_ratio_policy", policy));
    return result_of(by_sizes(iota({2, 4}), {6, 6}, attributes)).shape.to_string();
  };
  EXPECT_EQ(shape_of("stretch", {}), "[6, 6]");
  EXPECT_EQ(shape_of("not_larger", {}), "[3, 6]");
  EXPECT_EQ(shape_of("not_smaller", {}), "[6, 12]");
  EXPECT_EQ(shape_of("not_larger", {attr_ints("axes", {1, 0})}), "[3, 6]");
}

TEST(Resize, Axes) {
  const Node node = by_scales(iota({2, 2}), {2}, {attr_ints("axes", {-1})});
  expect_floats(result_of(node), {2, 4}, {0, 0, 1, 1, 2, 2, 3, 3});
}

TEST(Resize, RoundingOfTheNearest) {
  const auto picked = [](const char* rounding) {
    return result_of(by_scales(iota({4}), {0.5f}, {attr_text("nearest_mode", rounding)}))
        .to<float>();
  };
  using Floats = std::vector<float>;  // of 0.5 and 2.5
  EXPECT_EQ(picked("round_prefer_floor"), (Floats{0, 2}));
  EXPECT_EQ(picked("round_prefer_ceil"), (Floats{1, 3}));
  EXPECT_EQ(picked("floor"), (Floats{0, 2}));
  EXPECT_EQ(picked("ceil"), (Floats{1, 3}));
  // Before there was a choice: up when reducing.
  expect_floats(result_of({"Resize", 10, {iota({1, 4}), reals({1, 0.6f})}, {}}), {1, 2}, {0, 2});
  expect_floats(result_of({"Upsample", 7, {iota({3})}, {attr_floats("scales", {1.5f})}}), {4},
                {0, 0, 1, 2});
  expect_floats(result_of({"Upsample", 9, {iota({2}), reals({2})}, {attr_text("mode", "linear")}}),
                {4}, {0, 0.5f, 1, 1});
}

TEST(Resize, Regions) {
  const auto crop = [](std::vector<float> roi, const char* mode) {
    return result_of({"Resize",
                      13,
                      {iota({4}), reals(roi), absent(), list({3})},
                      {attr_text("mode", mode), attr_float("extrapolation_value", 9),
                       attr_text("coordinate_transformation_mode", "tf_crop_and_resize")}});
  };
  expect_floats(crop({0, 1}, "linear"), {3}, {0, 1.5f, 3});
  expect_floats(crop({0.5f, 1.5f}, "linear"), {3}, {1.5f, 3, 9});
  expect_floats(crop({-1, 1}, "nearest"), {3}, {9, 0, 3});
  expect_floats(crop({NAN, 1}, "cubic"), {3}, {9, 9, 9});
}

TEST(Resize, SymmetricHalfPixels) {
  const Node node =
      by_scales(iota({4}), {0.6f},
                {attr_text("mode", "linear"),
                 attr_text("coordinate_transformation_mode", "half_pixel_symmetric")});
  expect_floats(result_of(node), {2}, {0.6666667f, 2.3333333f});
}

TEST(Resize, OtherTypes) {
  const Tensor pixels = bytes(DataType::kUint8, {2}, {0, 255});
  expect_values<uint8_t>(result_of(by_scales(pixels, {2}, {attr_text("mode", "linear")})), {4},
                         {0, 63, 191, 255});
  expect_values<uint8_t>(result_of(by_scales(pixels, {3}, {attr_text("mode", "cubic")})), {6},
                         {0, 0, 80, 174, 255, 255});
  expect_values<int64_t>(result_of(by_scales(int64s({2}, {INT64_MAX, 5}), {2}, {})), {4},
                         {INT64_MAX, INT64_MAX, 5, 5});
}

TEST(Resize, FormsAgree) {
  const std::vector<int> last = {0, 2, 3, 1};
  const Tensor x = noise({2, 3, 4, 5}, 3);
  for (const char* mode : {"nearest", "linear", "cubic"}) {
    const Attribute m = attr_text("mode", mode);
    EXPECT_TRUE(expect_forms_agree(by_scales(x, {1, 1, 2, 1.7f}, {m}), last));
    EXPECT_TRUE(expect_forms_agree(by_sizes(x, {2, 3, 3, 9}, {m, attr_int("antialias", 1)}), last));
    EXPECT_TRUE(expect_forms_agree(by_sizes(x, {2, 3, 4, 3}, {m}), last));
    EXPECT_TRUE(expect_forms_agree(by_sizes(x, {1, 6, 7, 5}, {m}), last));  // by the reference
    EXPECT_TRUE(expect_forms_agree(
        {"Resize",
         13,
         {x, reals({0, 0, -0.2f, 0.3f, 1, 1, 1, 1.4f}), absent(), list({2, 3, 6, 6})},
         {m, attr_float("extrapolation_value", 9),
          attr_text("coordinate_transformation_mode", "tf_crop_and_resize")}},
        last));
  }
}

TEST(Resize, Errors) {
  const Tensor x = iota({2, 2});
  for (const float scale : {0.0f, -1.0f, NAN, INFINITY}) {
    expect_error(by_scales(x, {1, scale}, {}), Code::kAttribute, "scales");
  }
  expect_error(by_scales(x, {1, 1e30f}, {}), Code::kShape);
  expect_error(by_scales(x, {1, 1e10f}, {}), Code::kShape);
  expect_error(by_scales(x, {1}, {}), Code::kAttribute, "scales");
  expect_error(by_sizes(x, {2, -1}, {}), Code::kAttribute, "sizes");
  expect_error(by_sizes(floats({0, 2}, {}), {1, 2}, {}), Code::kShape);
  expect_error({"Resize", 19, {x, absent(), reals({1, 1}), list({2, 2})}, {}}, Code::kAttribute,
               "sizes");
  expect_error({"Resize", 19, {x}, {}}, Code::kAttribute, "scales");
  expect_error({"Resize", 19, {x, absent(), floats({2}, {1, 1})}, {}}, Code::kUnsupported);
  expect_error(by_scales(x, {1}, {attr_ints("axes", {2})}), Code::kAttribute, "axes");
  expect_error(by_scales(x, {1, 1}, {attr_ints("axes", {0, -2})}), Code::kAttribute, "axes");
  expect_error(by_scales(x, {1, 1}, {attr_text("mode", "lanczos")}), Code::kAttribute, "mode");
  expect_error(by_scales(x, {1, 1}, {attr_int("antialias", 1)}, 13), Code::kAttribute, "antialias");
  expect_error(
      by_scales(x, {1, 1}, {attr_text("coordinate_transformation_mode", "tf_crop_and_resize")}),
      Code::kAttribute, "roi");
}

// The reference computes in doubles, into and out of buffers that plans have a budget for.
TEST(Resize, StatesTheMemoryItWorksIn) {
  // [100, 2, 3] to [100, 4, 3] to [100, 4, 6]: 2400 doubles from 1200, 6 places of 2 taps.
  EXPECT_EQ(
      reference_scratch(by_sizes(iota({100, 2, 3}), {100, 4, 6}, {attr_text("mode", "linear")})),
      2400u * 8 + 1200u * 8 + 6 * 2 * 8);
  // [100, 2, 6] to [100, 4, 6] to [100, 4, 3], of floats that are moved; 4 places of 1 tap.
  EXPECT_EQ(reference_scratch(by_sizes(iota({100, 2, 6}), {100, 4, 3}, {})),
            1200u * 4 + 2400u * 4 + 4 * 8);
}

}  // namespace
}  // namespace gossamer::op_test
