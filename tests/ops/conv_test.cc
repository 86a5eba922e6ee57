// Conv against hand-computed results, its forms for passes, and its errors.
#include "ops/conv.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node conv(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {"Conv", 16, std::move(inputs), std::move(attributes)};
}

Tensor ones(const Shape& shape) {
  return floats(shape, std::vector<float>(static_cast<size_t>(shape.elements()), 1.0f));
}

TEST(Conv, SumsWindowsWithoutPads) {
  // 3x3 of 0..8 under a 2x2 window of weights 1, 2, 3, 4.
  const Tensor y = result_of(conv({iota({1, 1, 3, 3}), floats({1, 1, 2, 2}, {1, 2, 3, 4})}));
  expect_floats(y, {1, 1, 2, 2}, {27, 37, 57, 67});
}

TEST(Conv, OnePixel) {
  expect_floats(result_of(conv({floats({1, 1, 1, 1}, {3}), floats({1, 1, 1, 1}, {-2})})),
                {1, 1, 1, 1}, {-6});
}

TEST(Conv, AddsTheBias) {
  const Tensor y =
      result_of(conv({iota({1, 1, 1, 2}), floats({2, 1, 1, 1}, {1, 10}), floats({2}, {100, 200})}));
  expect_floats(y, {1, 2, 1, 2}, {100, 101, 200, 210});
}

TEST(Conv, SumsOverChannels) {
  const Tensor y = result_of(conv({iota({1, 3, 1, 2}), floats({1, 3, 1, 1}, {1, 10, 100})}));
  expect_floats(y, {1, 1, 1, 2}, {420, 531});
}

TEST(Conv, SeparatesBatchElements) {
  const Tensor y = result_of(conv({iota({2, 1, 1, 2}), floats({1, 1, 1, 2}, {1, 1})}));
  expect_floats(y, {2, 1, 1, 1}, {1, 5});
}

TEST(Conv, PadsCountAsZero) {
  const Tensor y =
      result_of(conv({iota({1, 1, 3, 3}), ones({1, 1, 3, 3})}, {attr_ints("pads", {1, 1, 1, 1})}));
  expect_floats(y, {1, 1, 3, 3}, {8, 15, 12, 21, 36, 27, 20, 33, 24});
}

TEST(Conv, PadsBelongToSides) {
  // top 1, left 0, bottom 0, right 2
  const Tensor y = result_of(
      conv({iota({1, 1, 2, 2}, 1), ones({1, 1, 2, 2})}, {attr_ints("pads", {1, 0, 0, 2})}));
  expect_floats(y, {1, 1, 2, 3}, {3, 2, 0, 10, 6, 0});
}

TEST(Conv, Strides) {
  const Tensor y =
      result_of(conv({iota({1, 1, 5, 4}), ones({1, 1, 1, 1})}, {attr_ints("strides", {2, 3})}));
  expect_floats(y, {1, 1, 3, 2}, {0, 3, 8, 11, 16, 19});
}

TEST(Conv, Dilations) {
  const Tensor y =
      result_of(conv({iota({1, 1, 1, 5}), ones({1, 1, 1, 3})}, {attr_ints("dilations", {1, 2})}));
  expect_floats(y, {1, 1, 1, 1}, {0 + 2 + 4});
}

TEST(Conv, Groups) {
  // Two groups of two input channels; three output channels each.
  const Tensor y = result_of(conv({floats({1, 4, 1, 1}, {1, 2, 3, 4}),
                                   floats({6, 2, 1, 1}, {1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1})},
                                  {attr_int("group", 2)}));
  expect_floats(y, {1, 6, 1, 1}, {1, 2, 3, 3, 4, 7});
}

TEST(Conv, Depthwise) {
  const Tensor y = result_of(
      conv({floats({1, 3, 1, 2}, {1, 2, 3, 4, 5, 6}), floats({3, 1, 1, 2}, {1, 1, 1, -1, 2, 0})},
           {attr_int("group", 3)}));
  expect_floats(y, {1, 3, 1, 1}, {3, -1, 10});
}

TEST(Conv, OneAndThreeSpatialAxes) {
  expect_floats(result_of(conv({iota({1, 1, 4}), floats({1, 1, 2}, {1, -1})})), {1, 1, 3},
                {-1, -1, -1});
  expect_floats(result_of(conv({iota({1, 1, 2, 2, 2}), ones({1, 1, 2, 2, 1})})), {1, 1, 1, 1, 2},
                {0 + 2 + 4 + 6, 1 + 3 + 5 + 7});
}

struct AutoPadCase {
  const char* mode;
  int64_t in, kernel, stride;
  std::vector<float> expected;
};

