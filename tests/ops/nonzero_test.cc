// NonZero and Compress, whose outputs' extents depend on values.
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node compress(Tensor x, const std::vector<uint8_t>& condition,
              std::vector<Attribute> attributes = {}) {
  const Shape shape{static_cast<int64_t>(condition.size())};
  return {"Compress",
          11,
          {std::move(x), known(bytes(DataType::kBool, shape, condition))},
          std::move(attributes)};
}

TEST(NonZero, ListsPlaces) {
  const Tensor x = known(floats({2, 2}, {1, 0, 0.5f, -1}));
  expect_values<int64_t>(result_of({"NonZero", 13, {x}, {}}), {2, 3}, {0, 1, 1, 0, 0, 1});
  expect_values<int64_t>(result_of({"NonZero", 13, {known(floats({}, {3}))}, {}}), {0, 1}, {});
  expect_error({"NonZero", 13, {floats({1}, {1})}, {}}, Code::kUnsupported);
}

TEST(Compress, KeepsWhatIsMarked) {
  const Tensor x = iota({2, 3});
  expect_floats(result_of(compress(x, {0, 1, 1}, {attr_int("axis", -1)})), {2, 2}, {1, 2, 4, 5});
  expect_floats(result_of(compress(x, {0, 1}, {attr_int("axis", 0)})), {1, 3}, {3, 4, 5});
  expect_floats(result_of(compress(x, {1, 0, 0, 0, 1})), {2}, {0, 4});
  expect_floats(result_of(compress(x, {})), {0}, {});
  expect_error(compress(x, {1, 1, 1}, {attr_int("axis", 0)}), Code::kShape);
  expect_error(compress(x, {1}, {attr_int("axis", 2)}), Code::kAttribute, "axis");
  expect_error({"Compress", 11, {x, bytes(DataType::kBool, {1}, {1})}, {}}, Code::kUnsupported);
}

}  // namespace
}  // namespace gossamer::op_test
