// See macro.h.
#include "graph/macro.h"

#include "base/text.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;

// Long texts count as several.
size_t names_in(const std::string& text) {
  return 1 + text.size() / 16;
}
size_t names_in(const std::vector<std::string>& texts) {
  size_t names = 0;
  for (const auto& text : texts) names += names_in(text);
  return names;
}

// About how many names and numbers a copy of the graph's nodes holds, or looks at: those of graphs
// inside it, too, though they may never be needed. As deep as graphs are nested, which the scan has
// limited.
size_t names_in(const GraphDef& def) {
  size_t names = def.initializers.size() + def.inputs.size() + def.outputs.size();
  for (const auto& initializer : def.initializers) {
    if (initializer.constant != nullptr) names += initializer.constant->texts().size();
  }
  for (const auto& node : def.nodes) {
    names += names_in(node.name) + names_in(node.inputs) + names_in(node.outputs);
    for (const auto& attribute : node.attributes) {
      names += names_in(attribute.s) + attribute.ints.size() + attribute.floats.size() +
               names_in(attribute.strings);
      if (attribute.g != nullptr) names += names_in(*attribute.g);
      // A Constant shares its tensor with the model; others make tables of theirs.
      if (attribute.t == nullptr) continue;
      names += node.op_type == "Constant" ? attribute.t->texts().size()
                                          : static_cast<size_t>(attribute.t->shape().elements());
    }
  }
  return names;
}

// The names of added nodes and values begin with the node's own, which may be of any length.
std::string short_name(const Node& node, std::string_view added) {
  constexpr size_t kMaxPrefix = 100;
  return concat(std::string_view(node.name).substr(0, kMaxPrefix), "/", added);
}

}  // namespace

Status MacroOp::infer(OpContext& /*context*/) const {
  return Status(Code::kInternal, Stage::kGraph, "an operator was not expanded");
}

Status MacroOp::evaluate(const EvaluateArgs& /*args*/) const {
  return Status(Code::kInternal, Stage::kRun, "an operator was not expanded");
}

Expansion::Expansion(Graph& graph, NodeId id, ExpansionBudget& budget, InferFrom infer_from)
    : graph_(graph), node_(graph.node(id)), budget_(budget), infer_from_(std::move(infer_from)) {
  graph_.remove_node(id);
}

bool Expansion::has_input(int i) const {
  return i < input_count() && input(i) != kNone;
}

bool Expansion::wants_output(int i) const {
  return i < output_count() && node_.outputs[static_cast<size_t>(i)] != kNone;
}

Result<std::shared_ptr<const Constant>> Expansion::known(ValueId id, std::string_view meaning) {
  if (value(id).constant != nullptr) return read_whole(value(id).constant);
  unknown_ = id;
  return Status(Code::kUnsupported, Stage::kGraph,
                concat(meaning, " is only known while the network runs"))
      .tensor(value(id).name);
}

Status Expansion::misfit(ValueId id, std::string_view message) const {
  const Value& got = value(id);
  return Status(Code::kShape, Stage::kGraph, message)
      .tensor(got.name)
      .got(concat(data_type_name(got.type), " ", got.shape.to_string()));
}

Result<bool> Expansion::known_condition(ValueId id) {
  GOSSAMER_ASSIGN(const auto constant, known(id, "the condition of a branch or loop"));
  const TensorView view = constant->view();
  if (view.type == DataType::kBool && view.elements() == 1) return view.as<uint8_t>()[0] != 0;
  return misfit(id, "the condition of a branch or loop must be one bool");
}

Result<int64_t> Expansion::known_number(ValueId id) {
  GOSSAMER_ASSIGN(const auto list, known_list(id));
  if (list.size() == 1) return list[0];
  return misfit(id, "the value must be one whole number");
}

Result<std::vector<int64_t>> Expansion::known_list(ValueId id) {
  GOSSAMER_ASSIGN(const auto constant, known(id, "a count or position"));
  const TensorView view = constant->view();
  const bool wide = view.type == DataType::kInt64;
  if ((!wide && view.type != DataType::kInt32) || view.shape.rank() > 1) {
    return misfit(id, "the value must be a list of whole numbers");
  }
  std::vector<int64_t> list(static_cast<size_t>(view.elements()));
  for (size_t i = 0; i < list.size(); ++i) {
    list[i] = wide ? view.as<int64_t>()[i] : view.as<int32_t>()[i];
  }
  return list;
}

