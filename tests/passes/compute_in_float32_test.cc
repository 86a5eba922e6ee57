// Networks in float16, bfloat16 and float64: the graph before and after, and the numbers of random
// networks, which must be those of the same network in float32, rounded once at the end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "base/convert.h"
#include "base/text.h"
#include "gossamer/session.h"
#include "graph/infer.h"
#include "passes/passes.h"
#include "passes_test_support.h"

namespace gossamer {
namespace {

using test::ramp;
using testing::attribute_int;
using testing::attribute_ints;
using testing::load_graph;
using testing::LoadedGraph;
using testing::ModelBuilder;
using testing::op_types;
using testing::tensor_message;
using testing::value_message;
using testing::wire_bytes;
using Types = std::vector<std::string>;

constexpr DataType kOtherTypes[] = {DataType::kFloat16, DataType::kBfloat16, DataType::kFloat64};

std::string cast_attribute(DataType to) {
  return attribute_int("to", static_cast<int64_t>(to));
}

// "x" [1, 2, 4, 4] through a convolution with a bias to "c", all of one type.
ModelBuilder conv_model(DataType type) {
  ModelBuilder builder;
  builder.real_type(type)
      .input("x", {1, 2, 4, 4})
      .floats("w", {3, 2, 3, 3}, ramp(54, 0.0625f))
      .floats("b", {3}, ramp(3, 0.125f))
      .node("Conv", {"x", "w", "b"}, {"c"}, {attribute_ints("pads", {1, 1, 1, 1})}, "conv");
  return builder;
}

// The graph after the pass, which must agree with what inference makes of it.
Graph convert(const LoadedGraph& loaded) {
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  Graph graph = *loaded.graph;
  const Status done = compute_in_float32(graph);
  EXPECT_TRUE(done.is_ok()) << done.to_string();
  graph.remove_dead_nodes();
  Graph inferred = graph;
  const Status fits = infer_and_fold(inferred);
  EXPECT_TRUE(fits.is_ok()) << fits.to_string();
  for (NodeId id : graph.topological_order()) {
    for (ValueId output : graph.node(id).outputs) {
      if (output == kNone) continue;
      EXPECT_EQ(inferred.value(output).type, graph.value(output).type) << graph.node_label(id);
    }
  }
  return graph;
}

DataType output_type(const Graph& graph) {
  return graph.value(graph.outputs()[0]).type;
}

TEST(ComputeInFloat32, EndsKeepTheirTypesAndCastsBetweenVanish) {
  for (const DataType type : kOtherTypes) {
    const LoadedGraph loaded =
        load_graph(conv_model(type)
                       .node("Cast", {"c"}, {"wide"}, {cast_attribute(DataType::kFloat32)})
                       .node("Softmax", {"wide"}, {"s"})
                       .node("Cast", {"s"}, {"y"}, {cast_attribute(type)})
                       .output("y"));
    const Graph graph = convert(loaded);
    EXPECT_EQ(op_types(graph), (Types{"Cast", "Conv", "Identity", "Softmax", "Identity", "Cast"}));
    EXPECT_EQ(graph.value(graph.inputs()[0]).type, type);
    EXPECT_EQ(output_type(graph), type);
  }
}

TEST(ComputeInFloat32, WeightsStayInTheFile) {
  const LoadedGraph loaded = load_graph(conv_model(DataType::kFloat16).output("c"));
  const Graph graph = convert(loaded);
  for (NodeId id : graph.topological_order()) {
    if (graph.node(id).op->type() != "Conv") continue;
    const auto& weights = graph.value(graph.node(id).inputs[1]).constant;
    EXPECT_EQ(weights->type(), DataType::kFloat32);
    EXPECT_FALSE(weights->is_resident());
  }
}

TEST(ComputeInFloat32, CastsBetweenFloatsInAFloat32NetworkRoundNoMore) {
  const LoadedGraph loaded =
      load_graph(conv_model(DataType::kFloat32)
                     .node("Cast", {"c"}, {"h"}, {cast_attribute(DataType::kFloat16)})
                     .node("Relu", {"h"}, {"r"})
                     .node("Cast", {"r"}, {"y"}, {cast_attribute(DataType::kFloat32)})
                     .output("y"));
  EXPECT_EQ(op_types(convert(loaded)), (Types{"Conv", "Identity", "Relu", "Identity"}));
}

TEST(ComputeInFloat32, CastsFromAndToIntegersStay) {
  const LoadedGraph loaded =
      load_graph(conv_model(DataType::kFloat16)
                     .node("Cast", {"c"}, {"i"}, {cast_attribute(DataType::kInt32)})
                     .node("Cast", {"i"}, {"h"}, {cast_attribute(DataType::kFloat16)})
                     .node("CastLike", {"i", "c"}, {"k"})
                     .node("CastLike", {"h", "k"}, {"l"})
                     .node("Add", {"l", "k"}, {"y"})
                     .output("y"));
  const Graph graph = convert(loaded);
  EXPECT_EQ(test::count(graph, "Cast"), 5);  // of the input and the output, too
  EXPECT_EQ(test::count(graph, "CastLike"), 0);
  EXPECT_EQ(test::count(graph, "Identity"), 1);
}

// 2047.9 is 2048 in float16.
TEST(ComputeInFloat32, CastsThatRoundWhatBecomesWholeStay) {
  const auto model = [](const char* last) {
    ModelBuilder builder = conv_model(DataType::kFloat32);
    builder.node("Cast", {"c"}, {"h"}, {cast_attribute(DataType::kFloat16)})
        .node("Identity", {"h"}, {"i"})
        .node("Cast", {"i"}, {"f"}, {cast_attribute(DataType::kFloat32)});
    return builder.node(last, {"f"}, {"y"}).output("y");
  };
  for (const char* last : {"Floor", "Ceil", "Round"}) {
    EXPECT_EQ(op_types(convert(load_graph(model(last)))),
              (Types{"Conv", "Cast", "Cast", "Identity", "Identity", last}));
  }
  EXPECT_EQ(test::count(convert(load_graph(model("Relu"))), "Cast"), 0);
  ModelBuilder to_integers = conv_model(DataType::kFloat32);
  to_integers.node("Cast", {"c"}, {"h"}, {cast_attribute(DataType::kFloat16)})
      .node("Cast", {"h"}, {"y"}, {cast_attribute(DataType::kInt64)})
      .output("y");
  EXPECT_EQ(test::count(convert(load_graph(to_integers)), "Cast"), 3);
}

// Counts beyond 2^24 keep their digits; what flows into the network does not.
TEST(ComputeInFloat32, Float64BetweenIntegersStays) {
  ModelBuilder builder = conv_model(DataType::kFloat64);
  builder.graph_field(wire_bytes(11, value_message("k", 7, {2})))
      .floats("one", {}, {1})
      .node("Cast", {"k"}, {"d"}, {cast_attribute(DataType::kFloat64)})
      .node("Mul", {"d", "one"}, {"m"})
      .node("Cast", {"m"}, {"y"}, {cast_attribute(DataType::kInt64)})
      .node("Cast", {"k"}, {"e"}, {cast_attribute(DataType::kFloat64)})
      .node("ReduceSum", {"e"}, {"s"})
      .node("Mul", {"s", "one"}, {"t"})
      .node("Add", {"c", "t"}, {"z"})
      .output("y")
      .output("z");
  const Graph graph = convert(load_graph(builder));
  for (NodeId id : graph.topological_order()) {
    if (graph.node(id).op->type() != "Mul") continue;
    const bool exact = graph.value(graph.node(id).outputs[0]).name == "m";
    EXPECT_EQ(graph.value(graph.node(id).outputs[0]).type,
              exact ? DataType::kFloat64 : DataType::kFloat32);
  }
}

// A mask hides what it hides, and no more: 0 * -1e300 is 0. Epsilons do not vanish.
TEST(ComputeInFloat32, ConstantsOfFloat64StayFinite) {
  const double values[] = {-1e300, 1e-60, -1e-60, 0, -std::numeric_limits<double>::infinity(), 0.1};
  ModelBuilder builder = conv_model(DataType::kFloat64);
  builder
      .graph_field(
          wire_bytes(5, tensor_message("k", {6, 1, 1, 1, 1}, 11,
                                       {reinterpret_cast<const char*>(values), sizeof(values)})))
      .node("Add", {"c", "k"}, {"y"})
      .output("y");
  const Graph graph = convert(load_graph(builder));
  std::vector<float> narrow(6);
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    const Value& value = graph.value(id);
    if (value.name != "k" || value.type != DataType::kFloat32) continue;
    ASSERT_TRUE(value.constant->read(std::as_writable_bytes(std::span(narrow))).is_ok());
  }
  const float most = std::numeric_limits<float>::max(), least = std::numeric_limits<float>::min();
  EXPECT_EQ(narrow, (std::vector<float>{-most, least, -least, 0, -INFINITY, 0.1f}));
}

TEST(ComputeInFloat32, OperatorsThatStateATypeAreFollowedByACast) {
  const auto eye = attribute_int("dtype", static_cast<int64_t>(DataType::kFloat64));
  const LoadedGraph loaded = load_graph(conv_model(DataType::kFloat64)
                                            .input("square", {4, 4})
                                            .node("EyeLike", {"square"}, {"e"}, {eye})
                                            .node("MatMul", {"c", "e"}, {"y"})
                                            .output("y"));
  const Graph graph = convert(loaded);
  EXPECT_EQ(test::count(graph, "Cast"), 4);
  EXPECT_EQ(output_type(graph), DataType::kFloat64);
}

TEST(ComputeInFloat32, OutputsThatAreReadInsideToo) {
  const LoadedGraph loaded = load_graph(conv_model(DataType::kFloat16)
                                            .node("Relu", {"c"}, {"r"})
                                            .output("c")
                                            .output("r")
                                            .output("b")
                                            .output("x"));
  const Graph graph = convert(loaded);
  for (ValueId id : graph.outputs()) EXPECT_EQ(graph.value(id).type, DataType::kFloat16);
  EXPECT_EQ(test::count(graph, "Cast"), 3);
}

TEST(ComputeInFloat32, LeavesGraphsWithoutAProductAlone) {
  ModelBuilder builder;
  builder.real_type(DataType::kFloat64)
      .input("x", {1, 4})
      .floats("b", {4}, ramp(4, 0.1f))
      .node("Add", {"x", "b"}, {"s"})
      .node("Softmax", {"s"}, {"y"})
      .output("y");
  EXPECT_EQ(op_types(convert(load_graph(builder))), (Types{"Add", "Softmax"}));
}

// A model, an input of its type, and the numbers of its first output in float32.
std::vector<float> run(const ModelBuilder& builder, DataType type, const std::vector<float>& x) {
  auto session = Session::create(ModelSource::from_string(builder.build()), {});
  if (!session.is_ok()) {
    ADD_FAILURE() << session.status().to_string();
    return {};
  }
  for (const StepInfo& step : (*session)->steps()) EXPECT_NE(step.kernel, "reference") << step.op;
  const MutableTensorView input = (*session)->input(0);
  EXPECT_EQ(input.type, type);
  if (type == DataType::kFloat32) {
    std::copy(x.begin(), x.end(), input.as<float>());
  } else {
    from_float32(x.data(), type, input.data, x.size());
  }
  EXPECT_TRUE((*session)->run().is_ok());
  const TensorView output = (*session)->output(0);
  EXPECT_EQ(output.type, type);
  std::vector<float> values(static_cast<size_t>(output.elements()));
  if (type == DataType::kFloat32) {
    std::copy_n(output.as<float>(), values.size(), values.begin());
  } else {
    to_float32(type, output.data, values.data(), values.size());
  }
  return values;
}

// A multiple of 1/8 in [-2, 2), which every type holds.
float eighth(std::mt19937& random) {
  return static_cast<float>(static_cast<int>(random() % 32) - 16) / 8;
}

std::vector<float> eighths(size_t count, std::mt19937& random) {
  std::vector<float> values(count);
  for (float& value : values) value = eighth(random);
  return values;
}

// Layers at random on a picture of 4 channels, with weights that every type holds, and a
// classifier.
ModelBuilder random_network(DataType type, uint32_t seed) {
  std::mt19937 random(seed);
  ModelBuilder builder;
  builder.real_type(type).input("x", {1, 4, 8, 8});
  std::string at = "x";
  for (int layer = 0; layer < 6; ++layer) {
    const std::string next = concat("v", layer), weights = concat("w", layer);
    switch (random() % 6) {
      case 0:
        builder.floats(weights, {4, 4, 3, 3}, eighths(144, random))
            .node("Conv", {at, weights}, {next}, {attribute_ints("pads", {1, 1, 1, 1})});
        break;
      case 1:
        builder.floats(weights, {4, 1, 3, 3}, eighths(36, random))
            .node("Conv", {at, weights}, {next},
                  {attribute_ints("pads", {1, 1, 1, 1}), attribute_int("group", 4)});
        break;
      case 2:
        builder.node("Relu", {at}, {next});
        break;
      case 3:
        builder.floats(weights, {4, 1, 1}, eighths(4, random)).node("Mul", {at, weights}, {next});
        break;
      case 4:
        builder.node("Sigmoid", {at}, {weights}).node("Mul", {at, weights}, {next});
        break;
      default:
        builder.node(
            "AveragePool", {at}, {next},
            {attribute_ints("kernel_shape", {3, 3}), attribute_ints("pads", {1, 1, 1, 1})});
    }
    at = next;
  }
  builder.node("GlobalAveragePool", {at}, {"mean"})
      .node("Flatten", {"mean"}, {"flat"})
      .floats("m", {4, 5}, eighths(20, random))
      .floats("n", {5}, eighths(5, random))
      .node("Gemm", {"flat", "m", "n"}, {"logits"})
      .node("Softmax", {"logits"}, {"y"})
      .output("y");
  return builder;
}

TEST(ComputeInFloat32, RandomNetworksGiveTheNumbersOfFloat32RoundedOnce) {
  for (uint32_t seed = 0; seed < 60; ++seed) {
    std::mt19937 random(seed);
    const std::vector<float> x = eighths(256, random);
    const std::vector<float> expected =
        run(random_network(DataType::kFloat32, seed), DataType::kFloat32, x);
    for (const DataType type : kOtherTypes) {
      std::vector<double> bytes(expected.size());  // room for the widest type
      std::vector<float> rounded(expected.size());
      from_float32(expected.data(), type, bytes.data(), expected.size());
      to_float32(type, bytes.data(), rounded.data(), expected.size());
      EXPECT_EQ(run(random_network(type, seed), type, x), rounded)
          << "seed " << seed << ", " << data_type_name(type);
    }
  }
}

TEST(ComputeInFloat32, ConstantsThatFloat32CannotHoldAreItsLargest) {
  const double far[] = {-1e300, 1e300, 0.5, 0.1};
  const std::string raw(reinterpret_cast<const char*>(far), sizeof far);
  const auto wide = static_cast<int>(DataType::kFloat64);
  ModelBuilder builder;
  builder.real_type(DataType::kFloat64)
      .input("x", {1, 4})
      .floats("w", {4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1})
      .graph_field(testing::wire_bytes(5, testing::tensor_message("far", {4}, wide, raw)))
      .node("MatMul", {"x", "w"}, {"p"})
      .node("Add", {"p", "far"}, {"y"})
      .output("y");
  const float most = std::numeric_limits<float>::max();
  EXPECT_EQ(run(builder, DataType::kFloat64, {0, 0, 0, 0}),
            (std::vector<float>{-most, most, 0.5f, 0.1f}));
}

}  // namespace
}  // namespace gossamer
