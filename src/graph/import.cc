// See import.h.
#include "graph/import.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "graph/macro.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::Model;
using onnx_model::NodeDef;
using onnx_model::ValueDef;

// Of inputs, and of outputs. Each is looked for among all of them more than once.
constexpr size_t kMaxEnds = 4096;

Status check_count(std::string_view what, size_t count) {
  if (count <= kMaxEnds) return Status::ok();
  return Status(Code::kLimit, Stage::kGraph, concat("the model has too many ", what))
      .got(concat(count))
      .expected(concat("at most ", kMaxEnds));
}

// Resolves names to values while the graph is built. What nobody needs is left out, but its names
// count: two values of one name are always a mistake.
class Importer {
 public:
  // Adds the nodes of `def` to `graph`. `outer` are the names that are known already.
  Importer(Graph& graph, const GraphDef& def, std::shared_ptr<const Opsets> opsets,
           ValueNames outer = {})
      : graph_(graph),
        def_(def),
        opsets_(std::move(opsets)),
        by_name_(std::move(outer)),
        live_(find_live(def)),
        first_(graph.node_count()) {}

  Status run(const DimensionMap& dimensions) {
    GOSSAMER_TRY(opsets_->check(def_, live_));
    GOSSAMER_TRY(initializers());
    GOSSAMER_TRY(inputs(dimensions));
    GOSSAMER_TRY(nodes());
    GOSSAMER_TRY(outputs());
    return check_acyclic();
  }

  // A graph inside another, whose inputs are among the names that were known. Gives its outputs.
  Result<std::vector<ValueId>> run_inner() {
    GOSSAMER_TRY(opsets_->check(def_, live_));
    GOSSAMER_TRY(initializers());
    GOSSAMER_TRY(nodes());
    GOSSAMER_TRY(check_acyclic());
    std::vector<ValueId> ids;
    for (const ValueDef& output : def_.outputs) {
      GOSSAMER_ASSIGN(const ValueId id, output_value(output.name));
      ids.push_back(id);
    }
    return ids;
  }

 private:
  Status initializers() {
    for (size_t i = 0; i < def_.initializers.size(); ++i) {
      const auto& initializer = def_.initializers[i];
      if (!live_.initializers[i]) {
        GOSSAMER_TRY(reserve(initializer.name));
        continue;
      }
      if (!initializer.problem.is_ok()) return initializer.problem;
      GOSSAMER_ASSIGN(const ValueId id, define(initializer.name));
      Value& value = graph_.value(id);
      value.type = initializer.constant->type();
      value.shape = initializer.constant->shape();
      GOSSAMER_ASSIGN(value.constant, graph_.strings()->adopt(initializer.constant));
    }
    return Status::ok();
  }

  Status nodes() {
    for (size_t i = 0; i < def_.nodes.size(); ++i) {
      for (const std::string& output : def_.nodes[i].outputs) {
        if (output.empty()) continue;
        GOSSAMER_TRY(is_wanted(i, output) ? define(output).status() : reserve(output));
      }
    }
    for (size_t i = 0; i < def_.nodes.size(); ++i) {
      if (!live_.nodes[i]) continue;
      Status added = add_node(def_.nodes[i]);
      if (added.is_ok()) continue;
      const std::string& name = def_.nodes[i].name;
      return std::move(added).at_node(name.empty() ? concat("#", i) : name, def_.nodes[i].op_type);
    }
    return Status::ok();
  }

  // Outputs that nobody needs are not computed; but operators rely on their first.
  bool is_wanted(size_t node, const std::string& output) const {
    if (live_.needed.contains(output)) return true;
    return live_.nodes[node] && &output == def_.nodes[node].outputs.data();
  }

  // Takes the name of a value that is not made, because nobody needs it.
  Status reserve(std::string_view name) {
    if (name.empty()) return Status(Code::kGraph, Stage::kGraph, "a value has no name");
    if (by_name_.emplace(name, kNone).second) return Status::ok();
    return Status(Code::kGraph, Stage::kGraph, "two values have the same name").tensor(name);
  }

  Result<ValueId> define(std::string_view name) {
    GOSSAMER_TRY(reserve(name));
    return by_name_[name] = graph_.add_value(std::string(name));
  }

  Status inputs(const DimensionMap& dimensions) {
    std::set<std::string_view> initializers;
    for (const auto& initializer : def_.initializers) initializers.insert(initializer.name);
    std::vector<ValueId> ids;
    for (const ValueDef& input : def_.inputs) {
      // Before IR version 4 every initializer had to be listed as an input as well.
      if (initializers.contains(input.name)) continue;
      GOSSAMER_ASSIGN(const ValueId id, define(input.name));
      Status bound = bind(input, dimensions, graph_.value(id));
      if (!bound.is_ok()) return std::move(bound).tensor(input.name);
      ids.push_back(id);
    }
    graph_.set_inputs(std::move(ids));
    return check_count("inputs", graph_.inputs().size());
  }