TEST(Conv, AutoPad) {
  // Row 1, 2, ..., n under a window of ones: the sums show where pads went.
  const AutoPadCase cases[] = {
      {"NOTSET", 4, 2, 1, {3, 5, 7}},        {"VALID", 5, 2, 2, {3, 7}},
      {"SAME_UPPER", 4, 2, 1, {3, 5, 7, 4}}, {"SAME_LOWER", 4, 2, 1, {1, 3, 5, 7}},
      {"SAME_UPPER", 5, 3, 2, {3, 9, 9}},    {"SAME_LOWER", 5, 3, 2, {3, 9, 9}},
      {"SAME_UPPER", 4, 3, 2, {6, 7}},       {"SAME_LOWER", 4, 3, 2, {3, 9}},
      {"SAME_UPPER", 4, 1, 2, {1, 3}},       {"SAME_LOWER", 1, 4, 3, {1}},
  };
  for (const AutoPadCase& c : cases) {
    SCOPED_TRACE(testing::Message() << c.mode << " " << c.in << " " << c.kernel << " " << c.stride);
    const Tensor y =
        result_of(conv({iota({1, 1, c.in}, 1), ones({1, 1, c.kernel})},
                       {attr_text("auto_pad", c.mode), attr_ints("strides", {c.stride})}));
    expect_floats(y, {1, 1, static_cast<int64_t>(c.expected.size())}, c.expected);
  }
}

TEST(Conv, SamePadsCoverTheDilatedWindow) {
  const Tensor y =
      result_of(conv({iota({1, 1, 5}, 1), ones({1, 1, 2})},
                     {attr_text("auto_pad", "SAME_UPPER"), attr_ints("dilations", {3})}));
  expect_floats(y, {1, 1, 5}, {3, 5, 7, 3 + 0 + 0, 4});
}

TEST(Conv, AutoPadTakesThePlaceOfPads) {
  const Tensor y = result_of(conv({iota({1, 1, 4}, 1), ones({1, 1, 2})},
                                  {attr_text("auto_pad", "VALID"), attr_ints("pads", {1, 1})}));
  expect_floats(y, {1, 1, 3}, {3, 5, 7});
}

TEST(Conv, EmptyBatch) {
  expect_floats(result_of(conv({floats({0, 1, 3, 3}, {}), ones({2, 1, 2, 2})})), {0, 2, 2, 2}, {});
}

TEST(Conv, ScaleBiasResidualThenActivation) {
  const auto op = make(conv({absent(), absent()}));
  ASSERT_TRUE(op.is_ok());
  const auto fused = (*op)->with_activation(Activation::clip(0, 50));
  EXPECT_EQ(fused->with_activation(Activation::relu()), nullptr) << "an activation would be lost";
  const std::vector<Tensor> inputs = {floats({1, 1, 1, 2}, {1, 2}), floats({2, 1, 1, 1}, {3, -1}),
                                      floats({2}, {1, 2}), floats({2}, {10, 4}),
                                      floats({1, 2, 1, 2}, {5, 100, 1, 10})};
  // 1*3*10+1+5, 2*3*10+1+100 clipped, 1*-1*4+2+1 clipped, 2*-1*4+2+10
  expect_floats(result_of(*fused, inputs), {1, 2, 1, 2}, {36, 50, 0, 4});
}

TEST(Conv, ChannelsLastGivesTheSameNumbers) {
  struct Case {
    Shape x, w;
    int64_t group;
    std::vector<int64_t> pads;
  };
  const Case cases[] = {{{2, 4, 5, 7}, {6, 4, 3, 3}, 1, {1, 1, 1, 1}},
                        {{1, 6, 4, 4}, {4, 3, 2, 3}, 2, {0, 1, 1, 0}},
                        {{1, 5, 3, 1}, {5, 1, 1, 1}, 5, {0, 0, 0, 0}},
                        {{2, 3, 9}, {8, 3, 3}, 1, {2, 0}},
                        {{1, 2, 3, 4, 5}, {3, 2, 2, 2, 2}, 1, {0, 1, 0, 1, 0, 1}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.x.to_string());
    const std::vector<Tensor> inputs = {noise(c.x, 1), noise(c.w, 2), noise({c.w[0]}, 3)};
    const auto op = make(conv(inputs, {attr_int("group", c.group), attr_ints("pads", c.pads)}));
    ASSERT_TRUE(op.is_ok());
    const Tensor first = result_of(**op, inputs);
    const auto last = (*op)->channels_last();
    ASSERT_NE(op_cast<ConvOp>(last.get()), nullptr);
    const Tensor y = result_of(*last, {to_channels_last(inputs[0]), inputs[1], inputs[2], absent(),
                                       noise(to_channels_last(first).shape, 9)});
    const Tensor plain = result_of(*last, {to_channels_last(inputs[0]), inputs[1], inputs[2]});
    expect_same(to_channels_first(plain), first);
    EXPECT_EQ(y.shape.to_string(), plain.shape.to_string());
  }
}

