// The memory planner on random lifetimes, and plans of small graphs.
#include "plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/aligned_buffer.h"
#include "kernels/sizes.h"
#include "ops/conv.h"
#include "passes/pipeline.h"
#include "plan/execution.h"
#include "plan/memory_planner.h"
#include "tests/support/graphs.h"

namespace gossamer {
namespace {

using testing::load_graph;
using testing::ModelBuilder;

TEST(MemoryPlanner, SharesWhatIsNeverAliveTogether) {
  const std::vector<Lifetime> chain = {{0, 1, 1000}, {1, 2, 1000}, {2, 3, 1000}, {3, 4, 1000}};
  const auto layout = plan_memory(chain);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->live, 2000u);
  EXPECT_EQ(layout->total, 2024u);  // the second starts at the next multiple of 64
  EXPECT_EQ(layout->offsets[0], layout->offsets[2]);
}

// The largest first, the third tensor would find no room below the fourth and need 512 bytes.
TEST(MemoryPlanner, TakesTheOrderOfExecutionWhereItIsBetter) {
  const std::vector<Lifetime> lifetimes = {{0, 1, 192}, {1, 2, 192}, {2, 4, 128}, {3, 5, 192}};
  const auto layout = plan_memory(lifetimes);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->total, 384u);
  EXPECT_EQ(layout->live, 384u);
}

// The largest first needs 1088 bytes, in the order of execution 960.
TEST(MemoryPlanner, PlacesWhatReachedFurthestBeforeTheOthers) {
  const std::vector<Lifetime> lifetimes = {
      {5, 5, 448}, {3, 4, 256}, {2, 3, 320}, {4, 5, 256}, {2, 4, 256}};
  const auto layout = plan_memory(lifetimes);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->total, 832u);
  EXPECT_EQ(layout->live, 832u);
}

TEST(MemoryPlanner, NeverOverlapsTensorsThatAreAliveTogether) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Lifetime> lifetimes(1 + random() % 40);
    for (Lifetime& l : lifetimes) {
      l.first = static_cast<int>(random() % 30);
      l.last = l.first + static_cast<int>(random() % 10);
      l.bytes = random() % 5000;
    }
    const auto layout = plan_memory(lifetimes);
    ASSERT_TRUE(layout.has_value());
    EXPECT_GE(layout->total, layout->live);
    for (size_t i = 0; i < lifetimes.size(); ++i) {
      EXPECT_EQ(layout->offsets[i] % AlignedBuffer::kAlignment, 0u);
      for (size_t k = 0; k < i; ++k) {
        const bool together =
            lifetimes[i].first <= lifetimes[k].last && lifetimes[k].first <= lifetimes[i].last;
        const bool apart = layout->offsets[i] + lifetimes[i].bytes <= layout->offsets[k] ||
                           layout->offsets[k] + lifetimes[k].bytes <= layout->offsets[i];
        EXPECT_TRUE(!together || apart || lifetimes[i].bytes == 0 || lifetimes[k].bytes == 0);
      }
    }
  }
}

TEST(MemoryPlanner, RefusesSizesThatOverflow) {
  const std::vector<Lifetime> huge = {{0, 1, SIZE_MAX / 2}, {0, 1, SIZE_MAX / 2 + 100}};
  EXPECT_FALSE(plan_memory(huge).has_value());
}

ModelBuilder chain_of_activations(int length) {
  ModelBuilder builder;
  builder.input("v0", {1, 1000});
  for (int i = 0; i < length; ++i) {
    const std::string next = "v" + std::to_string(i + 1);
    builder.node(i % 2 == 0 ? "Relu" : "Sigmoid", {"v" + std::to_string(i)}, {next});
  }
  return builder.output("v" + std::to_string(length));
}

TEST(Plan, WritesElementwiseResultsInPlace) {
  auto loaded = load_graph(chain_of_activations(6));
  ASSERT_TRUE(loaded.graph.is_ok());
  const auto plan = Plan::make(*loaded.graph, {});
  ASSERT_TRUE(plan.is_ok());
  // Input, output, and one tensor that the four steps between them hand on.
  EXPECT_LE((*plan)->memory.live_bytes, 3u * 4000u);
  EXPECT_EQ((*plan)->steps.size(), 6u);
}

