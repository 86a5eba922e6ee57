// ConvTranspose against hand-computed results: how windows overlap, each way of stating the
// output's extent, groups, layouts, and its errors.
#include "ops/conv_transpose.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node node(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {"ConvTranspose", 16, std::move(inputs), std::move(attributes)};
}
// Over x = 1, 2 with the window 1, 10, 100.
Tensor spread(std::vector<Attribute> attributes) {
  return result_of(
      node({floats({1, 1, 2}, {1, 2}), floats({1, 1, 3}, {1, 10, 100})}, std::move(attributes)));
}

TEST(ConvTranspose, WindowsOverlap) {
  expect_floats(spread({}), {1, 1, 4}, {1, 12, 120, 200});
  expect_floats(spread({attr_ints("strides", {2})}), {1, 1, 5}, {1, 10, 102, 20, 200});
  expect_floats(spread({attr_ints("dilations", {2})}), {1, 1, 6}, {1, 2, 10, 20, 100, 200});
}

TEST(ConvTranspose, ExtentOfTheOutput) {
  const Attribute stride = attr_ints("strides", {2});
  expect_floats(spread({stride, attr_ints("pads", {1, 0})}), {1, 1, 4}, {10, 102, 20, 200});
  expect_floats(spread({stride, attr_ints("output_padding", {1})}), {1, 1, 6},
                {1, 10, 102, 20, 200, 0});
  // 5 shrinks to 4: the odd one goes to the beginning unless SAME_UPPER says otherwise.
  expect_floats(spread({stride, attr_ints("output_shape", {4})}), {1, 1, 4}, {10, 102, 20, 200});
  expect_floats(spread({stride, attr_ints("output_shape", {1, 1, 6})}), {1, 1, 6},
                {1, 10, 102, 20, 200, 0});
  expect_floats(spread({stride, attr_text("auto_pad", "SAME_UPPER")}), {1, 1, 4}, {1, 10, 102, 20});
  expect_floats(spread({stride, attr_text("auto_pad", "SAME_LOWER")}), {1, 1, 4},
                {10, 102, 20, 200});
  expect_floats(spread({stride, attr_text("auto_pad", "VALID")}), {1, 1, 5}, {1, 10, 102, 20, 200});
}

TEST(ConvTranspose, GroupsAndBias) {
  const Tensor x = floats({1, 2, 1, 1}, {2, 3});
  const Tensor w = floats({2, 2, 1, 1}, {1, 10, 100, 1000});
  const Tensor bias = floats({2}, {0.5f, 0.25f});
  expect_floats(result_of(node({x, w, bias})), {1, 2, 1, 1}, {302.5f, 3020.25f});
  expect_floats(result_of(node({x, w}, {attr_int("group", 2)})), {1, 4, 1, 1}, {2, 20, 300, 3000});
}

TEST(ConvTranspose, ChannelsLastGivesTheSameNumbers) {
  Node n = node({noise({2, 4, 3, 5}, 1), noise({4, 3, 2, 3}, 2)},
                {attr_ints("strides", {2, 3}), attr_int("group", 2)});
  const auto last = (*make(n))->channels_last();
  const Tensor y = result_of(*last, {to_channels_last(n.inputs[0]), n.inputs[1]});
  expect_same(to_channels_first(y), result_of(n));
}

TEST(ConvTranspose, NoPixelsAndNoChannels) {
  const Tensor none = floats({1, 0, 2}, {});
  expect_floats(result_of(node({none, floats({0, 1, 2}, {})})), {1, 1, 3}, {0, 0, 0});
  expect_floats(result_of(node({floats({0, 1, 2}, {}), floats({1, 1, 1}, {1})})), {0, 1, 2}, {});
}

TEST(ConvTranspose, Errors) {
  const Tensor x = iota({1, 2, 3}), w = iota({2, 1, 2});
  expect_error(node({x, iota({3, 1, 2})}), Code::kShape);
  expect_error(node({x, w, iota({2})}), Code::kShape);
  expect_error(node({x, w}, {attr_int("group", 3)}), Code::kAttribute, "group");
  expect_error(node({x, w}, {attr_ints("pads", {9, 9})}), Code::kAttribute, "pads");
  expect_error(node({x, w}, {attr_ints("output_shape", {0})}), Code::kAttribute, "output_shape");
  expect_error(node({x, w}, {attr_ints("output_shape", {-1})}), Code::kAttribute, "output_shape");
  expect_error(node({x, w}, {attr_ints("output_padding", {1, 1})}), Code::kAttribute,
               "output_padding");
  expect_error(node({only_shape(DataType::kInt32, {1, 2, 3}), w}), Code::kUnsupported);
}

}  // namespace
}  // namespace gossamer::op_test
