// See import.h.
#include "graph/import.h"

#include <algorithm>

#include "base/text.h"
#include "graph/branch.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::Model;
using onnx_model::NodeDef;
using onnx_model::OpsetMap;
using onnx_model::ValueDef;

// Of inputs, and of outputs. Each is looked for among all of them more than once.
constexpr size_t kMaxEnds = 4096;

Status check_count(std::string_view what, size_t count) {
  if (count <= kMaxEnds) return Status::ok();
  return Status(Code::kLimit, Stage::kGraph, concat("the model has too many ", what))
      .got(concat(count))
      .expected(concat("at most ", kMaxEnds));
}

// The version of the node's domain: its own where it came from a function, else the model's.
int64_t opset_of(const NodeDef& node, const OpsetMap& opsets) {
  if (node.opset != 0) return node.opset;
  const auto found = opsets.find(node.domain);
  return found != opsets.end() ? found->second : 1;
}

// The entry for this operator at this opset; null when there is none.
const OpEntry* find_entry(OpTable table, const NodeDef& node, const OpsetMap& opsets) {
  const int64_t opset = opset_of(node, opsets);
  auto [first, last] =
      std::ranges::equal_range(table, std::string_view(node.op_type), {}, &OpEntry::type);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->domain != node.domain) continue;
    if (opset >= entry->first_opset && opset <= entry->last_opset) return &*entry;
  }
  return nullptr;
}

// Errors: GRAPH, UNSUPPORTED for operator sets that cannot be used.
Result<OpsetMap> known_opsets(const Model& model) {
  const auto found = model.opsets.find("");
  // IR versions before 3 had no opset_import and meant version 1.
  const int64_t opset = found != model.opsets.end() ? found->second : 1;
  const bool needed = std::ranges::any_of(model.nodes, &std::string::empty, &NodeDef::domain);
  if (found == model.opsets.end() && model.ir_version >= 3 && needed) {
    return Status(Code::kGraph, Stage::kGraph, "the model does not say which operator set it uses");
  }
  if (opset < 1 || opset > kMaxOpset) {
    return Status(Code::kUnsupported, Stage::kGraph,
                  "the model uses an operator set that is not supported")
        .got(concat("opset ", opset))
        .expected(concat("1 to ", kMaxOpset))
        .hint("export the model again with a supported opset");
  }
  OpsetMap opsets = model.opsets;
  opsets[""] = opset;
  return opsets;
}

Status check_operators(const GraphDef& graph, OpTable table, const OpsetMap& opsets) {
  std::map<std::string, int> missing;
  for (const NodeDef& node : graph.nodes) {
    if (find_entry(table, node, opsets) != nullptr || is_branch(node)) continue;
    ++missing[node.domain.empty() ? node.op_type : concat(node.domain, ".", node.op_type)];
  }
  if (missing.empty()) return Status::ok();
  std::string list;
  for (const auto& [type, count] : missing) {
    list += concat(list.empty() ? "" : ", ", type.empty() ? "(no type)" : type, " x", count);
  }
  return Status(
             Code::kUnsupported, Stage::kGraph,
             concat("the model uses operators that are not supported (opset ", opsets.at(""), ")"))
      .got(list)
      .hint("docs/OPERATORS.md lists what is supported");
}

// Resolves names to values while the graph is built.
class Importer {
 public:
  // Adds the nodes of `def` to `graph`. `outer` are the names that are known already.
  Importer(Graph& graph, const GraphDef& def, OpTable table, const OpsetMap& opsets,
           ValueNames outer = {})
      : graph_(graph),
        def_(def),
        table_(table),
        opsets_(opsets),
        by_name_(std::move(outer)),
        first_(graph.node_count()) {}

  Status run(const DimensionMap& dimensions) {
    GOSSAMER_TRY(initializers());
    GOSSAMER_TRY(inputs(dimensions));
    GOSSAMER_TRY(nodes());
    GOSSAMER_TRY(outputs());
    return check_acyclic();
  }

