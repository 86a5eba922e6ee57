// Expand and Tile.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node repeat(const char* type, Tensor x, const std::vector<int64_t>& values) {
  return {type, 13, {std::move(x), list(values)}, {}};
}

TEST(Expand, BroadcastsBothWays) {
  expect_floats(result_of(repeat("Expand", iota({2, 1}), {3})), {2, 3}, {0, 0, 0, 1, 1, 1});
  expect_floats(result_of(repeat("Expand", iota({2}), {2, 1})), {2, 2}, {0, 1, 0, 1});
  expect_values<int64_t>(result_of(repeat("Expand", int64s({}, {4}), {2})), {2}, {4, 4});
  expect_floats(result_of(repeat("Expand", iota({1, 2}), {0, 2})), {0, 2}, {});
  expect_error(repeat("Expand", iota({2}), {3}), Code::kShape);
  expect_error(repeat("Expand", iota({1}), {-1}), Code::kShape);
  expect_error(repeat("Expand", iota({1}), std::vector<int64_t>(9, 1)), Code::kUnsupported);
  expect_error(repeat("Expand", iota({1}), {INT64_MAX, INT64_MAX}), Code::kShape);
}

TEST(Tile, Repeats) {
  expect_floats(result_of(repeat("Tile", iota({2, 2}), {2, 2})), {4, 4},
                {0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3});
  expect_floats(result_of(repeat("Tile", iota({2}), {0})), {0}, {});
  expect_floats(result_of(repeat("Tile", floats({}, {4}), {})), {}, {4});
  expect_error(repeat("Tile", iota({2}), {1, 1}), Code::kShape);
  expect_error(repeat("Tile", iota({2}), {-1}), Code::kAttribute, "repeats");
  expect_error(repeat("Tile", iota({2}), {INT64_MAX}), Code::kShape);
}

TEST(Expand, FormsAgree) {
  const std::vector<int> last = {0, 2, 3, 1};
  const Tensor x = iota({2, 3, 1, 1});
  EXPECT_TRUE(expect_forms_agree(repeat("Expand", x, {2, 3, 4, 5}), last));
  EXPECT_TRUE(expect_forms_agree(repeat("Expand", x, {1, 6}), last));
  EXPECT_TRUE(expect_forms_agree(repeat("Tile", iota({2, 3, 2, 3}), {1, 2, 3, 2}), last));
  EXPECT_FALSE(expect_forms_agree(repeat("Expand", iota({2, 3}), {4, 2, 3}), {1, 0}));
  // More axes than a kernel has loops for.
  expect_forms_agree(repeat("Tile", iota({2, 2, 2, 2, 2}), {2, 2, 2, 2, 2}), {0, 1, 2, 3, 4});
}

}  // namespace
}  // namespace gossamer::op_test
