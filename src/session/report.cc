// See report.h.
#include "session/report.h"

#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "graph/import.h"
#include "graph/opsets.h"
#include "onnx/decode.h"
#include "ops/constant.h"
#include "ops/registry.h"
#include "session/image_properties.h"
#include "session/properties.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::ValueDef;

// The model's source without the files beside it. They seem to be there, and as large as need be,
// but nothing can be read.
class WithoutFiles final : public ModelSource {
 public:
  explicit WithoutFiles(const ModelSource& model) : model_(model) {}
  uint64_t size() const override { return model_.size(); }
  Status read(uint64_t offset, std::span<std::byte> target) const override {
    return model_.read(offset, target);
  }
  Result<const ModelSource*> external(std::string_view /*name*/) const override { return &absent_; }

 private:
  class Absent final : public ModelSource {
   public:
    uint64_t size() const override { return UINT64_MAX; }
    Status read(uint64_t /*offset*/, std::span<std::byte> /*target*/) const override {
      return Status(Code::kIo, Stage::kDecode, "the files beside the model are not read");
    }
  };

  const ModelSource& model_;
  Absent absent_;
};

bool is_parameter(DataType type) {
  return type != DataType::kInt32 && type != DataType::kInt64 && type != DataType::kBool &&
         type != DataType::kString;
}

int64_t count_parameters(const Constant& constant) {
  return is_parameter(constant.type()) ? constant.shape().elements() : 0;
}

struct Count {
  int64_t nodes = 0;
  bool supported = true;
};

// What a graph and those inside it consist of, without what nobody needs.
struct Totals {
  std::map<std::pair<std::string, std::string>, Count> operators;  // by domain and name
  int64_t nodes = 0;
  int64_t parameters = 0;
  uint64_t weight_bytes = 0;

  void add(const std::shared_ptr<const Constant>& constant) {
    if (constant == nullptr) return;
    const int64_t elements = count_parameters(*constant);
    parameters += elements;
    weight_bytes += file_bytes(constant->type(), elements);
  }

  // As deep as graphs are nested, which the scan has limited.
  void add(const GraphDef& graph, const Opsets& opsets) {
    const LiveParts live = find_live(graph);
    for (size_t i = 0; i < graph.initializers.size(); ++i) {
      if (live.initializers[i]) add(graph.initializers[i].constant);
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      if (!live.nodes[i]) continue;
      const onnx_model::NodeDef& node = graph.nodes[i];
      Count& count = operators[{node.domain, node.op_type}];
      ++count.nodes;
      ++nodes;
      count.supported = count.supported && opsets.find(node) != nullptr;
      for (const auto& attribute : node.attributes) {
        add(attribute.t);
        if (attribute.g != nullptr) add(*attribute.g, opsets);
      }
    }
  }
};

void write_values(JsonWriter& json, std::string_view key, const std::vector<ValueDef>& values,
                  const std::set<std::string_view>& left_out) {
  json.key(key).begin_array();
  for (const ValueDef& value : values) {
    if (left_out.contains(value.name)) continue;
    json.begin_object()
        .member("name", value.name)
        .member("type", data_type_name(value.type))
        .member("kind", value.kind)
        .key("shape")
        .begin_array();
    for (const onnx_model::Dimension& dim : value.dims) {
      if (dim.value < 0 && !dim.symbol.empty()) {
        json.value(dim.symbol);
      } else {
        json.value(dim.value);
      }
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void write_names(JsonWriter& json, std::string_view key, const Graph& graph,
                 const std::vector<ValueId>& ids) {
  json.key(key).begin_array();
  for (const ValueId id : ids) {
    if (id != kNone && graph.value(id).constant == nullptr) json.value(graph.value(id).name);
  }
  json.end_array();
}

void write_nodes(JsonWriter& json, Graph graph) {
  graph.remove_dead_nodes();
  for (const NodeId id : graph.topological_order()) {
    const Node& node = graph.node(id);
    json.begin_object().member("label", graph.node_label(id)).member("op", node.op->type());
    write_names(json, "inputs", graph, node.inputs);
    write_names(json, "outputs", graph, node.outputs);
    const auto* stored = op_cast<ConstantOp>(node.op.get());
    int64_t parameters = stored != nullptr ? count_parameters(*stored->value()) : 0;
    for (const ValueId input : node.inputs) {
      if (input == kNone || graph.value(input).constant == nullptr) continue;
      parameters += count_parameters(*graph.value(input).constant);
    }
    json.member("parameters", parameters).end_object();
  }
}

void write_model(JsonWriter& json, const onnx_model::Model& model) {
  json.member("ir_version", model.ir_version)
      .member("producer", model.producer)
      .key("opsets")
      .begin_object();
  for (const auto& [domain, version] : model.opsets) json.member(domain, version);
  json.end_object().key("metadata").begin_object();
  for (const auto& [key, value] : model.metadata) json.member(key, value);
  const std::string recipe = recipe_of_image_properties(model.metadata);
  if (!recipe.empty() && !model.metadata.contains(kRecipeProperty)) {
    json.member(kRecipeProperty, recipe);
  }
  json.end_object();
  // Before IR version 4 every initializer was an input as well.
  std::set<std::string_view> stored;
  for (const auto& initializer : model.initializers) stored.insert(initializer.name);
  write_values(json, "inputs", model.inputs, stored);
  write_values(json, "outputs", model.outputs, {});
}

void write_totals(JsonWriter& json, const Totals& totals) {
  json.key("operators").begin_array();
  for (const auto& [name, count] : totals.operators) {
    json.begin_object()
        .member("domain", name.first)
        .member("name", name.second)
        .member("count", count.nodes)
        .member("supported", count.supported)
        .end_object();
  }
  json.end_array()
      .member("node_count", totals.nodes)
      .member("parameters", totals.parameters)
      .member("weight_bytes", totals.weight_bytes);
}

}  // namespace

Result<std::string> report_json(const ModelSource& source) {
  const WithoutFiles alone(source);
  GOSSAMER_ASSIGN(onnx_model::Model model, onnx_model::decode(alone));
  GOSSAMER_TRY(replace_functions(model));
  GOSSAMER_ASSIGN(const Opsets opsets, Opsets::make(model, op_table()));
  Totals totals;
  totals.add(model, opsets);
  JsonWriter json;
  json.begin_object();
  write_model(json, model);
  write_totals(json, totals);
  json.key("nodes").begin_array();
  auto graph = import_model(model, op_table(), {});
  if (graph.is_ok()) write_nodes(json, std::move(graph).value());
  return json.end_array().end_object().text();
}

}  // namespace gossamer
