// DeformConv. The expected values are onnxruntime's.
#include "ops/deform_conv.h"

#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor wave(const Shape& shape, double step) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(static_cast<double>(i) * step + step));
  }
  return floats(shape, values);
}
Node node(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {"DeformConv", 19, std::move(inputs), std::move(attributes)};
}

TEST(DeformConv, Offsets) {
  expect_floats(
      result_of(node({wave({1, 2, 3, 3}, 0.4), wave({2, 2, 2, 2}, 0.3), wave({1, 8, 2, 2}, 0.9)})),
      {1, 2, 2, 2},
      {0.19505522f, -0.67071491f, 0.12723637f, 0.028254831f, 1.5197513f, 2.2161016f, 1.7203006f,
       0.44261321f},
      2e-6f);
}

TEST(DeformConv, GroupsMaskAndGeometry) {
  const Node all =
      node({wave({1, 2, 4, 4}, 0.4), wave({2, 1, 2, 2}, 0.3), wave({1, 16, 2, 2}, 0.9),
            floats({2}, {1, -1}), wave({1, 8, 2, 2}, 0.21)},
           {attr_int("group", 2), attr_int("offset_group", 2), attr_ints("strides", {2, 2}),
            attr_ints("pads", {1, 0, 0, 1}), attr_ints("dilations", {1, 2})});
  expect_floats(result_of(all), {1, 2, 2, 2},
                {2.0013037f, 1.4420006f, 1.7001448f, 1.1455067f, -1.2606051f, -1.4411845f,
                 -0.66685814f, 0.36237574f},
                2e-6f);
}

TEST(DeformConv, WithoutOffsetsItIsAConvolution) {
  const Tensor x = wave({2, 4, 5, 5}, 0.4), w = wave({6, 2, 3, 3}, 0.3);
  const std::vector<Attribute> attributes = {attr_int("group", 2), attr_ints("pads", {1, 1, 1, 1})};
  const Tensor none = floats({2, 18, 5, 5}, std::vector<float>(900));
  expect_same(result_of(node({x, w, none}, attributes)),
              result_of(Node{"Conv", 16, {x, w}, attributes}), 1e-5f);
}

TEST(DeformConv, OffsetsThatAreNone) {
  const Tensor x = iota({1, 1, 2, 2}, 1), w = floats({1, 1, 1, 1}, {1});
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor offsets = floats({1, 2, 2, 2}, {std::nanf(""), inf, 1e30f, 0, 0, 0, 0, -inf});
  expect_floats(result_of(node({x, w, offsets})), {1, 1, 2, 2}, {0, 0, 0, 0});
}

TEST(DeformConv, Errors) {
  const Tensor x = wave({1, 2, 3, 3}, 1), w = wave({2, 2, 2, 2}, 1);
  expect_error(node({x, w, wave({1, 7, 2, 2}, 1)}), Code::kShape);
  expect_error(node({x, w, wave({1, 24, 2, 2}, 1)}, {attr_int("offset_group", 3)}),
               Code::kAttribute, "offset_group");
  expect_error(node({x, w, wave({1, 8, 2, 2}, 1), wave({3}, 1)}), Code::kShape);
  expect_error(node({x, w, wave({1, 8, 2, 2}, 1), absent(), wave({1, 5, 2, 2}, 1)}), Code::kShape);
  expect_error(node({wave({1, 2, 3}, 1), wave({2, 2, 2}, 1), wave({1, 4, 2}, 1)}), Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
