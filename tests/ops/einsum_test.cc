// Einsum against hand-computed results: letters, diagonals, the ellipsis, the implicit output, and
// malformed equations.
#include "ops/einsum.h"

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Node einsum(const char* equation, std::vector<Tensor> inputs) {
  return {"Einsum", 13, std::move(inputs), {attr_text("equation", equation)}};
}

const Tensor kA = floats({2, 2}, {1, 2, 3, 4});
const Tensor kB = floats({2, 2}, {5, 6, 7, 8});

TEST(Einsum, Products) {
  const std::vector<float> product = {19, 22, 43, 50};
  expect_floats(result_of(einsum("ij,jk->ik", {kA, kB})), {2, 2}, product);
  expect_floats(result_of(einsum(" i j , j k ", {kA, kB})), {2, 2}, product);
  expect_floats(result_of(einsum("ij,jk->ki", {kA, kB})), {2, 2}, {19, 43, 22, 50});
  expect_floats(result_of(einsum("ij,ij->", {kA, kB})), {}, {70});
  expect_floats(result_of(einsum("i,j->ji", {floats({2}, {1, 2}), floats({3}, {1, 10, 100})})),
                {3, 2}, {1, 2, 10, 20, 100, 200});
  expect_values<int64_t>(
      result_of(einsum("i,i", {int64s({2}, {INT64_MAX, 1}), int64s({2}, {2, 3})})), {}, {1});
}

TEST(Einsum, OneOperand) {
  expect_floats(result_of(einsum("ba", {kA})), {2, 2}, {1, 3, 2, 4});  // implicit: "ab"
  expect_floats(result_of(einsum("ii->i", {kA})), {2}, {1, 4});
  expect_floats(result_of(einsum("ii", {kA})), {}, {5});
  expect_floats(result_of(einsum("ij->j", {kA})), {2}, {4, 6});
  expect_floats(result_of(einsum("ij->", {floats({0, 2}, {})})), {}, {0});
}

TEST(Einsum, EllipsesBroadcast) {
  expect_floats(result_of(einsum("...ij,...jk->...ik", {kA, kB})), {2, 2}, {19, 22, 43, 50});
  const Tensor stack = floats({2, 1, 2}, {1, 0, 0, 1});
  expect_floats(result_of(einsum("...ij,...jk", {stack, kB})), {2, 1, 2}, {5, 6, 7, 8});
  expect_floats(result_of(einsum("i...->...i", {kA})), {2, 2}, {1, 3, 2, 4});
}

TEST(Einsum, Errors) {
  for (const char* equation : {"ij,jk->il", "ij,jk->ii", "i?,jk", "i....,jk", "ij,jk->i->k"}) {
    expect_error(einsum(equation, {kA, kB}), Code::kAttribute, "equation");
  }
  expect_error({"Einsum", 13, {kA}, {}}, Code::kAttribute, "equation");
  expect_error(einsum("ij,jk", {kA, iota({3, 2})}), Code::kShape);
  expect_error(einsum("i,jk", {kA, kB}), Code::kShape);
  expect_error(einsum("ij,jk", {kA}), Code::kGraph);
  expect_error(einsum("ij,jk,kl", {kA, kB, kA}), Code::kUnsupported);
  expect_error(einsum("i,i", {floats({1}, {1}), int32s({1}, {1})}), Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
