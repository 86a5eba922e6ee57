// Plans made for several threads: what is shared, the scratch memory of each thread, stopping, and
// that no result depends on the number of threads, to the bit. Steps are shared here however small
// they are.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>

#include "base/aligned_buffer.h"
#include "base/workers.h"
#include "graph/import.h"
#include "graph/infer.h"
#include "onnx/decode.h"
#include "onnx/tensor_file.h"
#include "ops/registry.h"
#include "passes/pipeline.h"
#include "plan/execution.h"
#include "tests/support/graphs.h"

namespace gossamer {
namespace {

using testing::load_graph;
using testing::ModelBuilder;

constexpr int kCounts[] = {1, 2, 3, 4, 8};
constexpr double kHoweverSmall = 1e-9;

std::vector<float> noise(int64_t count, uint32_t seed) {
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(seed >> 8) / 8388608.0f - 1.0f;
  }
  return values;
}

// Every kind of layer that classifiers have.
ModelBuilder classifier() {
  const auto conv = [](std::string_view name, std::vector<int64_t> dims, ModelBuilder& b) {
    const int64_t count = std::accumulate(dims.begin(), dims.end(), int64_t{1}, std::multiplies());
    std::vector<float> values = noise(count, 7);
    for (float& value : values) value *= 0.2f;
    b.floats(name, dims, values);
  };
  ModelBuilder b;
  b.input("x", {1, 3, 33, 33});
  conv("w1", {16, 3, 3, 3}, b);
  conv("w2", {16, 1, 3, 3}, b);
  conv("w3", {40, 16, 1, 1}, b);
  conv("w4", {40, 40, 3, 3}, b);
  conv("w5", {24, 40, 5, 1}, b);
  conv("w6", {24, 40, 1, 1}, b);
  conv("w7", {48, 30}, b);
  const std::string same = testing::attribute_ints("pads", {1, 1, 1, 1});
  const std::string by_two = testing::attribute_ints("strides", {2, 2});
  b.node("Conv", {"x", "w1"}, {"a"}, {same, by_two})
      .node("HardSwish", {"a"}, {"b"})
      .node("Conv", {"b", "w2"}, {"c"}, {same, testing::attribute_int("group", 16)})
      .node("Conv", {"c", "w3"}, {"d"})
      .node("Sigmoid", {"d"}, {"s"})
      .node("Mul", {"d", "s"}, {"e"})
      .node("Conv", {"e", "w4"}, {"f"}, {same})
      .node("Add", {"f", "e"}, {"g"})
      .node("Conv", {"g", "w5"}, {"h"}, {testing::attribute_ints("pads", {2, 0, 2, 0})})
      .node("Conv", {"g", "w6"}, {"i"})
      .node("Concat", {"h", "i"}, {"j"}, {testing::attribute_int("axis", 1)})
      .node("MaxPool", {"j"}, {"k"}, {testing::attribute_ints("kernel_shape", {3, 3}), by_two})
      .node("LRN", {"k"}, {"l"}, {testing::attribute_int("size", 5)})
      .node("GlobalAveragePool", {"l"}, {"m"})
      .node("Flatten", {"m"}, {"n"})
      .node("Gemm", {"n", "w7"}, {"o"})
      .node("Softmax", {"o"}, {"p"});
  return b.output("p").output("j");
}

PlanOptions shared_by(int threads) {
  return {.threads = threads, .least_share = kHoweverSmall};
}

// The bytes of every output after a run.
std::vector<std::string> outputs_of(const Execution& execution) {
  std::vector<std::string> all;
  const auto& outputs = execution.plan().outputs;
  for (size_t i = 0; i < outputs.size(); ++i) {
    const size_t bytes =
        static_cast<size_t>(outputs[i].shape.elements()) * data_type_size(outputs[i].type);
    all.emplace_back(static_cast<const char*>(execution.output(i)), bytes);
  }
  return all;
}

struct Network {
  std::unique_ptr<ModelSource> source;
  Graph graph;
};
Network network() {
  auto loaded = load_graph(classifier());
  EXPECT_TRUE(loaded.graph.is_ok()) << loaded.graph.status().to_string();
  Graph graph = std::move(loaded.graph).value();
  EXPECT_TRUE(run_passes(graph).is_ok());
  return {std::move(loaded.source), std::move(graph)};
}

TEST(Threads, ChangeNoBitOfAClassifier) {
  const Network net = network();
  const std::vector<float> picture = noise(int64_t{3} * 33 * 33, 3);
  std::vector<std::string> alone;
  for (const int threads : kCounts) {
    const auto plan = Plan::make(net.graph, shared_by(threads));
    ASSERT_TRUE(plan.is_ok()) << plan.status().to_string();
    const auto shared = std::ranges::count_if((*plan)->steps, [](const Step& s) {
      EXPECT_NE(s.info.kernel, "reference");
      return s.threads > 1;
    });
    EXPECT_GE(shared, threads == 1 ? 0 : 10);
    auto execution = Execution::make(*plan, /*profile=*/false, find_workers(threads));
    ASSERT_TRUE(execution.is_ok());
    for (int run = 0; run < 3; ++run) {
      std::ranges::copy(picture, static_cast<float*>(execution->input(0)));
      ASSERT_TRUE(execution->run().is_ok());
      if (alone.empty()) alone = outputs_of(*execution);
      EXPECT_EQ(outputs_of(*execution), alone) << threads << " threads";
    }
  }
}

// Without workers a plan for many threads is run by one.
TEST(Threads, MayBeMissing) {
  const Network net = network();
  const auto plan = Plan::make(net.graph, shared_by(8));
  ASSERT_TRUE(plan.is_ok());
  auto alone = Execution::make(*plan, /*profile=*/false);
  auto shared = Execution::make(*plan, /*profile=*/false, find_workers(8));
  for (auto* execution : {&*alone, &*shared}) {
    std::ranges::copy(noise(int64_t{3} * 33 * 33, 3), static_cast<float*>(execution->input(0)));
    ASSERT_TRUE(execution->run().is_ok());
  }
  EXPECT_EQ(outputs_of(*alone), outputs_of(*shared));
}

TEST(Threads, HaveScratchOfTheirOwn) {
  const Network net = network();
  const auto plan = Plan::make(net.graph, shared_by(4));
  ASSERT_TRUE(plan.is_ok());
  int with_scratch = 0;
  for (const Step& step : (*plan)->steps) {
    const size_t bytes = step.kernel->scratch_bytes();
    if (bytes == 0 || step.threads == 1) continue;
    ++with_scratch;
    EXPECT_GE(step.scratch_stride, bytes);
    EXPECT_EQ(step.scratch_stride % AlignedBuffer::kAlignment, 0u);
    const size_t end =
        step.scratch_offset + static_cast<size_t>(step.threads - 1) * step.scratch_stride + bytes;
    EXPECT_LE(end, (*plan)->arena_bytes);
  }
  EXPECT_GE(with_scratch, 3);
}

TEST(Threads, ShareOnlyStepsThatAreWorthIt) {
  const Network net = network();
  const auto alone = Plan::make(net.graph, {.threads = 1});
  ASSERT_TRUE(alone.is_ok());
  for (const Step& step : (*alone)->steps) EXPECT_EQ(step.threads, 1);
  const auto plan = Plan::make(net.graph, {.threads = 4});
  ASSERT_TRUE(plan.is_ok());
  int most = 1, least = 4;
  for (const Step& step : (*plan)->steps) {
    most = std::max(most, step.threads);
    least = std::min(least, step.threads);
    EXPECT_GE(step.grain, 1);
    EXPECT_LE(step.threads, std::max<int64_t>(step.kernel->items(), 1));
  }
  EXPECT_EQ(most, 4);   // the 3x3 convolution of 40 channels
  EXPECT_EQ(least, 1);  // the softmax of 30 numbers
}

TEST(Threads, StopARun) {
  const Network net = network();
  for (const int threads : {1, 4}) {
    const auto plan = Plan::make(net.graph, shared_by(threads));
    ASSERT_TRUE(plan.is_ok());
    auto execution = Execution::make(*plan, /*profile=*/false, find_workers(threads));
    ASSERT_TRUE(execution.is_ok());
    ASSERT_TRUE(execution->run().is_ok());
    const std::vector<std::string> before = outputs_of(*execution);
    StopFlag stop{1};
    const Status status = execution->run(&stop);
    EXPECT_EQ(status.code(), Code::kCancelled);
    EXPECT_FALSE(status.info().node.empty());
    stop = 0;
    ASSERT_TRUE(execution->run(&stop).is_ok());
    EXPECT_EQ(outputs_of(*execution), before);
  }
}

// Workers of which so many are said to be there; the caller computes all.
class Alleged final : public Workers {
 public:
  explicit Alleged(int threads) : threads_(threads) {}
  int threads() const override { return threads_; }
  void begin_run() override {}
  void end_run() override {}