TEST(Conv, AttributeErrors) {
  const Tensor x = iota({1, 4, 4, 4});
  const Tensor w = ones({4, 4, 2, 2});
  const auto error = [&](std::string_view name, Attribute a) {
    SCOPED_TRACE(name);
    expect_error(conv({x, w}, {std::move(a)}), Code::kAttribute, name);
  };
  error("strides", attr_ints("strides", {0, 1}));
  error("strides", attr_ints("strides", {1, -1}));
  error("strides", attr_ints("strides", {1, 1, 1}));
  error("strides", attr_ints("strides", {int64_t{1} << 62, 1}));
  error("strides", attr_int("strides", 1));
  error("dilations", attr_ints("dilations", {0, 1}));
  error("dilations", attr_ints("dilations", {1}));
  error("dilations", attr_ints("dilations", {INT64_MAX, INT64_MAX}));
  error("group", attr_int("group", 0));
  error("group", attr_int("group", -1));
  error("group", attr_int("group", 3));
  error("pads", attr_ints("pads", {-1, 0, 0, 0}));
  error("pads", attr_ints("pads", {0, 0}));
  error("pads", attr_ints("pads", {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}));
  error("kernel_shape", attr_ints("kernel_shape", {0, 2}));
  error("kernel_shape", attr_ints("kernel_shape", {2, 2, 2}));
  error("auto_pad", attr_text("auto_pad", "SAME"));
  error("colour", attr_int("colour", 1));
}

TEST(Conv, WindowsThatDoNotFit) {
  expect_error(conv({iota({1, 1, 2, 2}), ones({1, 1, 3, 3})}), Code::kAttribute, "kernel_shape");
  expect_error(conv({iota({1, 1, 2, 2}), floats({1, 1, 0, 2}, {})}), Code::kAttribute,
               "kernel_shape");
  expect_error(conv({iota({1, 1, 4}), ones({1, 1, 2})}, {attr_ints("dilations", {4})}),
               Code::kAttribute, "kernel_shape");
  expect_error(
      conv({floats({1, 1, 0}, {}), ones({1, 1, 1})}, {attr_text("auto_pad", "SAME_UPPER")}),
      Code::kAttribute, "kernel_shape");
}

TEST(Conv, ShapeErrors) {
  const Tensor x = iota({1, 4, 4, 4});
  expect_error(conv({x, ones({4, 3, 2, 2})}), Code::kShape);
  expect_error(conv({x, ones({4, 4, 2, 2})}, {attr_ints("kernel_shape", {3, 3})}), Code::kShape);
  expect_error(conv({x, ones({4, 4, 2})}), Code::kShape);
  expect_error(conv({x, ones({4, 4, 2, 2}), ones({3})}), Code::kShape);
  expect_error(conv({x, ones({4, 4, 2, 2}), ones({4, 1})}), Code::kShape);
  expect_error(conv({ones({4, 4}), ones({4, 4})}), Code::kShape);
  const int64_t huge = int64_t{1} << 40;
  expect_error(conv({only_shape(DataType::kFloat32, {1, 1, huge}), ones({1, 1, 1})}), Code::kShape);
  // Every extent is fine, their product is not.
  const int64_t wide = (int64_t{1} << 31) - 1;
  expect_error(conv({only_shape(DataType::kFloat32, {wide, 1, wide}),
                     only_shape(DataType::kFloat32, {wide, 1, 1})}),
               Code::kShape);
}

TEST(Conv, DoublesKeepTheirPrecision) {
  const double tiny = 1e-12;
  const Tensor x = tensor<double>(DataType::kFloat64, {1, 1, 2}, {1 + tiny, 1});
  const Tensor w = tensor<double>(DataType::kFloat64, {1, 1, 2}, {1, -1});
  EXPECT_NEAR(result_of(conv({x, w})).to<double>()[0], tiny, 1e-15);
}

TEST(Conv, UnsupportedTypesAndRanks) {
  expect_error(conv({only_shape(DataType::kInt32, {1, 1, 2, 2}),
                     only_shape(DataType::kInt32, {1, 1, 1, 1})}),
               Code::kUnsupported);
  expect_error(conv({ones({1, 1, 2, 2}), only_shape(DataType::kFloat16, {1, 1, 1, 1})}),
               Code::kShape);
  expect_error(conv({ones({1, 1, 1, 1, 1, 1}), ones({1, 1, 1, 1, 1, 1})}), Code::kUnsupported);
}

TEST(Conv, GraphErrors) {
  const Tensor x = ones({1, 1, 1, 1});
  expect_error(conv({x}), Code::kGraph);
  expect_error(conv({x, x, absent(), x}), Code::kGraph);
  expect_error(conv({absent(), x}), Code::kGraph);
  Node two_outputs = conv({x, x});
  two_outputs.outputs = {"y", "z"};
  expect_error(two_outputs, Code::kGraph);
  Node unnamed = conv({x, x});
  unnamed.outputs = {""};
  expect_error(unnamed, Code::kGraph);
}

}  // namespace
}  // namespace gossamer::op_test
