// Each pass: the graph before and after, and the same numbers from both.
#include "passes/passes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "ops/conv.h"
#include "passes/permutation.h"
#include "passes/pipeline.h"
#include "tests/support/graphs.h"

namespace gossamer {
namespace {

using testing::attribute_float;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::LoadedGraph;
using testing::ModelBuilder;
using testing::op_types;
using testing::run_graph;
using Types = std::vector<std::string>;

std::vector<float> ramp(size_t count, float step) {
  std::vector<float> values(count);
  for (size_t i = 0; i < count; ++i) {
    values[i] = step * static_cast<float>(static_cast<int>(i * 7 % 23) - 11);
  }
  return values;
}

void expect_close(const std::vector<float>& a, const std::vector<float>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-4f * (1 + std::abs(b[i]))) << i;
}

// Runs one pass (or all) on a copy and checks that the outputs stay the same.
Graph rewrite(const LoadedGraph& loaded, Status (*pass)(Graph&)) {
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  Graph graph = *loaded.graph;
  const auto input =
      ramp(static_cast<size_t>(graph.value(graph.inputs()[0]).shape.elements()), 0.13f);
  const auto before = run_graph(graph, input);
  const Status done = pass(graph);
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  graph.remove_dead_nodes();
  expect_close(run_graph(graph, input), before);
  return graph;
}

ModelBuilder conv_model(int64_t in, int64_t out, int64_t size) {
  ModelBuilder builder;
  builder.input("x", {1, in, size, size})
      .floats("w", {out, in, 3, 3}, ramp(static_cast<size_t>(in * out * 9), 0.05f))
      .floats("b", {out}, ramp(static_cast<size_t>(out), 0.1f))
      .node("Conv", {"x", "w", "b"}, {"c"}, {attribute_ints("pads", {1, 1, 1, 1})}, "conv");
  return builder;
}

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

int count(const Graph& graph, const std::string& type) {
  return static_cast<int>(std::ranges::count(op_types(graph), type));
}

// Two convolutions, an activation, a pooling and a residual addition between them: the only
// transposes left stand at the network's input and in front of the Flatten.
TEST(AssignLayout, LeavesTransposesAtRealBoundariesOnly) {
  ModelBuilder builder = conv_model(3, 4, 8);
  builder.node("Relu", {"c"}, {"r"})
      .floats("w2", {4, 4, 1, 1}, ramp(16, 0.1f))
      .node("Conv", {"r", "w2"}, {"d"})
      .node("Add", {"d", "r"}, {"s"})
      .node("MaxPool", {"s"}, {"p"},
            {attribute_ints("kernel_shape", {2, 2}), attribute_ints("strides", {2, 2})})
      .node("Concat", {"p", "p"}, {"cat"}, {attribute_int("axis", 1)})
      .node("Flatten", {"cat"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 2);
  EXPECT_EQ(op_types(graph).front(), "Transpose");
}

// Groups of channels change places, as in ShuffleNet: the only transpose between the convolutions
// is the one of the groups.
TEST(AssignLayout, ShufflesChannelsWhereTheyLie) {
  ModelBuilder builder = conv_model(3, 6, 4);
  builder.ints("split", {1, 2, 3, 4, 4})
      .ints("joined", {1, 6, 4, 4})
      .node("Reshape", {"c", "split"}, {"groups"})
      .node("Transpose", {"groups"}, {"shuffled"}, {attribute_ints("perm", {0, 2, 1, 3, 4})})
      .node("Reshape", {"shuffled", "joined"}, {"j"})
      .node("Split", {"j"}, {"left", "right"}, {attribute_int("axis", 1)})
      .node("Concat", {"right", "left"}, {"cat"}, {attribute_int("axis", 1)})
      .floats("w2", {2, 6, 1, 1}, ramp(12, 0.1f))
      .node("Conv", {"cat", "w2"}, {"d"})
      .node("GlobalAveragePool", {"d"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 2);
}

// Pixels become tokens, channels last, as in a vision transformer; and a normalisation over
// channels that the model itself transposes for, as in ConvNeXt.
TEST(AssignLayout, SeesThroughTheModelsOwnTransposes) {
  ModelBuilder tokens = conv_model(3, 6, 4);
  tokens.ints("flat", {1, 6, 16})
      .node("Reshape", {"c", "flat"}, {"f"})
      .node("Transpose", {"f"}, {"t"}, {attribute_ints("perm", {0, 2, 1})})
      .node("Softmax", {"t"}, {"y"}, {attribute_int("axis", 2)})
      .output("y");
  EXPECT_EQ(count(rewrite(load_graph(tokens), run_passes), "Transpose"), 1);

  ModelBuilder mean = conv_model(3, 6, 4);
  mean.node("Transpose", {"c"}, {"t"}, {attribute_ints("perm", {0, 2, 3, 1})})
      .node("ReduceMean", {"t"}, {"m"}, {attribute_ints("axes", {-1})})
      .node("Sub", {"t", "m"}, {"s"})
      .node("Transpose", {"s"}, {"u"}, {attribute_ints("perm", {0, 3, 1, 2})})
      .floats("w2", {2, 6, 1, 1}, ramp(12, 0.1f))
      .node("Conv", {"u", "w2"}, {"d"})
      .node("GlobalAveragePool", {"d"}, {"y"})
      .output("y");
  EXPECT_EQ(count(rewrite(load_graph(mean), run_passes), "Transpose"), 1);
}

// Whatever views and transposes do below a convolution, the numbers stay the same.
TEST(AssignLayout, KeepsResultsThroughViewsAndTransposes) {
  std::mt19937 random(17);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  for (int i = 0; i < 300; ++i) {
    ModelBuilder builder = conv_model(2, 6, 4);
    std::string value = "c";
    std::vector<int64_t> dims = {1, 6, 4, 4};
    std::vector<std::pair<std::string, std::vector<int64_t>>> earlier;
    for (int step = 0; step < 7; ++step) {
      const std::string next = "v" + std::to_string(step);
      const size_t axis = below(dims.size());
      switch (below(5)) {
        case 0: {
          std::vector<int64_t> perm(dims.size()), moved;
          std::iota(perm.begin(), perm.end(), 0);
          std::ranges::shuffle(perm, random);
          for (const int64_t k : perm) moved.push_back(dims[static_cast<size_t>(k)]);
          dims = moved;
          builder.node("Transpose", {value}, {next}, {attribute_ints("perm", perm)});
          break;
        }
        case 1:  // splits an axis
        case 2:  // joins two
          if (below(2) == 0 && dims[axis] % 2 == 0) {
            dims[axis] /= 2;
            dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), 2);
          } else if (axis + 1 < dims.size() && dims.size() > 2) {
            dims[axis] *= dims[axis + 1];
            dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(axis) + 1);
          }
          builder.ints(next + "s", dims).node("Reshape", {value, next + "s"}, {next});
          break;
        case 3: {  // with an earlier value of the same shape, which may be this one
          std::string other = value;
          for (const auto& [name, shape] : earlier) {
            if (shape == dims && below(2) == 0) other = name;
          }
          builder.node("Add", {value, other}, {next});
          break;
        }
        default:  // tells the axes apart, and keeps the magnitude
          builder
              .node("ReduceMean", {value}, {next + "m"},
                    {attribute_ints("axes", {static_cast<int64_t>(axis)})})
              .node("Sub", {value, next + "m"}, {next});
      }
      value = next;
      earlier.emplace_back(value, dims);
    }
    builder.node("Neg", {value}, {"y"}).output("y");
    const auto loaded = load_graph(builder);
    rewrite(loaded, run_passes);
    if (HasFailure()) FAIL() << "graph " << i;
  }
}

