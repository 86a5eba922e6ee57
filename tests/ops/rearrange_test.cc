// DepthToSpace, SpaceToDepth, ReverseSequence, Trilu.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

TEST(DepthToSpace, BothNumberings) {
  const Tensor x = iota({1, 8, 1, 1});
  const auto node = [](Tensor t, const char* mode) {
    return Node{
        "DepthToSpace", 13, {std::move(t)}, {attr_int("blocksize", 2), attr_text("mode", mode)}};
  };
  expect_floats(result_of(node(x, "DCR")), {1, 2, 2, 2}, {0, 2, 4, 6, 1, 3, 5, 7});
  expect_floats(result_of(node(x, "CRD")), {1, 2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7});
  const std::vector<int> last = {0, 2, 3, 1};
  EXPECT_TRUE(expect_forms_agree(node(iota({2, 8, 3, 2}), "DCR"), last));
  EXPECT_TRUE(expect_forms_agree(node(iota({2, 8, 3, 2}), "CRD"), last));
  expect_error(node(iota({1, 6, 1, 1}), "DCR"), Code::kAttribute, "blocksize");
  expect_error(node(iota({4, 1, 1}), "DCR"), Code::kShape);
  expect_error({"DepthToSpace", 1, {x}, {attr_int("blocksize", 0)}}, Code::kAttribute, "blocksize");
}

TEST(SpaceToDepth, IsItsInverse) {
  const Tensor x = iota({2, 3, 4, 6});
  const Node node{"SpaceToDepth", 13, {x}, {attr_int("blocksize", 2)}};
  const Tensor y = result_of(node);
  EXPECT_EQ(y.shape.to_string(), "[2, 12, 2, 3]");
  expect_same(result_of({"DepthToSpace", 1, {y}, {attr_int("blocksize", 2)}}), x);
  EXPECT_TRUE(expect_forms_agree(node, {0, 2, 3, 1}));
  expect_error({"SpaceToDepth", 13, {x}, {attr_int("blocksize", 4)}}, Code::kAttribute,
               "blocksize");
  expect_error({"SpaceToDepth",
                13,
                {only_shape(DataType::kFloat32, {1, int64_t{1} << 40, 0, 0})},
                {attr_int("blocksize", INT32_MAX)}},
               Code::kShape);
}

TEST(ReverseSequence, TurnsTheFirst) {
  const Tensor x = iota({2, 3});
  const Node by_rows{"ReverseSequence",
                     10,
                     {x, int64s({2}, {3, 2})},
                     {attr_int("batch_axis", 0), attr_int("time_axis", 1)}};
  expect_floats(result_of(by_rows), {2, 3}, {2, 1, 0, 4, 3, 5});
  expect_floats(result_of({"ReverseSequence", 10, {x, int64s({3}, {1, 2, 0})}, {}}), {2, 3},
                {0, 4, 2, 3, 1, 5});
  expect_error({"ReverseSequence", 10, {x, int64s({3}, {1, 3, 0})}, {}}, Code::kIndex);
  expect_error({"ReverseSequence", 10, {x, int64s({2}, {1, 1})}, {}}, Code::kShape);
  expect_error({"ReverseSequence", 10, {x, int64s({3}, {1, 1, 1})}, {attr_int("batch_axis", 0)}},
               Code::kAttribute, "time_axis");
}

TEST(Trilu, Triangles) {
  const Tensor x = iota({2, 3}, 1);
  const auto trilu = [&](int64_t k, int64_t upper) {
    return result_of({"Trilu", 14, {x, int64s({}, {k})}, {attr_int("upper", upper)}}).to<float>();
  };
  using Floats = std::vector<float>;
  EXPECT_EQ(trilu(0, 1), (Floats{1, 2, 3, 0, 5, 6}));
  EXPECT_EQ(trilu(1, 1), (Floats{0, 2, 3, 0, 0, 6}));
  EXPECT_EQ(trilu(-1, 0), (Floats{0, 0, 0, 4, 0, 0}));
  EXPECT_EQ(trilu(INT64_MAX, 1), (Floats{0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(trilu(INT64_MIN, 1), (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(trilu(INT64_MAX, 0), (Floats{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(trilu(INT64_MIN, 0), (Floats{0, 0, 0, 0, 0, 0}));
  expect_values<int64_t>(result_of({"Trilu", 14, {int64s({1, 2, 1}, {3, 4})}, {}}), {1, 2, 1},
                         {3, 0});
  expect_error({"Trilu", 14, {iota({2})}, {}}, Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
