// Each pass but those about layouts: the graph before and after, and the same numbers from both.
#include "passes/passes.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ops/conv.h"
#include "passes/pipeline.h"
#include "passes_test_support.h"

namespace gossamer {
namespace {

using test::conv_model;
using test::ramp;
using test::rewrite;
using testing::attribute_float;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::ModelBuilder;
using testing::op_types;
using Types = std::vector<std::string>;

ModelBuilder& add_norm(ModelBuilder& builder, int64_t channels, const char* from, const char* to) {
  const auto n = static_cast<size_t>(channels);
  std::vector<float> variance(n);
  for (size_t i = 0; i < n; ++i) variance[i] = 0.5f + static_cast<float>(i);
  return builder.floats("gamma", {channels}, ramp(n, 0.3f))
      .floats("beta", {channels}, ramp(n, 0.2f))
      .floats("mean", {channels}, ramp(n, 0.1f))
      .floats("var", {channels}, variance)
      .node("BatchNormalization", {from, "gamma", "beta", "mean", "var"}, {to}, {}, "norm");
}

TEST(FoldBatchNormalization, MovesIntoTheConvolution) {
  ModelBuilder builder = conv_model(3, 5, 6);
  const Graph graph =
      rewrite(load_graph(add_norm(builder, 5, "c", "y").output("y")), fold_batch_normalization);
  EXPECT_EQ(op_types(graph), Types{"Conv"});
}

TEST(FoldBatchNormalization, StaysWhenSomethingElseReadsTheConvolution) {
  ModelBuilder builder = conv_model(3, 5, 6);
  add_norm(builder, 5, "c", "n").node("Add", {"n", "c"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), fold_batch_normalization);
  EXPECT_EQ(op_types(graph), (Types{"Conv", "BatchNormalization", "Add"}));
}

TEST(FuseGate, MakesSiluAndHardSwish) {
  ModelBuilder builder;
  builder.input("x", {1, 4, 3, 3})
      .node("Sigmoid", {"x"}, {"s"})
      .node("Mul", {"s", "x"}, {"silu"})
      .node("HardSigmoid", {"silu"}, {"h"}, {attribute_float("alpha", 1.0f / 6)})
      .node("Mul", {"silu", "h"}, {"y"})
      .output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(builder), fuse_gate)), (Types{"Silu", "HardSwish"}));
}

TEST(FuseGate, LeavesOtherProducts) {
  ModelBuilder builder;
  builder.input("x", {1, 4, 3, 3})
      .node("Relu", {"x"}, {"r"})
      .node("Sigmoid", {"r"}, {"s"})
      .node("Mul", {"x", "s"}, {"gated_by_another"})
      .node("HardSigmoid", {"x"}, {"h"}, {attribute_float("alpha", 0.2f)})
      .node("Mul", {"gated_by_another", "h"}, {"y"})
      .output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(builder), fuse_gate)),
            (Types{"Relu", "Sigmoid", "Mul", "HardSigmoid", "Mul"}));
}

TEST(FuseGate, KeepsAGateThatIsReadElsewhere) {
  ModelBuilder builder;
  builder.input("x", {1, 4, 3, 3})
      .node("Sigmoid", {"x"}, {"s"})
      .node("Mul", {"x", "s"}, {"m"})
      .node("Add", {"m", "s"}, {"y"})
      .output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(builder), fuse_gate)), (Types{"Sigmoid", "Silu", "Add"}));
}

ModelBuilder padded(const std::vector<int64_t>& widths, float value = 0) {
  ModelBuilder builder;
  builder.input("x", {1, 2, 5, 5})
      .ints("widths", widths)
      .floats("value", {}, {value})
      .node("Pad", {"x", "widths", "value"}, {"p"})
      .floats("w", {3, 2, 3, 3}, ramp(54, 0.05f));
  return builder;
}

Status bind_and_fuse_pad(Graph& graph) {
  GOSSAMER_TRY(bind_parameters(graph));
  return fuse_pad(graph);
}

TEST(FusePad, WidensTheWindowsPads) {
  ModelBuilder builder = padded({0, 0, 1, 0, 0, 0, 2, 1});
  builder.node("Conv", {"p", "w"}, {"y"}, {attribute_ints("pads", {0, 1, 0, 1})}).output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(builder), bind_and_fuse_pad)), Types{"Conv"});
  builder = padded({0, 0, 1, 1, 0, 0, 1, 1});
  builder.node("AveragePool", {"p"}, {"y"}, {attribute_ints("kernel_shape", {3, 3})}).output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(builder), bind_and_fuse_pad)), Types{"AveragePool"});
}

TEST(FusePad, StaysWhereZerosAroundThePictureAreNotMeant) {
  const auto left = [](ModelBuilder builder) {
    return op_types(rewrite(load_graph(builder.output("y")), bind_and_fuse_pad)).size();
  };
  const auto window = attribute_ints("kernel_shape", {3, 3});
  const auto pads = attribute_ints("pads", {1, 1, 1, 1});
  const std::vector<int64_t> around = {0, 0, 1, 1, 0, 0, 1, 1};
  EXPECT_EQ(left(padded(around, 1).node("Conv", {"p", "w"}, {"y"})), 2u);
  EXPECT_EQ(left(padded({0, 0, -1, 0, 0, 0, 1, 1}).node("Conv", {"p", "w"}, {"y"})), 2u);
  EXPECT_EQ(left(padded(around).node("MaxPool", {"p"}, {"y"}, {window})), 2u);
  EXPECT_EQ(left(padded(around).node("AveragePool", {"p"}, {"y"}, {window, pads})), 2u);
  EXPECT_EQ(left(padded({0, 0, 3, 1, 0, 0, 1, 1}).node("AveragePool", {"p"}, {"y"}, {window})), 2u);
}

