// The passes that move transposes: how many are left, and the same numbers from before and after.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "passes/passes.h"
#include "passes/permutation.h"
#include "passes/pipeline.h"
#include "passes_test_support.h"

namespace gossamer {
namespace {

using test::conv_model;
using test::count;
using test::ramp;
using test::rewrite;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::ModelBuilder;
using testing::op_types;
using Types = std::vector<std::string>;

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