Result<std::shared_ptr<const Sequence>> Expansion::sequence(int i) const {
  if (has_input(i) && value(input(i)).sequence != nullptr) return value(input(i)).sequence;
  return Status(Code::kShape, Stage::kGraph, concat("input ", i, " must be a sequence"));
}

Status Expansion::charge(int64_t nodes, int64_t names) {
  if (nodes > budget_.nodes || names > budget_.names) {
    const ExpansionBudget most;
    return Status(Code::kLimit, Stage::kGraph, "branches, loops and sequences make too many nodes")
        .expected(concat("at most ", most.nodes, " nodes and ", most.names, " names"));
  }
  budget_.nodes -= nodes;
  budget_.names -= names;
  return Status::ok();
}

Status Expansion::reserve(int64_t names) {
  GOSSAMER_TRY(charge(0, names));
  budget_.names += names;  // which will be charged again as they come
  return Status::ok();
}

Result<std::vector<ValueId>> Expansion::add(std::string_view name, std::shared_ptr<const Op> op,
                                            std::vector<ValueId> inputs, size_t outputs) {
  GOSSAMER_TRY(charge(1, static_cast<int64_t>(inputs.size() + outputs)));
  const std::string label = short_name(node_, name);
  std::vector<ValueId> results;
  for (size_t i = 0; i < outputs; ++i) results.push_back(graph_.add_value(label));
  const NodeId id = graph_.add_node(label, std::move(op), std::move(inputs), results);
  GOSSAMER_TRY(infer_from_(id));
  return results;
}

Result<ValueId> Expansion::add(std::string_view name, std::shared_ptr<const Op> op,
                               std::vector<ValueId> inputs) {
  GOSSAMER_ASSIGN(const auto results, add(name, std::move(op), std::move(inputs), 1));
  return results[0];
}

ValueId Expansion::add_constant(std::string_view name, std::shared_ptr<const Constant> constant) {
  budget_.names -= 80;  // the memory of so many; what is charged next meets the limit
  return graph_.add_constant(short_name(node_, name), std::move(constant));
}

Result<std::vector<ValueId>> Expansion::add(const GraphDef& def, const Surroundings& surroundings,
                                            const std::vector<ValueId>& arguments) {
  if (def.inputs.size() != arguments.size()) {
    return Status(Code::kGraph, Stage::kGraph, "the inner graph has another number of inputs")
        .got(concat(def.inputs.size()))
        .expected(concat(arguments.size()));
  }
  GOSSAMER_TRY(charge(static_cast<int64_t>(def.nodes.size()),
                      static_cast<int64_t>(names_in(def) + surroundings.names.size())));
  ValueNames names;
  const size_t first_outer = node_.inputs.size() - surroundings.names.size();
  for (size_t i = 0; i < surroundings.names.size(); ++i) {
    names[surroundings.names[i]] = node_.inputs[first_outer + i];
  }
  for (size_t i = 0; i < arguments.size(); ++i) names[def.inputs[i].name] = arguments[i];
  const NodeId first = graph_.node_count();
  GOSSAMER_ASSIGN(auto outputs,
                  import_subgraph(graph_, def, surroundings.opsets, std::move(names)));
  GOSSAMER_TRY(infer_from_(first));
  return outputs;
}

Status Expansion::give(int i, ValueId value, std::shared_ptr<const Op> identity) {
  if (!wants_output(i)) return Status::ok();
  const ValueId output = node_.outputs[static_cast<size_t>(i)];
  const Value& from = graph_.value(value);
  Value& to = graph_.value(output);
  to.type = from.type;
  to.shape = from.shape;
  to.constant = from.constant;
  to.sequence = from.sequence;
  if (to.constant == nullptr && to.sequence == nullptr) {
    graph_.add_node(node_.name, std::move(identity), {value}, {output});
  }
  return Status::ok();
}

Status Expansion::give(int i, Sequence sequence) {
  if (!wants_output(i)) return Status::ok();
  GOSSAMER_TRY(charge(0, static_cast<int64_t>(sequence.size())));
  graph_.value(node_.outputs[static_cast<size_t>(i)]).sequence =
      std::make_shared<const Sequence>(std::move(sequence));
  return Status::ok();
}

}  // namespace gossamer