// c is a convolution of x, d another one of c.
ModelBuilder two_convolutions() {
  ModelBuilder builder = conv_model(4, 4, 5);
  builder.floats("w2", {4, 4, 1, 1}, ramp(16, 0.2f)).node("Conv", {"c", "w2"}, {"d"});
  return builder;
}

TEST(FuseResidual, IsAddedByTheConvolution) {
  ModelBuilder builder = two_convolutions();
  builder.node("Add", {"c", "d"}, {"s"}).node("Relu", {"s"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(op_types(graph), (Types{"Transpose", "Conv", "Conv", "Transpose"}));
}

TEST(FuseResidual, OfTwoConvolutionsTheLaterTakesTheOther) {
  ModelBuilder builder = two_convolutions();
  builder.node("Conv", {"c", "w2"}, {"e"}).node("Add", {"e", "d"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(op_types(graph), (Types{"Transpose", "Conv", "Conv", "Conv", "Transpose"}));
}

TEST(FuseResidual, StaysWhenTheSumIsNotAllThatIsRead) {
  ModelBuilder builder = two_convolutions();
  builder.node("Add", {"c", "d"}, {"s"})
      .node("Mul", {"s", "d"}, {"m"})
      .node("Mul", {"m", "c"}, {"y"});
  EXPECT_EQ(op_types(rewrite(load_graph(builder.output("y")), run_passes)),
            (Types{"Transpose", "Conv", "Conv", "Add", "Mul", "Mul", "Transpose"}));
  // A sum that broadcasts is none of one tensor laid out as the other.
  ModelBuilder wide = conv_model(4, 4, 5);
  wide.floats("r", {1, 4, 1, 1}, ramp(4, 1)).node("Add", {"c", "r"}, {"y"}).output("y");
  EXPECT_EQ(op_types(rewrite(load_graph(wide), run_passes)),
            (Types{"Transpose", "Conv", "Add", "Transpose"}));
}

TEST(FuseActivation, MovesIntoConvAndGemm) {
  ModelBuilder builder = conv_model(3, 4, 4);
  builder.node("Relu", {"c"}, {"r"})
      .node("Flatten", {"r"}, {"f"})
      .floats("dense", {64, 3}, ramp(192, 0.02f))
      .node("Gemm", {"f", "dense"}, {"g"})
      .node("Sigmoid", {"g"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), fuse_activation);
  EXPECT_EQ(op_types(graph), (Types{"Conv", "Flatten", "Gemm"}));
}

TEST(FuseActivation, TakesOneActivationOnly) {
  ModelBuilder builder = conv_model(3, 4, 4);
  builder.node("Relu", {"c"}, {"r"}).node("Sigmoid", {"r"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), fuse_activation);
  EXPECT_EQ(op_types(graph), (Types{"Conv", "Sigmoid"}));
}

TEST(FuseActivation, LeavesAValueThatIsAnOutput) {
  ModelBuilder builder = conv_model(3, 4, 4);
  builder.node("Relu", {"c"}, {"y"}).output("c").output("y");
  const Graph graph = rewrite(load_graph(builder), fuse_activation);
  EXPECT_EQ(op_types(graph), (Types{"Conv", "Relu"}));
}

TEST(EliminateViews, TakesOutWhatChangesNothing) {
  const Graph graph = rewrite(load_graph(ModelBuilder()
                                             .input("x", {2, 3})
                                             .node("Identity", {"x"}, {"a"})
                                             .node("Flatten", {"a"}, {"b"})
                                             .node("Dropout", {"b"}, {"c"})
                                             .node("Relu", {"c"}, {"y"})
                                             .output("y")),
                              eliminate_views);
  EXPECT_EQ(op_types(graph), Types{"Relu"});
}

TEST(EliminateViews, KeepsTheNameOfAnOutput) {
  const Graph graph =
      rewrite(load_graph(ModelBuilder().input("x", {2}).node("Identity", {"x"}, {"y"}).output("y")),
              eliminate_views);
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "y");
}

TEST(BindParameters, LeavesOneOperand) {
  ModelBuilder builder = conv_model(3, 4, 8);
  builder.ints("starts", {1}).ints("ends", {7}).ints("axes", {2});
  builder.node("Slice", {"c", "starts", "ends", "axes"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), bind_parameters);
  const Node& slice = graph.node(graph.value(graph.outputs()[0]).producer);
  EXPECT_EQ(std::ranges::count(slice.inputs, kNone), std::ssize(slice.inputs) - 1);
}

TEST(SettleReductions, LeavesAnAttributeAndAReshape) {
  ModelBuilder builder;
  builder.opset(18).input("x", {2, 3, 4}).ints("axes", {1, -1});
  builder.node("ReduceMax", {"x", "axes"}, {"y"}, {attribute_int("keepdims", 0)}).output("y");
  const Graph graph = rewrite(load_graph(builder), settle_reductions);
  EXPECT_EQ(op_types(graph), (Types{"ReduceMax", "Reshape"}));
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "y");
}

}  // namespace
}  // namespace gossamer
