// Functions that a model defines itself, and branches whose condition is known before the run.
#include <gtest/gtest.h>

#include "gossamer/session.h"
#include "graph/inline_functions.h"
#include "tests/support/load_time.h"
#include "tests/support/model_builder.h"

namespace gossamer {
namespace {

using testing::attribute_float;
using testing::attribute_int;
using testing::ModelBuilder;
using testing::node_message;
using testing::wire_bytes;
using testing::wire_int;

constexpr uint32_t kNodeDomain = 7;

std::string node_of_domain(std::string_view domain, std::string_view type,
                           const std::vector<std::string>& inputs,
                           const std::vector<std::string>& outputs,
                           const std::vector<std::string>& attributes = {}) {
  return node_message(type, inputs, outputs, attributes) + wire_bytes(kNodeDomain, domain);
}

// An attribute of a function's node that takes the call's attribute of another name.
std::string attribute_reference(std::string_view name, std::string_view to) {
  return wire_bytes(1, name) + wire_bytes(21, to) + wire_int(20, 1);
}

std::string function(std::string_view name, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs, const std::vector<std::string>& nodes,
                     const std::vector<std::string>& defaults = {}) {
  std::string wire = wire_bytes(1, name) + wire_bytes(10, "own");
  for (const std::string& input : inputs) wire += wire_bytes(4, input);
  for (const std::string& output : outputs) wire += wire_bytes(5, output);
  for (const std::string& node : nodes) wire += wire_bytes(7, node);
  for (const std::string& attribute : defaults) wire += wire_bytes(11, attribute);
  return wire_bytes(25, wire + wire_bytes(9, wire_bytes(1, "") + wire_int(2, 17)));
}

// own.Leak(x; slope = 0.5) = HardSigmoid(x; alpha = slope, beta = 0), own.Twice(x) = Leak(Leak(x;
// 0.5); 0.25)
std::string leak() {
  return function(
      "Leak", {"x"}, {"y"},
      {node_message("HardSigmoid", {"x"}, {"t"},
                    {attribute_reference("alpha", "slope"), attribute_float("beta", 0)}),
       node_message("Identity", {"t"}, {"y"})},
      {attribute_float("slope", 0.5f)});
}

Result<std::vector<float>> run(const std::string& model, const std::vector<float>& input) {
  GOSSAMER_ASSIGN(auto session, Session::create(ModelSource::from_string(model), {}));
  std::ranges::copy(input, session->input(0).as<float>());
  GOSSAMER_TRY(session->run());
  const TensorView y = session->output(0);
  return std::vector<float>(y.as<float>(), y.as<float>() + y.elements());
}

void expect_result(const std::string& model, const std::vector<float>& input,
                   const std::vector<float>& expected) {
  const auto result = run(model, input);
  ASSERT_TRUE(result.is_ok()) << result.status().to_string();
  EXPECT_EQ(*result, expected);
}

TEST(Functions, TakeAttributesFromTheCallOrTheirDefault) {
  ModelBuilder builder;
  builder.input("x", {2})
      .graph_field(wire_bytes(1, node_of_domain("own", "Leak", {"x"}, {"a"})))
      .graph_field(wire_bytes(
          1, node_of_domain("own", "Leak", {"a"}, {"y"}, {attribute_float("slope", 0.25f)})))
      .output("y");
  expect_result(builder.build() + leak(), {1, -1}, {0.125f, 0});
}

TEST(Functions, CallEachOtherButNotForEver) {
  ModelBuilder builder;
  builder.input("x", {1})
      .graph_field(wire_bytes(1, node_of_domain("own", "Twice", {"x"}, {"y"})))
      .output("y");
  const std::string twice = function(
      "Twice", {"x"}, {"y"},
      {node_of_domain("own", "Leak", {"x"}, {"t"}), node_of_domain("own", "Leak", {"t"}, {"y"})});
  expect_result(builder.build() + leak() + twice, {1}, {0.25f});
  const std::string endless =
      function("Twice", {"x"}, {"y"}, {node_of_domain("own", "Twice", {"x"}, {"y"})});
  EXPECT_EQ(run(builder.build() + endless, {1}).status().code(), Code::kLimit);
  const std::string explosive = function(
      "Twice", {"x"}, {"y"},
      {node_of_domain("own", "Twice", {"x"}, {"t"}), node_of_domain("own", "Twice", {"t"}, {"y"})});
  EXPECT_EQ(run(builder.build() + explosive, {1}).status().code(), Code::kLimit);
}

// Few calls and nodes, but each call copies a long attribute.
TEST(Functions, MayNotMultiplyLongAttributes) {
  ModelBuilder builder;
  builder.input("x", {1});
  std::string last = "x";
  for (int i = 0; i < 100; ++i) {
    const std::string next = "y" + std::to_string(i);
    builder.graph_field(wire_bytes(1, node_of_domain("own", "Long", {last}, {next})));
    last = next;
  }
  builder.output(last);
  const auto body = node_message(
      "Squeeze", {"x"}, {"y"}, {testing::attribute_ints("axes", std::vector<int64_t>(50'000, 0))});
  const std::string model = builder.build() + function("Long", {"x"}, {"y"}, {body});
  EXPECT_EQ(run(model, {1}).status().code(), Code::kLimit);
}

// If over two branches that read x of the graph around them: Relu(x) or x + x.
std::string branches(const std::string& condition) {
  auto graph = [](std::string_view name, const std::string& node) {
    const std::string wire = wire_bytes(1, node) + wire_bytes(2, name) +
                             wire_bytes(12, testing::value_message("out", 1, {2}));
    return wire_bytes(1, name) + wire_bytes(6, wire) + wire_int(20, 5);
  };
  return node_message("If", {condition}, {"y"},
                      {graph("then_branch", node_message("Relu", {"x"}, {"out"})),
                       graph("else_branch", node_message("Add", {"x", "x"}, {"out"}))});
}

TEST(Branch, TakesOneSideByAConstant) {
  for (const char flag : {'\0', '\1'}) {
    ModelBuilder builder;
    builder.input("x", {2})
        .graph_field(wire_bytes(5, testing::tensor_message("c", {}, 9, std::string(1, flag))))
        .graph_field(wire_bytes(1, branches("c")))
        .output("y");
    expect_result(builder.build(), {-1, 3},
                  flag != 0 ? std::vector<float>{0, 3} : std::vector<float>{-2, 6});
  }
}

TEST(Branch, FollowsAConditionThatIsAnInput) {
  ModelBuilder builder;
  builder.input("x", {2})
      .graph_field(wire_bytes(11, testing::value_message("c", 9, {})))
      .graph_field(wire_bytes(1, branches("c")))
      .output("y");
  auto session = Session::create(ModelSource::from_string(builder.build()), {});
  ASSERT_TRUE(session.is_ok()) << session.status().to_string();
  for (const bool flag : {true, false, true}) {
    (*session)->input(0).as<float>()[0] = -1;
    (*session)->input(1).as<bool>()[0] = flag;
    ASSERT_TRUE((*session)->run().is_ok());
    EXPECT_EQ((*session)->output(0).as<float>()[0], flag ? 0.0f : -2.0f);
  }
}

// Each branch is expanded in a time of its own, however many came before: 8000 of them took 18
// seconds of a processor when that was not so, and take 0.1.
TEST(Branch, ManyTakeTimeInProportion) {
  constexpr int kCount = 4000;  // twice as many are refused by their count
  ModelBuilder builder;
  builder.input("x", {2}).graph_field(
      wire_bytes(5, testing::tensor_message("c", {}, 9, std::string(1, '\1'))));
  const std::string side = wire_bytes(12, testing::value_message("x", 1, {2}));
  const auto graph = [&](std::string_view name) {
    return wire_bytes(1, name) + wire_int(20, 5) + wire_bytes(6, side);
  };
  std::string last = "x";
  for (int i = 0; i < kCount; ++i) {
    const std::string y = "y" + std::to_string(i), sum = "s" + std::to_string(i);
    builder.graph_field(wire_bytes(
        1, node_message("If", {"c"}, {y}, {graph("then_branch"), graph("else_branch")})));
    builder.node("Max", {y, last}, {sum});
    last = sum;
  }
  builder.output(last);
  const testing::ProcessorTime time;
  expect_result(builder.build(), {1, -1}, {1, -1});
  EXPECT_LT(time.seconds(), testing::kLoadSeconds);
}

TEST(Branch, IsRefusedWhenItHangsOnWhatTheNetworkComputes) {
  ModelBuilder builder;
  builder.input("x", {2}).graph_field(wire_bytes(1, branches("x"))).output("y");
  EXPECT_EQ(run(builder.build(), {1, 2}).status().code(), Code::kShape);
}

}  // namespace
}  // namespace gossamer
