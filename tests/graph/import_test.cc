// Importing: names, cycles, dimensions, and the list of what is not supported.
#include "graph/import.h"

#include <gtest/gtest.h>

#include "graph/infer.h"
#include "onnx/decode.h"
#include "ops/elementwise.h"
#include "ops/registry.h"
#include "tests/support/graphs.h"

namespace gossamer {
namespace {

using testing::attribute_graph;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::ModelBuilder;
using testing::node_message;
using testing::wire_bytes;
using testing::wire_int;

std::string attribute_tensor(std::string_view name, std::string_view tensor) {
  return wire_bytes(1, name) + wire_bytes(5, tensor) + wire_int(20, 4);
}

Status error_of(const ModelBuilder& builder) {
  return load_graph(builder).graph.status();
}

TEST(Import, ListsEveryUnsupportedOperatorWithCounts) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1})
                                     .node("Frobnicate", {"x"}, {"a"})
                                     .node("Frobnicate", {"a"}, {"b"})
                                     .node("Relu", {"b"}, {"c"})
                                     .node("Zap", {"c"}, {"y"})
                                     .output("y"));
  EXPECT_EQ(status.code(), Code::kUnsupported);
  EXPECT_EQ(status.info().got, "Frobnicate x2, Zap x1");
}

// An operator that is new, or was taken out, is not in the table; the others mean what they did.
TEST(Import, ReadsLaterOperatorSetsAsTheNewestItKnows) {
  const auto model = [](std::string_view type) {
    return ModelBuilder().opset(99).input("x", {1}).node(type, {"x"}, {"y"}).output("y");
  };
  EXPECT_TRUE(error_of(model("Relu")).is_ok());
  EXPECT_EQ(error_of(model("Upsample")).info().operators, "Upsample x1");
  EXPECT_EQ(error_of(model("Relu").opset(0)).code(), Code::kGraph);
}

// Whatever else is wrong with it, and wherever they are.
TEST(Import, ListsTheOperatorsOfEveryDomainAndGraph) {
  const auto branch = ModelBuilder().node("Zap", {"x"}, {"z"}).node("Dead", {}, {"d"}).output("z");
  const auto status = error_of(
      ModelBuilder()
          .opset(99)
          .input("x", {1})
          .node("Frobnicate", {"x"}, {"c"})
          .graph_field(wire_bytes(1, node_message("Frob", {"x"}, {"f"}) + wire_bytes(7, "other")))
          .node("If", {"c"}, {"a"},
                {attribute_graph("then_branch", branch.graph()),
                 attribute_graph("else_branch", branch.graph())})
          .node("Sum", {"a", "f"}, {"y"})
          .output("y"));
  EXPECT_EQ(status.info().operators, "Frobnicate x1, Zap x2, other.Frob x1");
  EXPECT_EQ(status.info().got, status.info().operators);
}

// An attribute that says it is a graph and holds none.
TEST(Import, RefusesABranchThatIsMissing) {
  const auto branch = ModelBuilder().node("Relu", {"x"}, {"z"}).output("z");
  const std::string empty = wire_bytes(5, wire_bytes(1, "then_branch") + wire_int(20, 5));
  const auto status =
      error_of(ModelBuilder()
                   .input("x", {1})
                   .graph_field(wire_bytes(
                       1, node_message("If", {"x"}, {"y"},
                                       {attribute_graph("else_branch", branch.graph())}) +
                              empty))
                   .output("y"));
  EXPECT_EQ(status.code(), Code::kAttribute) << status.to_string();
  EXPECT_EQ(status.info().attribute, "then_branch");
}

TEST(Import, DoesNotJudgeWhatNoOutputNeeds) {
  const std::string complex = wire_int(1, 1) + wire_int(2, 14) + wire_bytes(9, "12345678");
  const auto model = [&](std::string_view name) {
    return ModelBuilder()
        .input("x", {1})
        .node("ZipMap", {"y"}, {"map"})
        .node("Constant", {}, {"roots"}, {attribute_tensor("value", complex)})
        .node("Dropout", {"x"}, {"y", "mask"}, {attribute_int("seed", 1)})
        .graph_field(wire_bytes(5, complex + wire_bytes(8, "numbers")))
        .output(name);
  };
  const auto loaded = load_graph(model("y").opset(13));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"Dropout"}));
  EXPECT_EQ(loaded.graph->node(0).outputs[1], kNone);
  EXPECT_EQ(error_of(model("map")).info().operators, "ZipMap x1");
  EXPECT_EQ(error_of(model("roots")).code(), Code::kUnsupported);
  EXPECT_EQ(error_of(model("numbers")).code(), Code::kUnsupported);
  EXPECT_EQ(error_of(model("numbers")).info().tensor, "numbers");
}

