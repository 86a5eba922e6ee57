// Session: the pipeline from bytes to a plan, and what a caller does with the result. See
// gossamer/session.h.
#include "gossamer/session.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/text.h"
#include "graph/import.h"
#include "graph/infer.h"
#include "onnx/decode.h"
#include "ops/registry.h"
#include "ops/softmax.h"
#include "passes/pipeline.h"
#include "plan/execution.h"
#include "plan/plan.h"
#include "session/top_classes.h"

namespace gossamer {

struct Session::Impl {
  Execution execution;
  std::map<std::string, std::string, std::less<>> metadata;
  Recipe recipe;
  std::vector<std::string> labels;
  std::vector<bool> gives_probabilities;  // per output
};

namespace {

// Does the value hold probabilities: the result of a Softmax, or of a sigmoid for each class,
// perhaps under another shape?
bool holds_probabilities(const Graph& graph, ValueId id) {
  while (graph.value(id).producer != kNone) {
    const Node& node = graph.node(graph.value(id).producer);
    if (const auto* softmax = op_cast<SoftmaxOp>(node.op.get()); softmax != nullptr) {
      const Shape& shape = graph.value(id).shape;  // over another axis it says nothing of classes
      const auto extents = softmax->extents(shape);
      return extents.is_ok() && extents->size == shape.elements();
    }
    const std::string_view type = node.op->type();
    if (type == "Sigmoid" || type == "HardSigmoid") return true;
    if (!node.op->is_view()) return false;
    id = node.inputs[0];
  }
  return false;
}

std::vector<std::string> read_labels(
    const std::map<std::string, std::string, std::less<>>& metadata) {
  std::vector<std::string> labels;
  const auto found = metadata.find("gossamer.labels");
  if (found == metadata.end()) return labels;
  for (std::string_view line : split(trim(found->second), '\n')) labels.emplace_back(trim(line));
  return labels;
}

std::map<std::string, std::string, std::less<>> describe(const onnx_model::Model& model) {
  auto metadata = model.metadata;
  metadata["ir_version"] = concat(model.ir_version);
  metadata["producer"] = model.producer;
  const auto opset = model.opsets.find("");
  if (opset != model.opsets.end()) metadata["opset"] = concat(opset->second);
  return metadata;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::create(std::unique_ptr<ModelSource> source,
                                                 const SessionOptions& options) {
  GOSSAMER_ASSIGN(const onnx_model::Model model, onnx_model::decode(*source));
  auto metadata = describe(model);
  const auto stored = metadata.find("gossamer.recipe");
  const std::string_view recipe_text = !options.recipe.empty()    ? std::string_view(options.recipe)
                                       : stored != metadata.end() ? std::string_view(stored->second)
                                                                  : std::string_view();
  GOSSAMER_ASSIGN(const Recipe recipe, parse_recipe(recipe_text));

  GOSSAMER_ASSIGN(Graph graph, import_model(model, op_table(), options.dimensions));
  graph.remove_dead_nodes();
  GOSSAMER_TRY(infer_and_fold(graph));
  std::vector<bool> gives_probabilities;
  for (ValueId output : graph.outputs())
    gives_probabilities.push_back(holds_probabilities(graph, output));
  GOSSAMER_TRY(run_passes(graph));
  GOSSAMER_ASSIGN(auto plan, Plan::make(graph, {.max_memory_bytes = options.max_memory_bytes,
                                                .max_multiply_adds = options.max_multiply_adds}));
  GOSSAMER_ASSIGN(Execution execution, Execution::make(std::move(plan), options.profile));
  std::vector<std::string> labels = read_labels(metadata);
  return std::unique_ptr<Session>(
      new Session(std::make_unique<Impl>(Impl{std::move(execution), std::move(metadata), recipe,
                                              std::move(labels), std::move(gives_probabilities)})));
}

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::~Session() = default;

const std::vector<TensorInfo>& Session::inputs() const {
  return impl_->execution.plan().inputs;
}
const std::vector<TensorInfo>& Session::outputs() const {
  return impl_->execution.plan().outputs;
}
const std::map<std::string, std::string, std::less<>>& Session::metadata() const {
  return impl_->metadata;
}
const std::vector<std::string>& Session::labels() const {
  return impl_->labels;
}
void Session::set_labels(std::vector<std::string> labels) {
  impl_->labels = std::move(labels);
}

MutableTensorView Session::input(int index) {
  const TensorInfo& info = inputs()[static_cast<size_t>(index)];
  return {info.type, info.shape, impl_->execution.input(static_cast<size_t>(index))};
}

TensorView Session::output(int index) const {
  const TensorInfo& info = outputs()[static_cast<size_t>(index)];
  return {info.type, info.shape, impl_->execution.output(static_cast<size_t>(index))};
}

Status Session::set_image(int index, const ImageView& image) {
  if (index < 0 || index >= static_cast<int>(inputs().size())) {
    return Status(Code::kArgument, Stage::kApi, "there is no such input")
        .got(concat(index))
        .expected(concat("0 to ", inputs().size(), " exclusive"));
  }
  return preprocess(image, impl_->recipe, input(index));
}

Status Session::run() {
  return impl_->execution.run();
}

Result<Classification> Session::classify(int output_index, int count) const {
  if (output_index < 0 || output_index >= static_cast<int>(outputs().size())) {
    return Status(Code::kArgument, Stage::kApi, "there is no such output")
        .got(concat(output_index))
        .expected(concat("0 to ", outputs().size(), " exclusive"));
  }
  const TensorView scores = output(output_index);
  const int64_t classes =
      scores.shape.rank() == 0 ? 1 : *std::ranges::max_element(scores.shape.dims());
  if (scores.type != DataType::kFloat32 || scores.elements() != classes || classes == 0) {
    return Status(Code::kArgument, Stage::kApi, "the output is not one row of class scores")
        .tensor(outputs()[static_cast<size_t>(output_index)].name)
        .got(concat(data_type_name(scores.type), " ", scores.shape.to_string()))
        .expected("float32 [1, classes]");
  }
  const auto size = static_cast<size_t>(classes);
  Classification result =
      top_classes({scores.as<float>(), size}, count,
                  impl_->gives_probabilities[static_cast<size_t>(output_index)]);
  for (Category& category : result.categories) {
    const auto index = static_cast<size_t>(category.index);
    category.label = index < impl_->labels.size() ? impl_->labels[index] : concat(category.index);
  }
  return result;
}

std::vector<StepInfo> Session::steps() const {
  std::vector<StepInfo> infos;
  const std::vector<double> milliseconds = impl_->execution.step_milliseconds();
  for (const Step& step : impl_->execution.plan().steps) {
    infos.push_back(step.info);
    if (!milliseconds.empty()) infos.back().milliseconds = milliseconds[infos.size() - 1];
  }
  return infos;
}

MemoryInfo Session::memory() const {
  return impl_->execution.plan().memory;
}

}  // namespace gossamer
