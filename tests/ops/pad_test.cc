// Pad: every mode, widths from everywhere, negative ones, and what is refused.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node pad(Tensor x, std::vector<int64_t> widths, const char* mode = "constant") {
  return {"Pad", 19, {std::move(x), list(widths)}, {attr_text("mode", mode)}};
}
std::vector<float> padded(const std::vector<int64_t>& widths, const char* mode) {
  return result_of(pad(iota({4}), widths, mode)).to<float>();
}

TEST(Pad, Modes) {
  using Floats = std::vector<float>;
  EXPECT_EQ(padded({1, 2}, "constant"), (Floats{0, 0, 1, 2, 3, 0, 0}));
  EXPECT_EQ(padded({2, 3}, "reflect"), (Floats{2, 1, 0, 1, 2, 3, 2, 1, 0}));
  EXPECT_EQ(padded({1, 2}, "edge"), (Floats{0, 0, 1, 2, 3, 3, 3}));
  EXPECT_EQ(padded({2, 6}, "wrap"), (Floats{2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1}));
}

TEST(Pad, NegativeWidthsCutFirst) {
  using Floats = std::vector<float>;
  EXPECT_EQ(padded({-1, -2}, "constant"), (Floats{1}));
  EXPECT_EQ(padded({-2, 1}, "reflect"), (Floats{2, 3, 2}));
  EXPECT_EQ(padded({2, -3}, "edge"), (Floats{0, 0, 0}));
  EXPECT_EQ(padded({1, -2}, "wrap"), (Floats{1, 0, 1}));
  EXPECT_EQ(padded({-4, 0}, "constant"), (Floats{}));
}

TEST(Pad, SeveralAxesAndTypes) {
  expect_floats(result_of({"Pad", 13, {iota({2, 2}), list({0, 1, 1, 0}), floats({}, {9})}, {}}),
                {3, 3}, {9, 0, 1, 9, 2, 3, 9, 9, 9});
  expect_floats(
      result_of(
          {"Pad", 2, {iota({1, 2})}, {attr_ints("pads", {1, 0, 0, 0}), attr_float("value", 5)}}),
      {2, 2}, {5, 5, 0, 1});
  expect_values<int64_t>(
      result_of({"Pad", 18, {int64s({2}, {7, 8}), list({0, 1}), int64s({1}, {-1})}, {}}), {3},
      {7, 8, -1});
  const Node one_axis{"Pad", 18, {iota({2, 2}), list({1, 0}), absent(), list({-1})}, {}};
  expect_floats(result_of(one_axis), {2, 3}, {0, 0, 1, 0, 2, 3});
  expect_floats(result_of(pad(floats({}, {3}), {})), {}, {3});
  expect_floats(result_of(pad(floats({0}, {}), {1, 1})), {2}, {0, 0});
}

TEST(Pad, FormsAgree) {
  const Tensor x = iota({2, 3, 4, 5}, 1);
  const std::vector<int> last = {0, 2, 3, 1};
  for (const char* mode : {"constant", "reflect", "edge", "wrap"}) {
    EXPECT_TRUE(expect_forms_agree(pad(x, {0, 0, 1, 2, 0, 0, 2, -1}, mode), last)) << mode;
    EXPECT_TRUE(expect_forms_agree(pad(x, {1, 1, 0, 0, 0, -1, 0, 0}, mode), last)) << mode;
  }
  EXPECT_TRUE(expect_forms_agree(
      {"Pad", 18, {x, list({2, 1}), known(floats({}, {7})), list({1})}, {}}, last));
  // What is not known stays an input.
  const auto op = make({"Pad", 18, {x, list({2, 1}), floats({}, {7})}, {}});
  OpContext context({{DataType::kFloat32, x.shape, nullptr}, {}, {DataType::kFloat32, {}, nullptr}},
                    1);
  EXPECT_EQ((*op)->bound(context), nullptr);
}

TEST(Pad, Errors) {
  const Tensor x = iota({4});
  expect_error(pad(x, {4, 0}, "reflect"), Code::kAttribute, "pads");
  expect_error(pad(x, {-2, 2}, "reflect"), Code::kAttribute, "pads");
  expect_error(pad(x, {-3, -2}), Code::kAttribute, "pads");
  expect_error(pad(x, {INT64_MIN, 0}), Code::kAttribute, "pads");
  expect_error(pad(x, {INT64_MAX, INT64_MAX}), Code::kAttribute, "pads");
  expect_error(pad(x, {int64_t{1} << 61, 0}), Code::kShape);
  expect_error(pad(x, {1}), Code::kAttribute, "pads");
  expect_error(pad(floats({0}, {}), {1, 0}, "edge"), Code::kAttribute, "pads");
  expect_error(pad(x, {1, 1}, "mirror"), Code::kAttribute, "mode");
  expect_error({"Pad", 18, {x, list({1, 1})}, {attr_text("mode", "wrap")}}, Code::kAttribute,
               "mode");
  expect_error({"Pad", 18, {x, list({1, 1}), int64s({}, {1})}, {}}, Code::kShape);
  expect_error({"Pad", 18, {x, list({1, 1}), floats({2}, {1, 1})}, {}}, Code::kShape);
  expect_error({"Pad", 18, {x, list({1, 1}), absent(), list({1})}, {}}, Code::kAttribute, "axes");
  expect_error({"Pad", 18, {x, list({1, 1, 1, 1}), absent(), list({0, -1})}, {}}, Code::kAttribute,
               "axes");
  expect_error({"Pad", 18, {x, int64s({2}, {1, 1})}, {}}, Code::kUnsupported);
  expect_error({"Pad", 2, {x}, {}}, Code::kAttribute, "pads");
}

}  // namespace
}  // namespace gossamer::op_test
