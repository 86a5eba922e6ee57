// LRN and LpNormalization against hand-computed results, under permuted axes, and their errors.
#include "ops/local_response.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node node(std::string type, Tensor x, std::vector<Attribute> attributes) {
  return {std::move(type), 13, {std::move(x)}, std::move(attributes)};
}

TEST(Lrn, DividesByTheNeighbourhood) {
  const Tensor x = floats({1, 3, 2}, {1, 2, 3, 4, 5, 6});
  const std::vector<Attribute> exact = {attr_float("bias", 0), attr_float("beta", 1)};
  const auto lrn = [&](int64_t size, float alpha) {
    std::vector<Attribute> all = exact;
    all.push_back(attr_int("size", size));
    all.push_back(attr_float("alpha", alpha));
    return node("LRN", x, std::move(all));
  };
  expect_floats(result_of(lrn(1, 1)), {1, 3, 2}, {1, 0.5f, 1.0f / 3, 0.25f, 0.2f, 1.0f / 6});
  // An even window reaches further up than down.
  expect_floats(result_of(lrn(2, 2)), {1, 3, 2},
                {0.1f, 2 / 20.0f, 3 / 34.0f, 4 / 52.0f, 5 / 25.0f, 6 / 36.0f});
  expect_floats(result_of(lrn(3, 3)), {1, 3, 2},
                {0.1f, 2 / 20.0f, 3 / 35.0f, 4 / 56.0f, 5 / 34.0f, 6 / 52.0f});
  const auto last = (*make(lrn(3, 3)))->permuted(std::vector<int>{0, 2, 1});
  expect_same(permute(result_of(*last, {permute(x, {0, 2, 1})}), {0, 2, 1}), result_of(lrn(3, 3)));
}

TEST(Lrn, Errors) {
  const Tensor x = iota({1, 3, 2});
  expect_error(node("LRN", x, {}), Code::kAttribute, "size");
  expect_error(node("LRN", x, {attr_int("size", 0)}), Code::kAttribute, "size");
  expect_error(node("LRN", iota({3}), {attr_int("size", 1)}), Code::kShape);
}

TEST(LpNormalization, VectorsOfLengthOne) {
  const Tensor x = floats({2, 2}, {3, -4, 0, 0});
  expect_floats(result_of(node("LpNormalization", x, {})), {2, 2}, {0.6f, -0.8f, 0, 0});
  const Node first = node("LpNormalization", x, {attr_int("axis", 0), attr_int("p", 1)});
  expect_floats(result_of(first), {2, 2}, {1, -1, 0, 0});
  const auto permuted = (*make(first))->permuted(std::vector<int>{1, 0});
  expect_floats(result_of(*permuted, {permute(x, {1, 0})}), {2, 2}, {1, 0, -1, 0});
  expect_error(node("LpNormalization", x, {attr_int("p", 3)}), Code::kAttribute, "p");
  expect_error(node("LpNormalization", x, {attr_int("axis", 2)}), Code::kAttribute, "axis");
}

}  // namespace
}  // namespace gossamer::op_test