TEST(AssignLayout, TransposesOnceForManyReaders) {
  ModelBuilder builder = conv_model(3, 6, 4);
  builder.ints("split", {1, 2, 3, 4, 4}).ints("flat", {1, 6, 16});
  builder.node("Reshape", {"c", "split"}, {"y"}).node("Reshape", {"c", "flat"}, {"z"});
  builder.output("y").output("z");
  EXPECT_EQ(count(rewrite(load_graph(builder), run_passes), "Transpose"), 2);
}

TEST(AssignLayout, ComparesTransposesOfOneRankOnly) {
  ModelBuilder builder;
  builder.input("x", {2, 5, 6, 4})
      .floats("w", {6, 5}, ramp(30, 0.1f))
      .node("Transpose", {"x"}, {"t"}, {attribute_ints("perm", {0, 3, 1, 2})})
      .node("Softmax", {"w"}, {"s"}, {attribute_int("axis", 0)})
      .node("Transpose", {"s"}, {"u"}, {attribute_ints("perm", {1, 0})})
      .node("Add", {"t", "u"}, {"y"})
      .output("y");
  EXPECT_EQ(count(rewrite(load_graph(builder), assign_layout), "Transpose"), 2);
}

TEST(BindParameters, LeavesOneOperand) {
  ModelBuilder builder = conv_model(3, 4, 8);
  builder.ints("starts", {1}).ints("ends", {7}).ints("axes", {2});
  builder.node("Slice", {"c", "starts", "ends", "axes"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), bind_parameters);
  const Node& slice = graph.node(graph.value(graph.outputs()[0]).producer);
  EXPECT_EQ(std::ranges::count(slice.inputs, kNone), std::ssize(slice.inputs) - 1);
}

