// See blueprint.h.
#include "session/blueprint.h"

#include <algorithm>

#include "base/text.h"
#include "graph/import.h"
#include "graph/infer.h"
#include "ops/labels.h"
#include "ops/registry.h"
#include "passes/float64.h"
#include "passes/pipeline.h"
#include "session/open_extents.h"

namespace gossamer {
namespace {

// ZipMap's result, which the model says is a sequence of maps.
bool is_map(const Graph& graph, ValueId output) {
  const NodeId producer = graph.value(output).producer;
  return producer != kNone && graph.op_as<ZipMapOp>(producer) != nullptr;
}

Result<PreparedPlan> prepare(Graph& graph, const PlanOptions& options) {
  PreparedPlan prepared;
  prepared.outputs = read_outputs(graph);
  prepared.class_names = class_names(graph);
  GOSSAMER_TRY(run_passes(graph));
  GOSSAMER_ASSIGN(prepared.plan, Plan::make(graph, options));
  return prepared;
}

// What the model says of an output before its shape is inferred.
TensorInfo declared(const onnx_model::ValueDef& value) {
  TensorInfo info{value.name, value.type, {}};
  for (size_t axis = 0; axis < std::min<size_t>(value.dims.size(), Shape::kMaxRank); ++axis) {
    info.shape.push_back(std::max(value.dims[axis].value, kUnknownExtent));
  }
  return info;
}

}  // namespace

Result<Blueprint> Blueprint::make(const onnx_model::Model& model, const SessionOptions& options) {
  GOSSAMER_ASSIGN(Graph graph, import_model(model, op_table(), options.dimensions));
  graph.remove_dead_nodes();
  settle_channels(graph);
  GOSSAMER_TRY(check_float64(graph));
  Blueprint blueprint(std::move(graph), {.small_weights = options.small_weights,
                                         .max_memory_bytes = options.max_memory_bytes,
                                         .max_multiply_adds = options.max_multiply_adds,
                                         .threads = options.threads});
  for (ValueId id : blueprint.graph_.inputs()) {
    const Value& value = blueprint.graph_.value(id);
    blueprint.inputs_.push_back({value.name, value.type, value.shape});
  }
  for (size_t i = 0; i < model.outputs.size(); ++i) {
    TensorInfo info = declared(model.outputs[i]);
    info.is_map = is_map(blueprint.graph_, blueprint.graph_.outputs()[i]);
    if (info.is_map) info.type = DataType::kFloat32;
    blueprint.outputs_.push_back(info);
  }
  blueprint.decides_shapes_.resize(blueprint.inputs_.size());
  return blueprint;
}

// Marks the inputs that the value is computed from; false when all of them were marked before.
bool Blueprint::mark_inputs_behind(const Graph& graph, ValueId value) {
  std::vector<bool> seen(static_cast<size_t>(graph.value_count()));
  std::vector<ValueId> pending = {value};
  bool marked = false;
  while (!pending.empty()) {
    const ValueId id = pending.back();
    pending.pop_back();
    if (id == kNone || seen[static_cast<size_t>(id)]) continue;
    seen[static_cast<size_t>(id)] = true;
    const auto input = std::ranges::find(graph.inputs(), id) - graph.inputs().begin();
    if (input < std::ssize(graph.inputs())) {
      marked = marked || !decides_shapes_[static_cast<size_t>(input)];
      decides_shapes_[static_cast<size_t>(input)] = true;
    }
    const NodeId producer = graph.value(id).producer;
    if (producer == kNone) continue;
    const auto& behind = graph.node(producer).inputs;
    pending.insert(pending.end(), behind.begin(), behind.end());
  }
  return marked;
}

Result<PreparedPlan> Blueprint::plan(const std::vector<TensorView>& inputs) {
  // A walk over the graph for each input that turns out to decide shapes: real models have few. All
  // but the last may take as much work as one together.
  double share = 0;
  while (share < 1) {
    Graph graph = graph_;
    for (size_t i = 0; i < inputs.size(); ++i) {
      Value& value = graph.value(graph.inputs()[i]);
      value.shape = inputs[i].shape;
      // An extent that was open may make too large what was not judged before.
      Status size = check_size(value.type, value.shape);
      if (!size.is_ok()) return std::move(size).tensor(value.name);
      if (!decides_shapes_[i]) continue;
      if (inputs[i].data == nullptr && inputs[i].elements() > 0) return PreparedPlan();
      GOSSAMER_ASSIGN(value.constant, Constant::copy_of(inputs[i]));
    }
    ValueId unknown = kNone;
    Status inferred = infer_and_fold(graph, &unknown, &share);
    if (inferred.is_ok()) return prepare(graph, options_);
    if (unknown == kNone || !mark_inputs_behind(graph, unknown)) return inferred;
  }
  return Status(
      Code::kLimit, Stage::kGraph,
      "inputs decide shapes one after another, and all before is computed anew each time");
}

}  // namespace gossamer