  static Status bind(const ValueDef& input, const DimensionMap& dimensions, Value& value) {
    if (input.kind != "tensor") {
      return Status(Code::kUnsupported, Stage::kGraph, "input is not a tensor")
          .got(input.kind)
          .expected("tensor");
    }
    if (data_type_size(input.type) == 0) {
      return Status(Code::kUnsupported, Stage::kGraph,
                    "input has an element type that is not supported")
          .got(data_type_name(input.type));
    }
    if (!input.has_shape) {
      return Status(Code::kShape, Stage::kGraph, "the model does not state the input's shape");
    }
    if (input.dims.size() > Shape::kMaxRank) {
      return Status(Code::kUnsupported, Stage::kGraph, "input has too many dimensions")
          .got(concat(input.dims.size()))
          .expected(concat("at most ", Shape::kMaxRank));
    }
    value.type = input.type;
    bool open = false;
    for (size_t axis = 0; axis < input.dims.size(); ++axis) {
      const auto& dim = input.dims[axis];
      // By place first: a symbol may stand for several extents, as "?" does.
      auto given = dimensions.find(concat(input.name, ".", axis));
      if (given == dimensions.end()) given = dimensions.find(dim.symbol);
      int64_t extent = dim.value;
      if (extent < 0) extent = given != dimensions.end() ? given->second : kUnknownExtent;
      open = open || extent == kUnknownExtent;
      value.shape.push_back(extent);
    }
    return open ? Status::ok() : check_size(value.type, value.shape);
  }

  Status add_node(const NodeDef& def) {
    std::vector<ValueId> inputs;
    for (const std::string& name : def.inputs) {
      if (name.empty()) {
        inputs.push_back(kNone);
        continue;
      }
      const auto found = by_name_.find(name);
      if (found == by_name_.end()) {
        return Status(Code::kGraph, Stage::kGraph, "node reads a value that nothing defines")
            .tensor(name);
      }
      inputs.push_back(found->second);
    }
    std::vector<ValueId> outputs;
    for (const std::string& name : def.outputs) {
      outputs.push_back(name.empty() ? kNone : by_name_.find(name)->second);
    }
    if (outputs.empty()) return Status(Code::kGraph, Stage::kGraph, "node has no outputs");
    std::vector<bool> wanted;
    for (const ValueId output : outputs) wanted.push_back(output != kNone);
    AttributeReader attributes(def, opsets_->version_of(def), *graph_.strings(),
                               surroundings_of(def, inputs), std::move(wanted));
    auto op = opsets_->find(def)->make(attributes);
    if (!op.is_ok()) return std::move(op).status();  // it may have left attributes unread
    GOSSAMER_TRY(attributes.finish());
    graph_.add_node(def.name, std::move(op).value(), std::move(inputs), std::move(outputs));
    return Status::ok();
  }

  // What the graphs in the node's attributes read of those around them, which is added to its
  // inputs; null when there are no graphs.
  std::shared_ptr<const Surroundings> surroundings_of(const NodeDef& def,
                                                      std::vector<ValueId>& inputs) const {
    std::shared_ptr<Surroundings> surroundings;
    std::set<std::string_view> names;
    for (const auto& attribute : def.attributes) {
      if (attribute.g == nullptr) continue;
      if (surroundings == nullptr) surroundings = std::make_shared<Surroundings>(opsets_);
      for (const std::string_view name : find_live(*attribute.g).free) names.insert(name);
    }
    for (const std::string_view name : names) {
      const auto known = by_name_.find(name);
      if (known == by_name_.end()) continue;  // a mistake that the import of the inner graph finds
      surroundings->names.push_back(name);
      inputs.push_back(known->second);
    }
    return surroundings;
  }

  Status outputs() {
    GOSSAMER_TRY(check_count("outputs", def_.outputs.size()));
    std::vector<ValueId> ids;
    for (const ValueDef& output : def_.outputs) {
      GOSSAMER_ASSIGN(const ValueId id, output_value(output.name));
      if (std::ranges::find(ids, id) != ids.end()) {
        return Status(Code::kGraph, Stage::kGraph, "the model lists an output twice")
            .tensor(output.name);
      }
      ids.push_back(id);
    }
    if (ids.empty()) return Status(Code::kGraph, Stage::kGraph, "the model has no outputs");
    graph_.set_outputs(std::move(ids));
    return Status::ok();
  }

  Result<ValueId> output_value(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found != by_name_.end()) return found->second;
    return Status(Code::kGraph, Stage::kGraph, "the graph's output is not defined").tensor(name);
  }

  // Of the nodes that were added. A branch may hold a few of very many nodes: the others take no
  // time.
  Status check_acyclic() {
    std::vector<bool> reached(static_cast<size_t>(graph_.node_count() - first_), false);
    for (NodeId id : graph_.topological_order(first_)) {
      reached[static_cast<size_t>(id - first_)] = true;
    }
    NodeId stuck = first_;
    for (; stuck < graph_.node_count(); ++stuck) {
      if (graph_.node(stuck).op != nullptr && !reached[static_cast<size_t>(stuck - first_)]) break;
    }
    if (stuck == graph_.node_count()) return Status::ok();
    return Status(Code::kGraph, Stage::kGraph, "the graph has a cycle")
        .at_node(graph_.node_label(stuck), graph_.node(stuck).op->type());
  }

  Graph& graph_;
  const GraphDef& def_;
  std::shared_ptr<const Opsets> opsets_;
  ValueNames by_name_;  // kNone: nobody needs it
  LiveParts live_;
  NodeId first_;  // that was added
};

}  // namespace

Result<Graph> import_model(const Model& model, OpTable table, const DimensionMap& dimensions) {
  GOSSAMER_ASSIGN(Opsets opsets, Opsets::make(model, table));
  Graph graph;
  GOSSAMER_TRY(
      Importer(graph, model, std::make_shared<const Opsets>(std::move(opsets))).run(dimensions));
  return graph;
}

Result<std::vector<ValueId>> import_subgraph(Graph& graph, const GraphDef& def,
                                             const std::shared_ptr<const Opsets>& opsets,
                                             ValueNames names) {
  return Importer(graph, def, opsets, std::move(names)).run_inner();
}

}  // namespace gossamer