// Operators with parameters beside the tensor stay channels last, too.
TEST(AssignLayout, PassesOperatorsWithParameters) {
  ModelBuilder builder = conv_model(3, 4, 8);
  builder.ints("starts", {1}).ints("ends", {7}).ints("axes", {2});
  builder.ints("widths", {0, 0, 1, 0, 0, 0, 1, 0}).ints("sizes", {1, 4, 12, 5});
  builder.floats("w2", {2, 4, 1, 1}, ramp(8, 0.1f))
      .node("Slice", {"c", "starts", "ends", "axes"}, {"s"})
      .node("Pad", {"s", "widths"}, {"p"})
      .node("Resize", {"p", "", "", "sizes"}, {"r"}, {testing::attribute_string("mode", "linear")})
      .node("Split", {"r"}, {"left", "right"}, {attribute_int("axis", 1)})
      .node("Concat", {"right", "left"}, {"cat"}, {attribute_int("axis", 1)})
      .node("Conv", {"cat", "w2"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 2);
}

TEST(AssignLayout, NeedsNoTransposeAfterGlobalPooling) {
  ModelBuilder builder = conv_model(3, 4, 8);
  builder.node("GlobalAveragePool", {"c"}, {"p"}).node("Flatten", {"p"}, {"y"}).output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 1);
}