 private:
  Status run(const Loop& loop, const Body& body) override { return run_alone(loop, body); }
  int threads_;
};

// A step that threads share is one piece of a slice. Where all but one are kept away, for a trial
// of fewer, it has as many pieces as items again, or a run could not be stopped in time.
TEST(Threads, CutStepsIntoPiecesOnlyWhereTheyShareNone) {
  const Network net = network();
  const auto plan = Plan::make(net.graph, shared_by(4));
  ASSERT_TRUE(plan.is_ok());
  int64_t items = 0, pieces = 0;
  for (const Step& step : (*plan)->steps) {
    items += step.kernel->items();
    pieces += step.threads > 1 ? 1 : step.kernel->items();
  }
  ASSERT_LT(pieces, items);
  for (const int present : {1, 4}) {
    auto execution = Execution::make(*plan, /*profile=*/false, std::make_shared<Alleged>(present));
    ASSERT_TRUE(execution.is_ok());
    int64_t slices = 1;
    for (auto done = execution->run_slice(0, true); !done.value();
         done = execution->run_slice(0, false)) {
      ++slices;
    }
    EXPECT_EQ(slices, present == 1 ? items : pieces) << present << " threads";
  }
}

// Runs a saved case on its first inputs, or gives nothing where its plan needs what a session does.
std::vector<std::string> run_case(const std::filesystem::path& folder, int threads) {
  const auto source = ModelSource::from_file((folder / "model.onnx").string());
  if (!source.is_ok()) return {};
  const auto model = onnx_model::decode(**source);
  if (!model.is_ok()) return {};
  auto graph = import_model(*model, op_table(), {});
  if (!graph.is_ok()) return {};
  std::vector<std::shared_ptr<const Constant>> tensors;
  for (size_t i = 0; i < graph->inputs().size(); ++i) {
    const auto path = folder / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb");
    const auto file = ModelSource::from_file(path.string());
    if (!file.is_ok()) return {};
    const auto tensor = onnx_model::read_tensor(**file);
    if (!tensor.is_ok() || !tensor->constant->texts().empty()) return {};
    graph->value(graph->inputs()[i]).shape = tensor->constant->shape();
    tensors.push_back(tensor->constant);
  }
  if (!infer_and_fold(*graph).is_ok() || !run_passes(*graph).is_ok()) return {};
  const auto plan = Plan::make(*graph, shared_by(threads));
  if (!plan.is_ok()) return {};
  auto execution = Execution::make(*plan, /*profile=*/false, find_workers(threads));
  EXPECT_TRUE(execution.is_ok());
  for (size_t i = 0; i < tensors.size(); ++i) {
    auto* target = static_cast<std::byte*>(execution->input(i));
    EXPECT_TRUE(tensors[i]->read({target, tensors[i]->bytes()}).is_ok());
  }
  const Status done = execution->run();
  EXPECT_TRUE(done.is_ok()) << folder << ": " << done.to_string();
  return outputs_of(*execution);
}

TEST(Threads, ChangeNoBitOfTheSavedCases) {
  int compared = 0;
  const std::filesystem::path cases(GOSSAMER_SOURCE_DIR "/tests/cases");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(cases)) {
    if (entry.path().filename() != "model.onnx") continue;
    const auto folder = entry.path().parent_path();
    const std::vector<std::string> alone = run_case(folder, 1);
    if (alone.empty()) continue;
    ++compared;
    for (const int threads : {2, 3, 4, 8}) {
      EXPECT_EQ(run_case(folder, threads), alone) << folder << ", " << threads << " threads";
    }
  }
  EXPECT_GT(compared, 30);
}

}  // namespace
}  // namespace gossamer
