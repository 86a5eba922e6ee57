// Formulas that exporters write as many nodes, and passes turn into one: GELU and
// LayerNormalization.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "passes/passes.h"
#include "passes/pipeline.h"
#include "passes_test_support.h"

namespace gossamer {
namespace {

using test::count;
using test::ramp;
using test::rewrite;
using testing::attribute_int;
using testing::attribute_ints;
using testing::attribute_string;
using testing::load_graph;
using testing::ModelBuilder;
using testing::op_types;
using Types = std::vector<std::string>;

constexpr float kRoot = 0.70710678f;  // 1 / sqrt 2
constexpr float kTanh = 0.79788456f;  // sqrt(2 / pi)

// x [2, 3, 8] and the numbers of the formulas.
ModelBuilder gelu_model(float root = kRoot, float half = 0.5f) {
  ModelBuilder builder;
  builder.input("x", {2, 3, 8})
      .floats("root", {}, {root})
      .floats("sqrt2", {1}, {1 / root})
      .floats("half", {}, {half})
      .floats("one", {}, {1})
      .floats("two", {}, {2})
      .floats("three", {}, {3})
      .floats("tanh", {}, {kTanh})
      .floats("cubic", {}, {0.044715f});
  return builder;
}

Types after_gelu(ModelBuilder& builder) {
  return op_types(rewrite(load_graph(builder.output("y")), fuse_gelu));
}

// As PyTorch writes it: x (1 + erf(x / sqrt 2)) times a half, to `out`.
ModelBuilder& written(ModelBuilder& builder, const char* x = "x", const char* factor = "x",
                      const char* half = "half", const char* out = "y") {
  return builder.node("Div", {x, "sqrt2"}, {"a"})
      .node("Erf", {"a"}, {"e"})
      .node("Add", {"e", "one"}, {"s"})
      .node("Mul", {factor, "s"}, {"p"})
      .node("Mul", {"p", half}, {out});
}

TEST(FuseGelu, AsPyTorchWritesIt) {
  ModelBuilder builder = gelu_model();
  EXPECT_EQ(after_gelu(written(builder)), Types{"Gelu"});
}

TEST(FuseGelu, HalvedFirstOrMultipliedOutOrDivided) {
  ModelBuilder first = gelu_model();
  first.node("Mul", {"root", "x"}, {"a"})
      .node("Erf", {"a"}, {"e"})
      .node("Add", {"one", "e"}, {"s"})
      .node("Mul", {"half", "x"}, {"h"})
      .node("Mul", {"s", "h"}, {"y"});
  EXPECT_EQ(after_gelu(first), Types{"Gelu"});
  ModelBuilder out = gelu_model();
  out.node("Mul", {"x", "root"}, {"a"})
      .node("Erf", {"a"}, {"e"})
      .node("Mul", {"x", "half"}, {"h"})
      .node("Mul", {"e", "h"}, {"p"})
      .node("Add", {"h", "p"}, {"y"});
  EXPECT_EQ(after_gelu(out), Types{"Gelu"});
  ModelBuilder divided = gelu_model();
  divided.node("Mul", {"x", "root"}, {"a"})
      .node("Erf", {"a"}, {"e"})
      .node("Add", {"e", "one"}, {"s"})
      .node("Div", {"s", "two"}, {"h"})
      .node("Mul", {"x", "h"}, {"y"});
  EXPECT_EQ(after_gelu(divided), Types{"Gelu"});
}

TEST(FuseGelu, OfAValueThatIsComputed) {
  ModelBuilder builder = gelu_model();
  builder.floats("bias", {8}, ramp(8, 0.5f)).node("Add", {"x", "bias"}, {"b"});
  EXPECT_EQ(after_gelu(written(builder, "b", "b")), (Types{"Add", "Gelu"}));
}

TEST(FuseGelu, WithNumbersThatFloat16Rounded) {
  ModelBuilder builder = gelu_model(1 / 1.4140625f);
  // The numbers differ by what the constant does.
  Graph graph = load_graph(written(builder).output("y")).graph.value();
  ASSERT_TRUE(fuse_gelu(graph).is_ok());
  graph.remove_dead_nodes();
  EXPECT_EQ(op_types(graph), Types{"Gelu"});
}

TEST(FuseGelu, ByTanhWithAPowerOrWithProducts) {
  ModelBuilder power = gelu_model();
  power.node("Pow", {"x", "three"}, {"c"})
      .node("Mul", {"c", "cubic"}, {"k"})
      .node("Add", {"x", "k"}, {"i"})
      .node("Mul", {"i", "tanh"}, {"a"})
      .node("Tanh", {"a"}, {"t"})
      .node("Add", {"t", "one"}, {"s"})
      .node("Mul", {"x", "half"}, {"h"})
      .node("Mul", {"h", "s"}, {"y"});
  EXPECT_EQ(after_gelu(power), Types{"Gelu"});
  ModelBuilder products = gelu_model();
  products.node("Mul", {"x", "cubic"}, {"k"})
      .node("Mul", {"k", "x"}, {"k2"})
      .node("Add", {"one", "k2"}, {"i"})
      .node("Mul", {"x", "tanh"}, {"l"})
      .node("Mul", {"l", "i"}, {"a"})
      .node("Tanh", {"a"}, {"t"})
      .node("Add", {"one", "t"}, {"s"})
      .node("Mul", {"half", "s"}, {"h"})
      .node("Mul", {"x", "h"}, {"y"});
  EXPECT_EQ(after_gelu(products), Types{"Gelu"});
}

TEST(FuseGelu, LeavesWhatIsNone) {
  const auto after = [](ModelBuilder builder, const char* factor) {
    return after_gelu(written(builder.input("other", {2, 3, 8}), "x", factor));
  };
  const Types same = {"Div", "Erf", "Add", "Mul", "Mul"};
  EXPECT_EQ(after(gelu_model(0.71f), "x"), same);
  EXPECT_EQ(after(gelu_model(kRoot, 0.51f), "x"), same);
  EXPECT_EQ(after(gelu_model(kRoot, 0.4999f), "x"), same);
  EXPECT_EQ(after(gelu_model(), "other"), same);
  EXPECT_EQ(after(gelu_model(), "x"), Types{"Gelu"});
}

// A base that is nothing has no power that is too high.
TEST(FuseGelu, EndsWhateverThePower) {
  for (const float power : {1e8f, 3e38f, std::numeric_limits<float>::infinity(), -3.0f, 2.5f}) {
    ModelBuilder builder = gelu_model();
    builder.floats("zero", {}, {0})
        .floats("power", {}, {power})
        .node("Mul", {"x", "zero"}, {"m"})
        .node("Pow", {"m", "power"}, {"p"})
        .node("Erf", {"p"}, {"y"})
        .output("y");
    Graph graph = load_graph(builder).graph.value();
    ASSERT_TRUE(fuse_gelu(graph).is_ok());
    EXPECT_EQ(op_types(graph), (Types{"Mul", "Pow", "Erf"}));
  }
}

TEST(FuseGelu, LeavesAFunctionThatIsReadElsewhere) {
  ModelBuilder builder = gelu_model();
  written(builder, "x", "x", "half", "g").node("Add", {"g", "e"}, {"y"});
  EXPECT_EQ(after_gelu(builder), (Types{"Div", "Erf", "Add", "Mul", "Mul", "Add"}));
}

TEST(FuseGelu, LeavesAResultOfAnotherShape) {
  ModelBuilder builder = gelu_model();
  builder.floats("halves", {1, 1, 1, 1}, {0.5f});
  EXPECT_EQ(after_gelu(written(builder, "x", "x", "halves")),
            (Types{"Div", "Erf", "Add", "Mul", "Mul"}));
}

// x [2, 3, 4, 5], and scale and bias for its last axis or for its channels.
ModelBuilder norm_model(const std::vector<int64_t>& parameters = {5}) {
  int64_t n = 1;
  for (const int64_t extent : parameters) n *= extent;
  ModelBuilder builder;
  builder.input("x", {2, 3, 4, 5})
      .floats("epsilon", {}, {1e-3f})
      .floats("two", {}, {2})
      .floats("scale", parameters, ramp(static_cast<size_t>(n), 0.3f))
      .floats("bias", parameters, ramp(static_cast<size_t>(n), 0.2f));
  return builder;
}

ModelBuilder& variance(ModelBuilder& builder, int64_t axis = -1) {
  return builder.node("ReduceMean", {"x"}, {"m"}, {attribute_ints("axes", {axis})})
      .node("Sub", {"x", "m"}, {"d"})
      .node("Pow", {"d", "two"}, {"q"})
      .node("ReduceMean", {"q"}, {"v"}, {attribute_ints("axes", {axis})})
      .node("Add", {"v", "epsilon"}, {"e"});
}

Types after_norm(ModelBuilder& builder) {
  const auto loaded = load_graph(builder.output("y"));
  const auto both = [](Graph& graph) {
    if (Status settled = settle_reductions(graph); !settled.is_ok()) return settled;
    return fuse_layer_normalization(graph);
  };
  return op_types(rewrite(loaded, both));
}

TEST(FuseLayerNormalization, AsPyTorchWritesIt) {
  ModelBuilder builder = norm_model();
  variance(builder)
      .node("Sqrt", {"e"}, {"s"})
      .node("Div", {"d", "s"}, {"n"})
      .node("Mul", {"n", "scale"}, {"w"})
      .node("Add", {"w", "bias"}, {"y"});
  EXPECT_EQ(after_norm(builder), Types{"LayerNormalization"});
}

TEST(FuseLayerNormalization, WithoutABias) {
  ModelBuilder builder = norm_model();
  variance(builder)
      .node("Sqrt", {"e"}, {"s"})
      .node("Div", {"d", "s"}, {"n"})
      .node("Mul", {"scale", "n"}, {"y"});
  EXPECT_EQ(after_norm(builder), Types{"LayerNormalization"});
}

TEST(FuseLayerNormalization, WithTheDifferenceTwiceAndAProductForTheSquare) {
  ModelBuilder builder = norm_model();
  builder.node("ReduceMean", {"x"}, {"m"}, {attribute_ints("axes", {2, 3})})
      .node("Sub", {"x", "m"}, {"d"})
      .node("Sub", {"x", "m"}, {"again"})
      .node("Mul", {"d", "d"}, {"q"})
      .node("ReduceMean", {"q"}, {"v"}, {attribute_ints("axes", {2, 3})})
      .node("Add", {"epsilon", "v"}, {"e"})
      .node("Sqrt", {"e"}, {"s"})
      .node("Div", {"again", "s"}, {"n"})
      .node("Mul", {"n", "scale"}, {"w"})
      .node("Add", {"bias", "w"}, {"y"});
  EXPECT_EQ(after_norm(builder), Types{"LayerNormalization"});
}

TEST(FuseLayerNormalization, LeavesWhatIsNone) {
  const auto end = [](ModelBuilder& builder, const char* dividend) {
    builder.node("Sqrt", {"e"}, {"s"})
        .node("Div", {dividend, "s"}, {"n"})
        .node("Mul", {"n", "scale"}, {"w"})
        .node("Add", {"w", "bias"}, {"y"});
  };
  // The variance is over other axes than the mean.
  ModelBuilder mixed = norm_model();
  mixed.node("ReduceMean", {"x"}, {"m"}, {attribute_ints("axes", {-1})})
      .node("Sub", {"x", "m"}, {"d"})
      .node("Pow", {"d", "two"}, {"q"})
      .node("ReduceMean", {"q"}, {"v"}, {attribute_ints("axes", {2, 3})})
      .node("Add", {"v", "epsilon"}, {"e"});
  end(mixed, "d");
  EXPECT_EQ(after_norm(mixed).size(), 9u);
  // What is divided is not what is squared.
  ModelBuilder other = norm_model();
  variance(other);
  end(other, "x");
  EXPECT_EQ(
      count(rewrite(load_graph(other.output("y")), fuse_layer_normalization), "LayerNormalization"),
      0);
  // An axis in the middle.
  ModelBuilder middle = norm_model({4, 1});
  variance(middle, 2);
  end(middle, "d");
  EXPECT_EQ(after_norm(middle).size(), 9u);
  // The power of four.
  ModelBuilder fourth = norm_model();
  fourth.floats("four", {}, {4}).node("ReduceMean", {"x"}, {"m"}, {attribute_ints("axes", {-1})});
  fourth.node("Sub", {"x", "m"}, {"d"})
      .node("Pow", {"d", "four"}, {"q"})
      .node("ReduceMean", {"q"}, {"v"}, {attribute_ints("axes", {-1})})
      .node("Add", {"v", "epsilon"}, {"e"});
  end(fourth, "d");
  EXPECT_EQ(after_norm(fourth).size(), 9u);
}

// Numbers of a higher rank give the result another rank, or average over other axes.
TEST(FuseLayerNormalization, LeavesNumbersThatRaiseTheRank) {
  for (const bool in_power : {false, true}) {
    ModelBuilder builder;
    builder.input("x", {2, 4})
        .floats("epsilon", in_power ? std::vector<int64_t>{} : std::vector<int64_t>{1, 1, 1},
                {1e-3f})
        .floats("two", in_power ? std::vector<int64_t>{1, 1, 1} : std::vector<int64_t>{}, {2})
        .floats("scale", {4}, ramp(4, 0.3f))
        .floats("bias", {4}, ramp(4, 0.2f));
    variance(builder, 1)
        .node("Sqrt", {"e"}, {"s"})
        .node("Div", {"d", "s"}, {"n"})
        .node("Mul", {"n", "scale"}, {"w"})
        .node("Add", {"w", "bias"}, {"y"});
    EXPECT_EQ(after_norm(builder).size(), 9u);
  }
}

// The types after the pass, of an Einsum of x and y.
Types after_split(const char* equation, const std::vector<int64_t>& x,
                  const std::vector<int64_t>& y) {
  ModelBuilder builder;
  builder.input("x", x)
      .input("y", y)
      .node("Einsum", {"x", "y"}, {"z"}, {attribute_string("equation", equation)})
      .output("z");
  Graph graph = rewrite(load_graph(builder), split_einsum);
  EXPECT_TRUE(eliminate_views(graph).is_ok());
  return op_types(graph);
}

TEST(SplitEinsum, ProductsOfMatrices) {
  const auto is_product = [](Types types) { return std::ranges::count(types, "MatMul") == 1; };
  EXPECT_TRUE(is_product(after_split("ij,jk->ik", {3, 4}, {4, 5})));
  EXPECT_TRUE(is_product(after_split("bhqd,bhkd->bhqk", {2, 3, 4, 5}, {2, 3, 6, 5})));
  EXPECT_TRUE(is_product(after_split("bqhd,bkhd->bhqk", {2, 4, 3, 5}, {2, 6, 3, 5})));
  EXPECT_TRUE(is_product(after_split("bhqk,bkhd->bqhd", {2, 3, 4, 6}, {2, 6, 3, 5})));
  EXPECT_TRUE(is_product(after_split("nchw,kc->nkhw", {2, 3, 4, 5}, {6, 3})));
  EXPECT_TRUE(is_product(after_split("zacb,cabk->kz", {7, 2, 3, 4}, {3, 2, 4, 5})));
  EXPECT_TRUE(is_product(after_split("i,j->ji", {3}, {4})));
  EXPECT_TRUE(is_product(after_split("ij,ij->", {3, 4}, {3, 4})));
  EXPECT_TRUE(is_product(after_split("...ij,...jk->...ik", {2, 3, 4, 5}, {2, 3, 5, 6})));
  EXPECT_TRUE(is_product(after_split("...ij,jk->...ik", {2, 3, 4, 5}, {5, 6})));
}

TEST(SplitEinsum, LeavesWhatIsNone) {
  const Types same = {"Einsum"};
  EXPECT_EQ(after_split("ii,ij->j", {3, 3}, {3, 4}), same);
  EXPECT_EQ(after_split("ij,k->k", {3, 4}, {5}), same);
  EXPECT_EQ(after_split("ij,ij->ji", {3, 4}, {3, 4}), same);
  EXPECT_EQ(after_split("bi,bi->b", {3, 4}, {3, 4}), same);
  EXPECT_EQ(after_split("...ij,...jk->...ik", {2, 3, 4}, {1, 4, 5}), same);
}

}  // namespace
}  // namespace gossamer
