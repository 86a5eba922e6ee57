// Normalizer, Scaler, Binarizer, Imputer and FeatureVectorizer, with onnxruntime's results.
#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

TEST(Normalizer, DividesRows) {
  const Tensor x = floats({3, 3}, {1, -2, 3, 0, 0, 0, -0.5f, 0.25f, 0});
  const auto norm = [](const char* name, Tensor t) {
    return result_of({"Normalizer", 1, {std::move(t)}, {attr_text("norm", name)}});
  };
  const std::vector<float> by_highest = {1 / 3.0f, -2 / 3.0f, 1, 0, 0, 0, -2, 1, 0};
  expect_floats(norm("MAX", x), {3, 3}, by_highest);
  expect_floats(result_of({"Normalizer", 1, {x}, {}}), {3, 3}, by_highest);
  expect_floats(norm("L1", x), {3, 3},
                {1 / 6.0f, -1 / 3.0f, 0.5f, 0, 0, 0, -2 / 3.0f, 1 / 3.0f, 0});
  expect_floats(norm("L2", x), {3, 3},
                {0.26726124f, -0.53452247f, 0.80178374f, 0, 0, 0, -0.89442718f, 0.4472136f, 0});
  expect_floats(norm("MAX", floats({2}, {-4, -2})), {2}, {2, 1});
  expect_floats(norm("L1", int64s({1, 3}, {-4, 2, 1})), {1, 3}, {-4 / 7.0f, 2 / 7.0f, 1 / 7.0f});
  expect_error({"Normalizer", 1, {iota({1, 1, 2})}, {}}, Code::kShape);
  expect_error({"Normalizer", 1, {x}, {attr_text("norm", "L3")}}, Code::kAttribute, "norm");
}

TEST(Scaler, ShiftsAndScales) {
  const Tensor x = floats({3, 2}, {1, 2, -3, 0.5f, 0.1f, -0.2f});
  const auto node = [](Tensor t, std::vector<float> offset, std::vector<float> scale) {
    return Node{"Scaler",
                1,
                {std::move(t)},
                {attr_floats("offset", std::move(offset)), attr_floats("scale", std::move(scale))}};
  };
  expect_floats(result_of(node(x, {1, 2}, {2, 0.5f})), {3, 2}, {0, 0, -8, -0.75f, -1.8f, -1.1f});
  expect_floats(result_of(node(x, {1}, {2})), {3, 2}, {0, 2, -8, -1, -1.8f, -2.4f});
  expect_floats(result_of(node(int64s({1, 2}, {3, 4}), {1, 2}, {2, 0.5f})), {1, 2}, {4, 1});
  expect_error(node(x, {1, 2}, {2}), Code::kAttribute, "scale");
  expect_error(node(x, {1, 2, 3}, {2, 1, 1}), Code::kAttribute, "scale");
}

TEST(Binarizer, ComparesWithAThreshold) {
  const Tensor x = floats({2, 3}, {1, 0.4f, -3, 0.5f, 0.1f, NAN});
  expect_floats(result_of({"Binarizer", 1, {x}, {attr_float("threshold", 0.4f)}}), {2, 3},
                {1, 0, 0, 1, 0, 0});
  expect_values<int64_t>(result_of({"Binarizer", 1, {int64s({2}, {0, 7})}, {}}), {2}, {0, 1});
}

TEST(Imputer, ReplacesANumber) {
  const Tensor x = floats({3, 2}, {1, 2, -3, 0.5f, 0.1f, 1});
  expect_floats(result_of({"Imputer",
                           1,
                           {x},
                           {attr_floats("imputed_value_floats", {9, 8}),
                            attr_float("replaced_value_float", 1)}}),
                {3, 2}, {9, 2, -3, 0.5f, 0.1f, 8});
  expect_floats(result_of({"Imputer",
                           1,
                           {floats({2}, {NAN, 1})},
                           {attr_floats("imputed_value_floats", {9}),
                            attr_float("replaced_value_float", NAN)}}),
                {2}, {9, 1});
  constexpr int64_t kLarge = (int64_t{1} << 60) + 1;  // no double holds it
  expect_values<int64_t>(result_of({"Imputer",
                                    1,
                                    {int64s({2}, {kLarge, kLarge - 1})},
                                    {attr_ints("imputed_value_int64s", {9}),
                                     attr_int("replaced_value_int64", kLarge)}}),
                         {2}, {9, kLarge - 1});
  expect_error({"Imputer", 1, {x}, {}}, Code::kAttribute, "imputed_value_floats");
  expect_error({"Imputer", 1, {x}, {attr_ints("imputed_value_int64s", {1})}}, Code::kUnsupported);
}

TEST(FeatureVectorizer, JoinsColumns) {
  expect_floats(result_of({"FeatureVectorizer",
                           1,
                           {iota({2, 2}, 1), iota({2, 1}, 5)},
                           {attr_ints("inputdimensions", {2, 1})}}),
                {2, 3}, {1, 2, 5, 3, 4, 6});
  expect_floats(result_of({"FeatureVectorizer",
                           1,
                           {int64s({2, 2}, {1, 2, 3, 4}), int64s({2, 1}, {5, 6})},
                           {attr_ints("inputdimensions", {2, 2})}}),
                {2, 4}, {1, 2, 5, 0, 3, 4, 6, 0});
  expect_error({"FeatureVectorizer",
                1,
                {iota({2, 2}), iota({1, 1})},
                {attr_ints("inputdimensions", {2, 1})}},
               Code::kShape);
  expect_error({"FeatureVectorizer", 1, {iota({2, 2})}, {}}, Code::kAttribute, "inputdimensions");
  expect_error(
      {"FeatureVectorizer", 1, {iota({2, 2})}, {attr_ints("inputdimensions", {INT64_MAX})}},
      Code::kAttribute, "inputdimensions");
}

}  // namespace
}  // namespace gossamer::op_test