// What nobody needs takes no names, but two values of one name are a mistake all the same.
TEST(Import, RefusesDuplicateNamesOfDeadNodes) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1})
                                     .node("Zap", {"x"}, {"a"})
                                     .node("Zap", {"x"}, {"a"})
                                     .node("Relu", {"x"}, {"y"})
                                     .output("y"));
  EXPECT_EQ(status.code(), Code::kGraph);
  EXPECT_EQ(status.info().tensor, "a");
}

TEST(Import, RefusesUndefinedAndDuplicateNames) {
  const Status undefined = error_of(
      ModelBuilder().input("x", {1}).node("Add", {"x", "ghost"}, {"y"}, {}, "sum").output("y"));
  EXPECT_EQ(undefined.code(), Code::kGraph);
  EXPECT_EQ(undefined.info().tensor, "ghost");
  EXPECT_EQ(undefined.info().node, "sum");
  EXPECT_EQ(error_of(ModelBuilder().input("x", {1}).node("Relu", {"x"}, {"x"}).output("x")).code(),
            Code::kGraph);
  EXPECT_EQ(error_of(ModelBuilder().input("x", {1}).node("Relu", {"x"}, {"y"}).output("z")).code(),
            Code::kGraph);
  EXPECT_EQ(error_of(ModelBuilder().input("x", {1}).node("Relu", {"x"}, {"y"})).code(),
            Code::kGraph);
}

TEST(Import, RefusesAnOutputListedTwice) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1})
                                     .node("Relu", {"x"}, {"y"})
                                     .output("x")
                                     .output("y")
                                     .output("y"));
  EXPECT_EQ(status.code(), Code::kGraph);
  EXPECT_EQ(status.info().tensor, "y");
}

TEST(Import, CapsInputsAndOutputs) {
  const auto model_of = [](int inputs, int outputs) {
    ModelBuilder builder;
    for (int i = 0; i < inputs; ++i) builder.input("x" + std::to_string(i), {1});
    for (int i = 0; i < outputs; ++i) {
      builder.node("Relu", {"x0"}, {"y" + std::to_string(i)}).output("y" + std::to_string(i));
    }
    return builder;
  };
  EXPECT_TRUE(error_of(model_of(4096, 1)).is_ok());
  EXPECT_TRUE(error_of(model_of(1, 4096)).is_ok());
  EXPECT_EQ(error_of(model_of(4097, 1)).code(), Code::kLimit);
  EXPECT_EQ(error_of(model_of(1, 4097)).code(), Code::kLimit);
}

TEST(Import, RefusesCycles) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1})
                                     .node("Add", {"x", "b"}, {"a"})
                                     .node("Relu", {"a"}, {"b"})
                                     .output("b"));
  EXPECT_EQ(status.code(), Code::kGraph);
  EXPECT_EQ(status.info().op, "Add");
}

TEST(Import, AcceptsNodesInAnyOrder) {
  const auto loaded = load_graph(ModelBuilder()
                                     .input("x", {2})
                                     .node("Relu", {"a"}, {"y"})
                                     .node("Sigmoid", {"x"}, {"a"})
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"Sigmoid", "Relu"}));
}

TEST(Import, BindsNamedDimensions) {
  const auto source = ModelSource::from_string(
      ModelBuilder().input("x", {-1, 3}, "n").node("Relu", {"x"}, {"y"}).output("y").build());
  const auto model = onnx_model::decode(*source);
  ASSERT_TRUE(model.is_ok());
  auto graph = import_model(*model, op_table(), {{"n", 5}});
  ASSERT_TRUE(graph.is_ok());
  ASSERT_TRUE(infer_and_fold(*graph).is_ok());
  EXPECT_EQ(graph->value(graph->outputs()[0]).shape, (Shape{5, 3}));
}

TEST(Import, RefusesAttributesItDoesNotKnow) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1})
                                     .node("Relu", {"x"}, {"y"}, {attribute_int("leak", 1)}, "r")
                                     .output("y"));
  EXPECT_EQ(status.code(), Code::kAttribute);
  EXPECT_EQ(status.info().attribute, "leak");
  EXPECT_EQ(status.info().node, "r");
}

TEST(Infer, NamesTheNodeThatDoesNotFit) {
  const Status status = error_of(ModelBuilder()
                                     .input("x", {1, 3, 8, 8})
                                     .floats("w", {4, 2, 1, 1}, std::vector<float>(8, 1))
                                     .node("Conv", {"x", "w"}, {"y"}, {}, "first")
                                     .output("y"));
  EXPECT_EQ(status.code(), Code::kShape);
  EXPECT_EQ(status.info().node, "first");
  EXPECT_EQ(status.info().op, "Conv");
}