  // A subgraph, which has no inputs of its own. Its outputs become those of `node`.
  Status run_branch(const std::vector<ValueId>& outputs) {
    if (def_.outputs.size() != outputs.size()) {
      return Status(Code::kGraph, Stage::kGraph, "a branch has another number of outputs")
          .got(concat(def_.outputs.size()))
          .expected(concat(outputs.size()));
    }
    GOSSAMER_TRY(initializers());
    GOSSAMER_TRY(nodes());
    for (size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i] == kNone) continue;
      const std::string to = concat("@", i);  // no name in the branch can be this one's twin:
      by_name_[to] = outputs[i];              // it replaces it
      GOSSAMER_TRY(
          add_node({.op_type = "Identity", .inputs = {def_.outputs[i].name}, .outputs = {to}}));
    }
    return check_acyclic();
  }

 private:
  Status initializers() {
    for (const auto& initializer : def_.initializers) {
      GOSSAMER_ASSIGN(const ValueId id, define(initializer.name));
      Value& value = graph_.value(id);
      value.type = initializer.constant->type();
      value.shape = initializer.constant->shape();
      value.constant = initializer.constant;
    }
    return Status::ok();
  }

  Status nodes() {
    for (const NodeDef& node : def_.nodes) {
      for (const std::string& output : node.outputs) {
        if (!output.empty()) GOSSAMER_TRY(define(output).status());
      }
    }
    for (size_t i = 0; i < def_.nodes.size(); ++i) {
      Status added = add_node(def_.nodes[i]);
      if (added.is_ok()) continue;
      const std::string& name = def_.nodes[i].name;
      return std::move(added).at_node(name.empty() ? concat("#", i) : name, def_.nodes[i].op_type);
    }
    return Status::ok();
  }

  Result<ValueId> define(const std::string& name) {
    if (name.empty()) return Status(Code::kGraph, Stage::kGraph, "a value has no name");
    if (by_name_.contains(name)) {
      return Status(Code::kGraph, Stage::kGraph, "two values have the same name").tensor(name);
    }
    const ValueId id = graph_.add_value(name);
    by_name_.emplace(name, id);
    return id;
  }

  Status inputs(const DimensionMap& dimensions) {
    std::vector<ValueId> ids;
    for (const ValueDef& input : def_.inputs) {
      const auto known = by_name_.find(input.name);
      // Before IR version 4 every initializer had to be listed as an input as well.
      if (known != by_name_.end() && graph_.value(known->second).constant != nullptr) continue;
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
      const auto given =
          dimensions.find(dim.symbol.empty() ? concat(input.name, ".", axis) : dim.symbol);
      int64_t extent = dim.value;
      if (extent < 0) extent = given != dimensions.end() ? given->second : kUnknownExtent;
      open = open || extent == kUnknownExtent;
      value.shape.push_back(extent);
    }
    if (open || checked_bytes(value.type, value.shape).has_value()) return Status::ok();
    return Status(Code::kShape, Stage::kGraph, "input is too large").got(value.shape.to_string());
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
    if (is_branch(def)) {
      GOSSAMER_ASSIGN(auto branch, BranchOp::make(def, by_name_, table_, opsets_, inputs));
      graph_.add_node(def.name, std::move(branch), std::move(inputs), std::move(outputs));
      return Status::ok();
    }
    AttributeReader attributes(def, static_cast<int>(opset_of(def, opsets_)));
    auto op = find_entry(table_, def, opsets_)->make(attributes);
    if (!op.is_ok()) return std::move(op).status();  // it may have left attributes unread
    GOSSAMER_TRY(attributes.finish());
    graph_.add_node(def.name, std::move(op).value(), std::move(inputs), std::move(outputs));
    return Status::ok();
  }

  Status outputs() {
    GOSSAMER_TRY(check_count("outputs", def_.outputs.size()));
    std::vector<ValueId> ids;
    for (const ValueDef& output : def_.outputs) {
      const auto found = by_name_.find(output.name);
      if (found == by_name_.end()) {
        return Status(Code::kGraph, Stage::kGraph, "the model's output is not defined")
            .tensor(output.name);
      }
      if (std::ranges::find(ids, found->second) != ids.end()) {
        return Status(Code::kGraph, Stage::kGraph, "the model lists an output twice")
            .tensor(output.name);
      }
      ids.push_back(found->second);
    }
    if (ids.empty()) return Status(Code::kGraph, Stage::kGraph, "the model has no outputs");
    graph_.set_outputs(std::move(ids));
    return Status::ok();
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
  OpTable table_;
  const OpsetMap& opsets_;
  ValueNames by_name_;
  NodeId first_;  // that was added
};

}  // namespace

Result<Graph> import_model(const Model& model, OpTable table, const DimensionMap& dimensions) {
  GOSSAMER_ASSIGN(const OpsetMap opsets, known_opsets(model));
  GOSSAMER_TRY(check_operators(model, table, opsets));
  Graph graph;
  GOSSAMER_TRY(Importer(graph, model, table, opsets).run(dimensions));
  return graph;
}

Status import_branch(Graph& graph, const BranchOp& branch, const GraphDef& def, ValueNames outer,
                     const std::vector<ValueId>& outputs) {
  GOSSAMER_TRY(check_operators(def, branch.table(), branch.opsets()));
  return Importer(graph, def, branch.table(), branch.opsets(), std::move(outer))
      .run_branch(outputs);
}

}  // namespace gossamer
