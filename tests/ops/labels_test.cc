// ArrayFeatureExtractor, LabelEncoder and ZipMap, with onnxruntime's results; strings among the
// operators that move elements.
#include <cmath>

#include "ops/registry.h"
#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

Tensor names() {
  return texts({3}, {"a", "b", "c"});
}

// The names that an operator gives for operands like these.
std::shared_ptr<const Constant> names_of(const Node& node) {
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  std::vector<OpContext::Operand> operands;
  for (const Tensor& input : node.inputs) {
    auto constant = input.known ? *Constant::copy_of(input.view()) : nullptr;
    operands.push_back({input.type, input.shape, std::move(constant), false});
  }
  return (*op)->class_names(OpContext(std::move(operands), 1));
}

TEST(ArrayFeatureExtractor, PicksFromTheLastAxis) {
  expect_same(result_of({"ArrayFeatureExtractor", 1, {names(), int64s({2, 1}, {2, 0})}, {}}),
              texts({1, 2}, {"c", "a"}));
  expect_floats(result_of({"ArrayFeatureExtractor", 1, {iota({2, 3}, 1), int64s({2}, {2, 0})}, {}}),
                {2, 2}, {3, 1, 6, 4});
  expect_floats(
      result_of({"ArrayFeatureExtractor", 1, {iota({2, 2, 2}, 1), int64s({1, 2}, {1, 1})}, {}}),
      {2, 2, 2}, {2, 2, 4, 4, 6, 6, 8, 8});
}

TEST(ArrayFeatureExtractor, Errors) {
  const auto node = [](Tensor x, Tensor picked) {
    return Node{"ArrayFeatureExtractor", 1, {std::move(x), std::move(picked)}, {}};
  };
  expect_error(node(names(), int64s({1}, {3})), Code::kIndex);
  expect_error(node(names(), int64s({1}, {-1})), Code::kIndex);
  expect_error(node(names(), int64s({0}, {})), Code::kShape);
  expect_error(node(floats({}, {1}), int64s({1}, {0})), Code::kShape);
  expect_error(node(names(), int32s({1}, {0})), Code::kUnsupported);
}

TEST(ArrayFeatureExtractor, NamesClasses) {
  const Tensor place = int64s({1, 1}, {0});
  const auto found = names_of({"ArrayFeatureExtractor", 1, {known(names()), place}, {}});
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(strings().text(found->view().as<int32_t>()[1]), "b");
  EXPECT_EQ(names_of({"ArrayFeatureExtractor", 1, {names(), place}, {}}), nullptr);
}

TEST(LabelEncoder, FindsPlacesOrNames) {
  const std::vector<Attribute> classes = {attr_texts("classes_strings", {"a", "b", "c"})};
  expect_values<int64_t>(result_of({"LabelEncoder", 1, {texts({3}, {"c", "zz", "a"})}, classes}),
                         {3}, {2, -1, 0});
  expect_same(result_of({"LabelEncoder", 1, {int64s({4}, {2, 0, 7, -1})}, classes}),
              texts({4}, {"c", "a", "_Unused", "_Unused"}));
  expect_same(result_of({"LabelEncoder",
                         1,
                         {int64s({2}, {2, 9})},
                         {classes[0], attr_text("default_string", "?")}}),
              texts({2}, {"c", "?"}));
  EXPECT_EQ(names_of({"LabelEncoder", 1, {int64s({1}, {0})}, classes})->shape(), Shape{3});
  EXPECT_EQ(names_of({"LabelEncoder", 1, {names()}, classes}), nullptr);
}

TEST(LabelEncoder, MapsKeysToValues) {
  // Of equal keys the first counts.
  expect_same(result_of({"LabelEncoder",
                         2,
                         {int64s({4}, {3, 5, 7, -1})},
                         {attr_ints("keys_int64s", {3, 5, 3}),
                          attr_texts("values_strings", {"x", "y", "z"})}}),
              texts({4}, {"x", "y", "_Unused", "_Unused"}));
  expect_floats(
      result_of({"LabelEncoder",
                 2,
                 {names()},
                 {attr_texts("keys_strings", {"a", "b"}), attr_floats("values_floats", {1, 2})}}),
      {3}, {1, 2, 0});
  const Tensor x = floats({5}, {NAN, -0.0f, 1.5f, 2, 0});
  const std::vector<Attribute> reals = {attr_floats("keys_floats", {NAN, 0, 1.5f}),
                                        attr_ints("values_int64s", {1, 2, 3})};
  expect_values<int64_t>(result_of({"LabelEncoder", 2, {x}, reals}), {5}, {-1, 2, 3, -1, 2});
  expect_values<int64_t>(result_of({"LabelEncoder", 4, {x}, reals}), {5}, {1, 2, 3, -1, 2});
}

TEST(LabelEncoder, TakesTensors) {
  const auto tensor_of = [](const Tensor& t) { return *Constant::copy_of(t.view()); };
  const Node node = {"LabelEncoder",
                     4,
                     {floats({2, 2}, {0, 2, 1.5f, 0})},
                     {attr_tensor("keys_tensor", tensor_of(floats({2}, {0, 1.5f}))),
                      attr_tensor("values_tensor", tensor_of(int64s({2}, {1, 2}))),
                      attr_tensor("default_tensor", tensor_of(int64s({1}, {9})))}};
  expect_values<int64_t>(result_of(node), {2, 2}, {1, 9, 2, 1});
  Node other = node;
  other.attributes[2] = attr_tensor("default_tensor", tensor_of(floats({1}, {9})));
  expect_error(other, Code::kAttribute, "default_tensor");
}