TEST(AssignLayout, PermutesConstantsThatBroadcast) {
  ModelBuilder builder = conv_model(3, 4, 5);
  builder.floats("channel", {4, 1, 1}, {1, 2, 3, 4})
      .node("Mul", {"c", "channel"}, {"m"})
      .floats("row", {5}, {1, 2, 3, 4, 5})
      .node("Add", {"m", "row"}, {"a"})
      .floats("one", {}, {0.5f})
      .node("Mul", {"a", "one"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 2);
}

TEST(AssignLayout, HandlesSqueezeAndExcite) {
  ModelBuilder builder = conv_model(3, 4, 5);
  builder.node("GlobalAveragePool", {"c"}, {"p"})
      .floats("w2", {4, 4, 1, 1}, ramp(16, 0.1f))
      .node("Conv", {"p", "w2"}, {"e"})
      .node("HardSigmoid", {"e"}, {"gate"})
      .node("Mul", {"c", "gate"}, {"y"})
      .output("y");
  const Graph graph = rewrite(load_graph(builder), run_passes);
  EXPECT_EQ(count(graph, "Transpose"), 2);
}

// As above, with the pooling written as a mean: with its axes as an attribute or as an input, and
// with or without the reduced extents.
TEST(AssignLayout, HandlesSqueezeAndExciteByMeans) {
  const auto squeeze = [](ModelBuilder builder, std::vector<std::string> inputs, int64_t keep,
                          std::vector<std::string> attributes) {
    attributes.push_back(attribute_int("keepdims", keep));
    builder.ints("axes", {2, 3}).node("ReduceMean", std::move(inputs), {"m"}, attributes);
    if (keep == 0) builder.ints("last", {2, 3}).node("Unsqueeze", {"m", "last"}, {"p"});
    builder.floats("w2", {4, 4, 1, 1}, ramp(16, 0.1f))
        .node("Conv", {keep == 0 ? "p" : "m", "w2"}, {"e"})
        .node("HardSigmoid", {"e"}, {"gate"})
        .node("Mul", {"c", "gate"}, {"y"})
        .output("y");
    return rewrite(load_graph(builder), run_passes);
  };
  const ModelBuilder conv = conv_model(3, 4, 5);
  const std::vector<std::string> axes = {attribute_ints("axes", {-1, 2})};
  for (const int64_t keep : {0, 1}) {
    EXPECT_EQ(count(squeeze(conv, {"c"}, keep, axes), "Transpose"), 2);
    EXPECT_EQ(count(squeeze(ModelBuilder(conv).opset(18), {"c", "axes"}, keep, {}), "Transpose"),
              2);
  }
}

TEST(SettleReductions, LeavesAnAttributeAndAReshape) {
  ModelBuilder builder;
  builder.opset(18).input("x", {2, 3, 4}).ints("axes", {1, -1});
  builder.node("ReduceMax", {"x", "axes"}, {"y"}, {attribute_int("keepdims", 0)}).output("y");
  const Graph graph = rewrite(load_graph(builder), settle_reductions);
  EXPECT_EQ(op_types(graph), (Types{"ReduceMax", "Reshape"}));
  EXPECT_EQ(graph.value(graph.outputs()[0]).name, "y");
}

TEST(SimplifyTransposes, JoinsAndCancels) {
  const Graph graph =
      rewrite(load_graph(ModelBuilder()
                             .input("x", {2, 3, 4})
                             .node("Transpose", {"x"}, {"a"}, {attribute_ints("perm", {1, 2, 0})})
                             .node("Transpose", {"a"}, {"b"}, {attribute_ints("perm", {2, 0, 1})})
                             .node("Relu", {"b"}, {"y"})
                             .output("y")),
              simplify_transposes);
  EXPECT_EQ(op_types(graph), Types{"Relu"});
}

TEST(SimplifyTransposes, TurnsMovesOfUnitAxesIntoViews) {
  const Graph graph = rewrite(
      load_graph(ModelBuilder()
                     .input("x", {1, 1, 1, 4})
                     .node("Transpose", {"x"}, {"a"}, {attribute_ints("perm", {0, 3, 1, 2})})
                     .node("Relu", {"a"}, {"y"})
                     .output("y")),
      simplify_transposes);
  EXPECT_EQ(op_types(graph), (Types{"Reshape", "Relu"}));
}

TEST(Permutation, ComposesAndInverts) {
  const Permutation p = {2, 0, 3, 1};
  EXPECT_TRUE(is_identity(compose(p, inverse(p))));
  EXPECT_EQ(permute(Shape{10, 20, 30, 40}, p), (Shape{30, 10, 40, 20}));
  EXPECT_EQ(channels_first_to_last(4), (Permutation{0, 2, 3, 1}));
  EXPECT_TRUE(moves_nothing(Shape{1, 7, 1, 1}, {0, 2, 3, 1}));
  EXPECT_FALSE(moves_nothing(Shape{1, 7, 1, 2}, {0, 2, 3, 1}));
}

}  // namespace
}  // namespace gossamer
