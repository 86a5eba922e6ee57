// LinearClassifier and LinearRegressor, with the values of onnxruntime 1.30.
#include <cmath>

#include "tests/ops/op_test_util.h"

namespace gossamer::op_test {
namespace {

const std::vector<std::string> kBoth = {"label", "scores"};

Tensor features() {
  return floats({3, 2}, {1, 2, -3, 0.5f, 0.1f, -0.2f});
}

Node three_classes(const char* transform) {
  return {"LinearClassifier",
          1,
          {features()},
          {attr_floats("coefficients", {0.1f, 0.2f, 0, 0, -0.1f, 0.3f}),
           attr_floats("intercepts", {0.3f, 0, 0.2f}), attr_ints("classlabels_ints", {5, 6, 7}),
           attr_text("post_transform", transform)},
          kBoth};
}

Node one_row(const char* transform) {
  return {"LinearClassifier",
          1,
          {features()},
          {attr_floats("coefficients", {0.1f, 0.2f}), attr_floats("intercepts", {0.05f}),
           attr_texts("classlabels_strings", {"a", "b"}), attr_text("post_transform", transform)},
          kBoth};
}

std::vector<Tensor> both_of(const Node& node) {
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  const auto results = run(**op, node.inputs, 2);
  EXPECT_TRUE(results.is_ok()) << results.status().to_string();
  return *results;
}

TEST(LinearClassifier, ThreeClasses) {
  const auto expect = [](const char* transform, const std::vector<float>& scores) {
    SCOPED_TRACE(transform);
    const auto got = both_of(three_classes(transform));
    expect_values<int64_t>(got[0], {3}, {5, 7, 5});
    expect_floats(got[1], {3, 3}, scores, 1e-5f);
  };
  expect("NONE", {0.8f, 0, 0.7f, 0.1f, 0, 0.65f, 0.27f, 0, 0.13f});
  expect("SOFTMAX", {0.42477882f, 0.19086543f, 0.38435575f, 0.27486947f, 0.24871218f, 0.47641838f,
                     0.37983271f, 0.28995657f, 0.33021072f});
  expect("LOGISTIC", {0.68997443f, 0.5f, 0.66818774f, 0.52497917f, 0.5f, 0.65701044f, 0.5670929f,
                      0.5f, 0.53245431f});
  expect("SOFTMAX_ZERO",
         {0.52497917f, 0, 0.4750208f, 0.36586434f, 0, 0.63413561f, 0.53494292f, 0, 0.46505705f});
  expect("PROBIT", {0.84175611f, -INFINITY, 0.52444589f, -1.28171289f, -INFINITY, 0.38534024f,
                    -0.61287993f, -INFINITY, -1.12657785f});
}

TEST(LinearClassifier, OneRowTellsTwoClassesApart) {
  const auto expect = [](const char* transform, const std::vector<float>& scores) {
    SCOPED_TRACE(transform);
    const auto got = both_of(one_row(transform));
    expect_same(got[0], texts({3}, {"b", "a", "b"}));
    expect_floats(got[1], {3, 2}, scores, 1e-5f);
  };
  expect("NONE", {0.45f, 0.55f, 1.15f, -0.15f, 0.98f, 0.02f});
  expect("SOFTMAX", {0.45f, 0.55f, 1.15f, -0.15f, 0.98f, 0.02f});
  expect("LOGISTIC", {0.3658644f, 0.6341356f, 0.53742981f, 0.46257019f, 0.49500012f, 0.50499988f});
  expect_error(one_row("PROBIT"), Code::kAttribute, "post_transform");
}

TEST(LinearClassifier, OtherInputs) {
  Node node = three_classes("NONE");
  node.inputs = {int64s({2}, {1, 2})};
  const auto got = both_of(node);
  expect_values<int64_t>(got[0], {1}, {5});
  expect_floats(got[1], {1, 3}, {0.8f, 0, 0.7f}, 1e-5f);
  node.outputs = {"label"};  // the scores are not wanted
  expect_values<int64_t>(result_of(node), {1}, {5});
}

TEST(LinearClassifier, Errors) {
  const auto without = [](size_t attribute) {
    Node node = three_classes("NONE");
    node.attributes.erase(node.attributes.begin() + static_cast<std::ptrdiff_t>(attribute));
    return node;
  };
  expect_error(without(0), Code::kAttribute, "coefficients");
  expect_error(without(1), Code::kAttribute, "intercepts");
  expect_error(without(2), Code::kAttribute, "classlabels_strings");
  Node node = three_classes("NONE");
  node.attributes[2] = attr_ints("classlabels_ints", {5, 6});
  expect_error(node, Code::kAttribute, "classlabels_strings");
  node = three_classes("NONE");
  node.attributes[0] = attr_floats("coefficients", {1, 2, 3, 4});
  expect_error(node, Code::kAttribute, "coefficients");
  expect_error(three_classes("TANH"), Code::kAttribute, "post_transform");
  node = three_classes("NONE");
  node.inputs = {iota({1, 3})};
  expect_error(node, Code::kShape);
  node.inputs = {iota({1, 2, 1})};
  expect_error(node, Code::kShape);
  node.inputs = {texts({1, 2}, {"a", "b"})};
  expect_error(node, Code::kUnsupported);
}

TEST(LinearRegressor, Targets) {
  const auto node = [](const char* transform, bool two) {
    Node n{"LinearRegressor", 1, {features()}, {attr_text("post_transform", transform)}};
    n.attributes.push_back(
        attr_floats("coefficients",
                    two ? std::vector<float>{0.1f, 0.2f, -0.1f, 0.4f} : std::vector{0.1f, 0.2f}));
    n.attributes.push_back(
        attr_floats("intercepts", two ? std::vector{0.5f, 0.1f} : std::vector{0.5f}));
    if (two) n.attributes.push_back(attr_int("targets", 2));
    return n;
  };
  expect_floats(result_of(node("NONE", true)), {3, 2}, {1, 0.8f, 0.3f, 0.6f, 0.47f, 0.01f}, 1e-5f);
  expect_floats(result_of(node("SOFTMAX", true)), {3, 2},
                {0.54983395f, 0.45016601f, 0.42555746f, 0.57444251f, 0.61301416f, 0.38698581f},
                1e-5f);
  for (const char* transform : {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"}) {
    expect_floats(result_of(node(transform, false)), {3, 1}, {1, 0.3f, 0.47f}, 1e-5f);
  }
  expect_floats(result_of(node("PROBIT", false)), {3, 1}, {INFINITY, -0.52444589f, -0.07527137f},
                1e-5f);
  Node plain = node("NONE", true);
  plain.attributes.erase(plain.attributes.begin() + 2);
  expect_floats(result_of(plain), {3, 2}, {0.5f, 0.7f, -0.2f, 0.5f, -0.03f, -0.09f}, 1e-5f);
  plain.attributes.back() = attr_int("targets", 3);
  expect_error(plain, Code::kAttribute, "coefficients");
}

}  // namespace
}  // namespace gossamer::op_test