// The element count fits an int64, the bytes do not; on wasm32 ordinary-looking extents suffice.
TEST(Import, RefusesInputsThatCannotBeAddressed) {
  for (const int64_t extent : {int64_t{1} << 62, int64_t{1} << 61}) {
    EXPECT_EQ(
        error_of(ModelBuilder().input("x", {extent}).node("Relu", {"x"}, {"y"}).output("y")).code(),
        Code::kShape);
  }
  const Status image = error_of(ModelBuilder()
                                    .input("x", {1, 1, int64_t{1} << 31, int64_t{1} << 31})
                                    .node("Relu", {"x"}, {"y"})
                                    .output("y"));
  EXPECT_EQ(image.code(), Code::kShape);
}

TEST(Import, RefusesValuesWithoutAName) {
  EXPECT_EQ(error_of(ModelBuilder().input("", {1}).node("Relu", {"x"}, {"y"}).output("y")).code(),
            Code::kGraph);
}

// Extents around a zero are never counted through: these would take years.
TEST(Infer, DoesNotWorkForEmptyResults) {
  const auto loaded = load_graph(ModelBuilder()
                                     .input("x", {int64_t{1} << 40, 0})
                                     .node("Concat", {"x", "x"}, {"c"}, {attribute_int("axis", 1)})
                                     .node("Relu", {"c"}, {"y"})
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_TRUE(testing::run_graph(*loaded.graph, {}).empty());
  EXPECT_TRUE(load_graph(ModelBuilder()
                             .graph_field(testing::wire_bytes(
                                 5, testing::tensor_message("w", {int64_t{1} << 60, 0}, 1, "")))
                             .ints("i", {0})
                             .node("Gather", {"w", "i"}, {"g"}, {attribute_int("axis", 0)})
                             .output("g"))
                  .graph.is_ok());
}

// Many small nodes that each fold to 8 MB stop being folded when the budget is used up.
TEST(Infer, BoundsWhatFoldingMakes) {
  ModelBuilder builder;
  builder.floats("a", {2048, 1}, std::vector<float>(2048, 1.0f))
      .floats("b", {1, 1024}, std::vector<float>(1024, 2.0f));
  for (int i = 0; i < 8; ++i) {
    builder.node("Add", {"a", "b"}, {"s" + std::to_string(i)}).output("s" + std::to_string(i));
  }
  const auto loaded = load_graph(builder);
  ASSERT_TRUE(loaded.graph.is_ok());
  EXPECT_EQ(testing::op_types(*loaded.graph).size(), 6u);
}

// As sparse tensors read.
class Zeros final : public ModelSource {
 public:
  explicit Zeros(uint64_t size) : size_(size) {}
  uint64_t size() const override { return size_; }
  Status read(uint64_t /*offset*/, std::span<std::byte> target) const override {
    std::ranges::fill(target, std::byte{0});
    return Status::ok();
  }

 private:
  uint64_t size_;
};

// Copying 20 MB to add them up is no matter for a model that stores them, unlike one in which they
// are sparse.
TEST(Infer, BoundsWhatFoldingCopies) {
  constexpr int64_t kCount = 5 << 20;
  const ModelBuilder builder = ModelBuilder()
                                   .floats("w", {kCount}, std::vector<float>(kCount, 0.0f))
                                   .node("ReduceSum", {"w"}, {"s"})
                                   .output("s");
  for (const bool sparse : {false, true}) {
    auto loaded = load_graph(builder, false);
    ASSERT_TRUE(loaded.graph.is_ok());
    if (sparse) {
      auto& weights = loaded.graph->value(loaded.graph->node(0).inputs[0]);
      weights.constant =
          Constant::in_source(weights.type, weights.shape, std::make_shared<Zeros>(4 * kCount));
    }
    ASSERT_TRUE(infer_and_fold(*loaded.graph).is_ok());
    EXPECT_EQ(testing::op_types(*loaded.graph).size(), sparse ? 1u : 0u);
  }
}

// Two small nodes take what folding may take to the last step; the shape of the third is read all
// the same.
TEST(Infer, ReadsWhatDecidesWhereFoldingIsUsedUp) {
  constexpr int64_t kMany = 33'554, kRest = 432;  // 2,000 steps each, then 2
  const auto loaded = load_graph(ModelBuilder()
                                     .input("x", {1, 6})
                                     .floats("a", {kMany}, std::vector<float>(kMany, 3.0f))
                                     .floats("b", {kMany}, std::vector<float>(kMany, 2.0f))
                                     .floats("c", {kRest}, std::vector<float>(kRest, 1.0f))
                                     .ints("to", {2, 3})
                                     .node("Mod", {"a", "b"}, {"m"}, {attribute_int("fmod", 1)})
                                     .node("Neg", {"c"}, {"n"})
                                     .node("Reshape", {"x", "to"}, {"y"})
                                     .output("m")
                                     .output("n")
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"Reshape"}));
}

