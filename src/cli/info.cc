// gossamer info: what a model wants, and the plan made for it.
#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "cli/command.h"
#include "session/describe.h"
#include "session/pictures.h"

namespace gossamer::cli {
namespace {

constexpr std::string_view kHelp = R"(usage: gossamer info MODEL [options]

Prints a model's inputs, outputs and properties, which input takes the picture, which output holds class
scores and what they are, the plan with the kernel chosen for each step, and the
memory it takes.

  --dim NAME=N      the extent of a symbolic input dimension
  --memory small    no kernels that keep larger weights than the model's, for speed
  --max-memory N    refuse models that need more bytes
  --max-work N      refuse models with more multiply-adds a run (default 2^40; 0: no limit)
  --threads N       threads that compute (default 1; 0: one for each core, up to 8)
  --recipe TEXT     see gossamer classify; so for --output and --scores
  --json            one JSON document instead of text
)";

void print_tensors(const char* title, const std::vector<TensorInfo>& tensors) {
  for (const TensorInfo& tensor : tensors) {
    std::printf("%-8s %s  %s %s%s\n", title, tensor.name.c_str(),
                data_type_name(tensor.type).data(), tensor.shape.to_string().c_str(),
                tensor.is_map ? "  (scores of a map from class to score)" : "");
  }
}

void print_roles(const Session& session) {
  const auto& inputs = session.inputs();
  const int picture = find_picture(inputs, {});
  if (picture >= 0) {
    const TensorInfo& input = inputs[static_cast<size_t>(picture)];
    std::printf("picture  %s: %s\n", input.name.c_str(), describe_picture(input).c_str());
  }
  const auto scores = session.scores();
  if (!scores.is_ok()) {
    std::printf("scores   %s\n", scores.status().to_string().c_str());
    return;
  }
  std::printf("scores   %s: %s (%s)\n",
              session.outputs()[static_cast<size_t>(scores->output)].name.c_str(),
              scores_name(scores->scores).data(), scores->reason.c_str());
}

// The first few, and where they come from.
void print_labels(const Session& session) {
  constexpr size_t kShown = 5;
  const auto& labels = session.labels();
  if (labels.empty()) return;
  std::string line;
  for (size_t i = 0; i < std::min(kShown, labels.size()); ++i) {
    line += concat(i == 0 ? "" : ", ", labels[i]);
  }
  if (labels.size() > kShown) line += ", ...";
  std::printf("%-8s %zu, by %s: %s\n", "labels", labels.size(), session.labels_source().c_str(),
              line.c_str());
}

void print(const Session& session) {
  print_tensors("input", session.inputs());
  print_tensors("output", session.outputs());
  print_roles(session);
  print_labels(session);
  for (const auto& [key, value] : session.metadata()) {
    std::string line(trim(value));
    for (char& c : line) c = c == '\n' ? ' ' : c;
    std::printf("%-8s %s: %s\n", "property", key.c_str(), line.c_str());
  }
  const ThreadInfo threads = session.threads();
  std::printf("%-8s %d: %s\n", "threads", threads.count, threads.reason.c_str());
  std::printf("\n%-4s %-18s %-34s %-20s %14s %12s %7s  %s\n", "step", "operator", "kernel",
              "output", "multiply-adds", "weights", "threads", "node");
  int index = 0;
  uint64_t multiply_adds = 0;
  const std::vector<StepInfo> steps = session.steps();
  for (const StepInfo& step : steps) {
    std::printf("%-4d %-18s %-34s %-20s %14llu %12llu %7d  %s\n", index++, step.op.c_str(),
                step.kernel.c_str(), step.output_shape.c_str(),
                static_cast<unsigned long long>(step.multiply_adds),
                static_cast<unsigned long long>(step.weight_bytes), step.threads,
                step.node.c_str());
    multiply_adds += step.multiply_adds;
  }
  const MemoryInfo memory = session.memory();
  std::printf("\n%d steps, %.3f million multiply-adds\n", index,
              static_cast<double>(multiply_adds) / 1e6);
  if (const std::string text = reference_text(steps); !text.empty()) std::puts(text.c_str());
  std::printf("memory: %.1f KB of weights, %.1f KB of arena (%.1f KB alive at the busiest step)\n",
              static_cast<double>(memory.weight_bytes) / 1e3,
              static_cast<double>(memory.arena_bytes) / 1e3,
              static_cast<double>(memory.live_bytes) / 1e3);
}

void print_json(const Session& session) {
  JsonWriter json;
  json.begin_object();
  describe(json, session, /*with_scores=*/true);
  json.member("thread_reason", session.threads().reason);
  std::puts(json.end_object().text().c_str());
}

int run(std::span<char*> raw) {
  const auto options = with_session_options({{"json", false}});
  const auto arguments = Arguments::parse(raw, options);
  if (!arguments.is_ok()) return report(arguments.status());
  if (arguments->positional().size() != 1) {
    return report_missing(kInfo, "one MODEL");
  }
  const auto session = open_session(arguments->positional()[0], *arguments, Use::kPlain);
  if (!session.is_ok()) return report(session.status());
  if (arguments->has("json")) {
    print_json(**session);
  } else {
    print(**session);
  }
  return kSuccess;
}

}  // namespace

const Command kInfo = {"info", "describe a model and its plan", kHelp, run};

}  // namespace gossamer::cli