// A convolution that adds its own input as the residual may overwrite the residual, but not while
// it still reads the same pixels through its window.
TEST(Plan, DoesNotOverwriteWhatTheSameStepReads) {
  std::vector<float> weights(9, 0.0f);
  weights[0] = weights[8] = 1.0f;  // the pixels up left and down right
  auto loaded = load_graph(
      ModelBuilder()
          .input("x", {1, 1, 5, 5})
          .node("Relu", {"x"}, {"r"})
          .floats("w", {1, 1, 3, 3}, weights)
          .floats("b", {1}, {0})
          .node("Conv", {"r", "w", "b"}, {"c"}, {testing::attribute_ints("pads", {1, 1, 1, 1})})
          .node("Sigmoid", {"c"}, {"s"})
          .node("Relu", {"s"}, {"y"})
          .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  Graph& graph = *loaded.graph;
  ASSERT_TRUE(run_passes(graph).is_ok());
  std::vector<float> input(25);
  for (size_t i = 0; i < input.size(); ++i) input[i] = 0.01f * static_cast<float>(i);
  const std::vector<NodeId> order = graph.topological_order();
  const auto conv =
      std::ranges::find_if(order, [&](NodeId id) { return graph.op_as<ConvOp>(id) != nullptr; });
  ASSERT_NE(conv, order.end());
  graph.set_input(*conv, ConvOp::kResidual, graph.node(*conv).inputs[0]);
  const auto got = testing::run_graph(graph, input);
  for (int y = 0; y < 5; ++y) {
    for (int x = 0; x < 5; ++x) {
      const auto at = [&](int v, int u) {
        return v < 0 || u < 0 || v > 4 || u > 4 ? 0.0f : input[static_cast<size_t>(v * 5 + u)];
      };
      const float sum = at(y - 1, x - 1) + at(y + 1, x + 1) + at(y, x);
      EXPECT_NEAR(got[static_cast<size_t>(y * 5 + x)], 1 / (1 + std::exp(-sum)), 1e-5f);
    }
  }
}

TEST(Plan, InputsSurviveARun) {
  auto loaded = load_graph(chain_of_activations(3));
  ASSERT_TRUE(loaded.graph.is_ok());
  auto plan = Plan::make(*loaded.graph, {});
  ASSERT_TRUE(plan.is_ok());
  auto execution = Execution::make(*plan, false);
  ASSERT_TRUE(execution.is_ok());
  auto* input = static_cast<float*>(execution->input(0));
  for (int i = 0; i < 1000; ++i) input[i] = static_cast<float>(i - 500);
  ASSERT_TRUE(execution->run().is_ok());
  const auto* output = static_cast<const float*>(execution->output(0));
  const std::vector<float> first(output, output + 1000);
  ASSERT_TRUE(execution->run().is_ok());
  EXPECT_EQ(std::vector<float>(output, output + 1000), first);
  EXPECT_EQ(input[0], -500.0f);
}

TEST(Plan, ViewsTakeNoStep) {
  auto loaded = load_graph(ModelBuilder()
                               .input("x", {2, 3, 4})
                               .node("Flatten", {"x"}, {"f"})
                               .node("Relu", {"f"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  const auto plan = Plan::make(*loaded.graph, {});
  ASSERT_TRUE(plan.is_ok());
  EXPECT_EQ((*plan)->steps.size(), 1u);
}

TEST(Plan, AConstantCanBeAnOutput) {
  auto loaded = load_graph(ModelBuilder()
                               .floats("a", {2}, {1, 2})
                               .floats("b", {2}, {3, 4})
                               .node("Add", {"a", "b"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  EXPECT_EQ(testing::run_graph(*loaded.graph, {}), (std::vector<float>{4, 6}));
}

// A large constant stays in the model's source until a plan is made: 8000 bytes here.
TEST(Plan, CopiesAConstantOnceForAllThatReadIt) {
  std::vector<float> elements(2000, 0.5f);
  elements[3] = 2;
  ModelBuilder builder;
  builder.input("x0", {1, 2000}).floats("c", {2000}, elements);
  for (int i = 0; i < 4; ++i) {
    builder.node("Add", {"x" + std::to_string(i), "c"}, {"x" + std::to_string(i + 1)});
  }
  auto loaded = load_graph(builder.output("x4"));
  ASSERT_TRUE(loaded.graph.is_ok());
  const auto plan = Plan::make(*loaded.graph, {});
  ASSERT_TRUE(plan.is_ok());
  EXPECT_EQ((*plan)->memory.weight_bytes, 8000u);
  EXPECT_EQ((*plan)->constants.size(), 1u);
  const uint64_t needed = (*plan)->memory.weight_bytes + (*plan)->memory.arena_bytes;
  EXPECT_TRUE(Plan::make(*loaded.graph, {.max_memory_bytes = needed}).is_ok());
  const auto got = testing::run_graph(*loaded.graph, std::vector<float>(2000, 1.0f));
  ASSERT_EQ(got.size(), 2000u);
  EXPECT_EQ(got[2], 3.0f);
  EXPECT_EQ(got[3], 9.0f);
}

TEST(Plan, RefusesMoreMemoryOrWorkThanAllowed) {
  auto loaded = load_graph(ModelBuilder()
                               .input("x", {1, 100})
                               .floats("w", {100, 100}, std::vector<float>(10'000, 0.1f))
                               .node("MatMul", {"x", "w"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  EXPECT_EQ(Plan::make(*loaded.graph, {.max_memory_bytes = 30'000}).status().code(), Code::kBudget);
  EXPECT_TRUE(Plan::make(*loaded.graph, {.max_memory_bytes = 100'000}).is_ok());
  EXPECT_EQ(Plan::make(*loaded.graph, {.max_multiply_adds = 5'000}).status().code(), Code::kBudget);
  EXPECT_TRUE(Plan::make(*loaded.graph, {.max_multiply_adds = 10'000}).is_ok());
}

TEST(Plan, TakesSmallerWeightsWhereTheMemoryDemandsIt) {
  auto loaded = load_graph(
      ModelBuilder()
          .input("x", {1, 32, 28, 28})
          .floats("w", {32, 32, 3, 3}, std::vector<float>(32 * 32 * 9, 0.1f))
          .node("Conv", {"x", "w"}, {"y"}, {testing::attribute_ints("pads", {1, 1, 1, 1})})
          .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  ASSERT_TRUE(run_passes(*loaded.graph).is_ok());
  const auto kernel = [&](const PlanOptions& options) {
    const auto plan = Plan::make(*loaded.graph, options);
    EXPECT_TRUE(plan.is_ok()) << plan.status().to_string();
    return plan.is_ok() ? (*plan)->steps[1].info.kernel.substr(0, 8) : std::string();
  };
  const auto full = Plan::make(*loaded.graph, {});
  ASSERT_TRUE(full.is_ok());
  const uint64_t wanted = (*full)->memory.weight_bytes + (*full)->memory.arena_bytes;
  EXPECT_EQ(kernel({.max_memory_bytes = wanted}), "f32_wino");
  EXPECT_EQ(kernel({.max_memory_bytes = wanted - 1}), "f32_conv");
  EXPECT_EQ(kernel({.small_weights = true}), "f32_conv");
}

// A row times a column of k elements: 4 k bytes each, and 32 k bytes of scratch for eight columns.
// Each part can be addressed, their sum cannot.
TEST(Plan, RefusesScratchAndTensorsThatAreTooLargeTogether) {
  const int64_t k = int64_t{249} << (8 * sizeof(size_t) - 14);
  auto loaded = load_graph(ModelBuilder()
                               .input("row", {1, k})
                               .input("column", {k, 1})
                               .node("MatMul", {"row", "column"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  const Status refused = Plan::make(*loaded.graph, {}).status();
  EXPECT_EQ(refused.code(), Code::kBudget) << refused.to_string();
  EXPECT_NE(refused.to_string().find("addressed"), std::string::npos);
}

TEST(Plan, CountsTheWorkOfEveryKernel) {
  auto loaded = load_graph(
      ModelBuilder()
          .input("x", {1, 1, 100, 100})
          .node("MaxPool", {"x"}, {"y"}, {testing::attribute_ints("kernel_shape", {10, 10})})
          .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok());
  const auto with_limit = [&](uint64_t limit) {
    return Plan::make(*loaded.graph, {.max_multiply_adds = limit}).status().code();
  };
  EXPECT_EQ(with_limit(91 * 91 * 100 - 1), Code::kBudget);
  EXPECT_EQ(with_limit(91 * 91 * 100), Code::kOk);
}

// Every operand can be addressed, the number of multiply-adds passes 64 bits: it is refused with a
// limit on the work, and what is counted without one does not wrap round.
TEST(Plan, CountsWorkThatNoIntegerHolds) {
  const int64_t side = int64_t{1} << (4 * sizeof(size_t) - 3);
  auto loaded = load_graph(ModelBuilder()
                               .input("a", {7, side, side})
                               .input("b", {7, side, side})
                               .node("MatMul", {"a", "b"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  EXPECT_EQ(Plan::make(*loaded.graph, {}).status().code(), Code::kBudget);
  EXPECT_EQ(Plan::make(*loaded.graph, {.max_multiply_adds = 1}).status().code(), Code::kBudget);
  EXPECT_EQ(step_count({7, side, side, side}) == UINT64_MAX, sizeof(size_t) == 8);
  EXPECT_EQ(step_count({INT64_MAX, INT64_MAX, INT64_MAX, 0}), 0u);
  EXPECT_EQ(step_count({3, 5, 7}), 105u);
}

// A table of taps for every output would be made first, and the tensor refused afterwards.
TEST(Plan, AsksForTheMemoryOfATensorBeforeItsKernelIsMade) {
  auto loaded = load_graph(ModelBuilder()
                               .input("x", {1, 1, 1, 1})
                               .floats("scales", {4}, {1, 1, 1, 268435456.0f})
                               .node("Resize", {"x", "", "scales"}, {"y"})
                               .output("y"));
  ASSERT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  const Status refused = Plan::make(*loaded.graph, {.max_memory_bytes = 1 << 20}).status();
  EXPECT_EQ(refused.code(), Code::kBudget) << refused.to_string();
  EXPECT_EQ(refused.info().got, "1073741824 bytes");
}

}  // namespace
}  // namespace gossamer