// As a network of float64 has them once it computes in float32.
TEST(LabelEncoder, FindsKeysOfFloat64InFloat32) {
  const double keys[] = {1, 0.1};
  const auto tensor = [](const TensorView& view) { return *Constant::copy_of(view); };
  const std::vector<Attribute> attributes = {
      attr_tensor("keys_tensor", tensor({DataType::kFloat64, Shape{2}, keys})),
      attr_tensor("values_tensor", tensor(int64s({2}, {10, 20}).view()))};
  expect_values<int64_t>(result_of({"LabelEncoder", 4, {floats({3}, {0.1f, 1, 2})}, attributes}),
                         {3}, {20, 10, -1});
}

TEST(LabelEncoder, Errors) {
  const auto keys = attr_texts("keys_strings", {"a", "b"});
  expect_error({"LabelEncoder", 2, {names()}, {keys, attr_floats("values_floats", {1})}},
               Code::kAttribute, "values_*");
  expect_error({"LabelEncoder", 2, {names()}, {keys}}, Code::kAttribute, "values_*");
  expect_error(
      {"LabelEncoder", 2, {int64s({1}, {0})}, {keys, attr_floats("values_floats", {1, 2})}},
      Code::kUnsupported);
  expect_error({"LabelEncoder", 1, {names()}, {}}, Code::kAttribute, "classes_strings");
}

TEST(LabelEncoder, NamesClassesThatAreCounted) {
  const auto names_by = [](std::vector<int64_t> keys) {
    return names_of(
        {"LabelEncoder",
         2,
         {int64s({1}, {0})},
         {attr_ints("keys_int64s", std::move(keys)), attr_texts("values_strings", {"x", "y"})}});
  };
  EXPECT_NE(names_by({0, 1}), nullptr);
  EXPECT_EQ(names_by({1, 2}), nullptr);
}

TEST(ZipMap, HandsTheScoresOn) {
  const std::vector<Attribute> classes = {attr_texts("classlabels_strings", {"a", "b", "c"})};
  expect_floats(result_of({"ZipMap", 1, {iota({2, 3})}, classes}), {2, 3}, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(names_of({"ZipMap", 1, {iota({1, 3})}, classes})->shape(), Shape{3});
  expect_error({"ZipMap", 1, {iota({3, 2})}, classes}, Code::kShape);
  expect_error({"ZipMap", 1, {iota({1, 1, 3})}, classes}, Code::kShape);
  expect_error({"ZipMap", 1, {iota({1, 3})}, {}}, Code::kAttribute, "classlabels_strings");
  expect_error(
      {"ZipMap", 1, {iota({1, 3})}, {classes[0], attr_ints("classlabels_int64s", {1, 2, 3})}},
      Code::kAttribute, "classlabels_strings");
}

TEST(Strings, AreMovedAndCompared) {
  expect_same(result_of({"Gather", 13, {names(), int64s({2}, {-1, 0})}, {}}),
              texts({2}, {"c", "a"}));
  expect_same(result_of({"Concat", 13, {names(), texts({1}, {"a"})}, {attr_int("axis", 0)}}),
              texts({4}, {"a", "b", "c", "a"}));
  const Tensor mask = bytes(DataType::kBool, {3}, {1, 0, 1});
  expect_same(result_of({"Where", 9, {mask, names(), texts({1}, {"-"})}, {}}),
              texts({3}, {"a", "-", "c"}));
  expect_values<uint8_t>(result_of({"Equal", 19, {names(), texts({3}, {"a", "c", "c"})}, {}}), {3},
                         {1, 0, 1});
  expect_same(result_of({"Constant", 13, {}, {attr_texts("value_strings", {"a", "b"})}}),
              texts({2}, {"a", "b"}));
  expect_same(result_of({"Constant", 13, {}, {attr_text("value_string", "a")}}), texts({}, {"a"}));
}

TEST(Strings, HaveNoNumbers) {
  const Tensor number = floats({1}, {1});
  expect_error({"Cast", 13, {names()}, {attr_int("to", 1)}}, Code::kUnsupported);
  expect_error({"Cast", 13, {number}, {attr_int("to", 8)}}, Code::kUnsupported);
  expect_error({"CastLike", 15, {number, names()}, {}}, Code::kUnsupported);
  expect_error({"ScatterElements",
                18,
                {names(), int64s({1}, {0}), texts({1}, {"x"})},
                {attr_text("reduction", "add")}},
               Code::kUnsupported);
}

// An operator that takes strings gives strings, or says something of them that is no arithmetic.
TEST(Strings, AreNeverComputedWith) {
  const Tensor x = texts({2, 2}, {"a", "b", "c", "d"});
  for (const OpEntry& entry : op_table()) {
    SCOPED_TRACE(entry.type);
    for (size_t count = 1; count <= 5; ++count) {
      Node node{std::string(entry.type), entry.last_opset, std::vector<Tensor>(count, x), {}};
      const auto op = make(node);
      if (!op.is_ok()) continue;
      OpContext context(std::vector<OpContext::Operand>(count, {x.type, x.shape, nullptr, false}),
                        1);
      if (!(*op)->infer(context).is_ok()) continue;
      const bool looks = entry.type == "Shape" || entry.type == "Size" || entry.type == "Equal";
      EXPECT_TRUE(looks || context.output(0).type == DataType::kString);
    }
  }
}

}  // namespace
}  // namespace gossamer::op_test