// The first product is folded (4 million steps), its square is not (8.6 thousand million).
TEST(Infer, LeavesHeavyWorkToTheRun) {
  const auto loaded = load_graph(ModelBuilder()
                                     .floats("a", {2048, 1}, std::vector<float>(2048, 1.0f))
                                     .floats("b", {1, 2048}, std::vector<float>(2048, 2.0f))
                                     .node("MatMul", {"a", "b"}, {"s"})
                                     .node("MatMul", {"s", "s"}, {"y"})
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"MatMul"}));
}

TEST(Infer, FoldsConstantsAway) {
  const auto loaded = load_graph(ModelBuilder()
                                     .input("x", {2})
                                     .floats("a", {2}, {1, 2})
                                     .floats("b", {2}, {10, 20})
                                     .node("Add", {"a", "b"}, {"c"})
                                     .node("Mul", {"x", "c"}, {"y"})
                                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"Mul"}));
  EXPECT_EQ(testing::run_graph(*loaded.graph, {1, 2}), (std::vector<float>{11, 44}));
}

// Exporters write x.view(x.size(0), -1) as a chain of five nodes.
TEST(Infer, FollowsShapesThroughAChain) {
  const auto loaded =
      load_graph(ModelBuilder()
                     .input("x", {2, 3, 4})
                     .node("Shape", {"x"}, {"s"})
                     .ints("zero", {0})
                     .node("Gather", {"s", "zero"}, {"n"})
                     .ints("rest", {-1})
                     .node("Concat", {"n", "rest"}, {"target"}, {attribute_int("axis", 0)})
                     .node("Reshape", {"x", "target"}, {"y"})
                     .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(testing::op_types(*loaded.graph), (std::vector<std::string>{"Reshape"}));
  EXPECT_EQ(loaded.graph->value(loaded.graph->outputs()[0]).shape, (Shape{2, 12}));
}

TEST(Graph, OrdersTheNodesFromOneOn) {
  Graph graph;
  const auto op = std::make_shared<ClipOp>(Activation::relu());
  const ValueId x = graph.add_value("x"), a = graph.add_value("a"), b = graph.add_value("b"),
                c = graph.add_value("c");
  graph.add_node("reads b", op, {b}, {graph.add_value("y")});  // before what it reads
  graph.add_node("makes a", op, {x}, {a});
  graph.add_node("makes c", op, {b}, {c});
  graph.add_node("makes b", op, {a}, {b});
  EXPECT_EQ(graph.topological_order(), (std::vector<NodeId>{1, 3, 0, 2}));
  EXPECT_EQ(graph.topological_order(2), (std::vector<NodeId>{3, 2}));
  EXPECT_TRUE(graph.topological_order(4).empty());
}

TEST(Graph, KeepsUsersRightWhileRewiring) {
  auto loaded = load_graph(ModelBuilder()
                               .input("x", {2})
                               .node("Relu", {"x"}, {"a"})
                               .node("Add", {"a", "a"}, {"b"})
                               .node("Relu", {"b"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  Graph& graph = *loaded.graph;
  const NodeId add = graph.topological_order()[1];
  const ValueId a = graph.node(add).inputs[0];
  graph.add_node("dead", graph.node(graph.value(a).producer).op, {a}, {graph.add_value("dead")});
  EXPECT_EQ(graph.remove_dead_nodes(), 1);
  EXPECT_EQ(graph.value(a).users, (std::vector<NodeId>{add, add}));
  EXPECT_EQ(graph.only_user(a), kNone);
  const ValueId x = graph.inputs()[0];
  graph.replace_uses(a, x);
  EXPECT_TRUE(graph.value(a).users.empty());
  EXPECT_EQ(graph.node(add).inputs, (std::vector<ValueId>{x, x}));
  EXPECT_EQ(graph.remove_dead_nodes(), 1);
  EXPECT_EQ(testing::run_graph(graph, {-1, 2}), (std::vector<float>{0, 4}));
}

}  // namespace
}  // namespace gossamer
