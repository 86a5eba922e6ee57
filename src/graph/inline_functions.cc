// See inline_functions.h.
#include "graph/inline_functions.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

#include "base/text.h"

namespace gossamer {
namespace {

using onnx_model::Attribute;
using onnx_model::FunctionDef;
using onnx_model::GraphDef;
using onnx_model::NodeDef;

constexpr int kMaxDepth = 16;
constexpr size_t kMaxNodes = 20'000;            // as in a model's file
constexpr size_t kMaxBytes = size_t{16} << 20;  // of everything that calls copy

using Names = std::map<std::string, std::string>;  // inside the body -> outside
using Attributes = std::map<std::string_view, const Attribute*>;

Status limit(std::string_view what, size_t most) {
  return Status(Code::kLimit, Stage::kGraph, concat("the model's functions ", what))
      .expected(concat("at most ", most));
}

// About the memory that a copy takes: calls of a large body multiply it.
size_t bytes_of(const NodeDef& node);
size_t bytes_of(const Attribute& attribute);
size_t bytes_of(const std::string& text) {
  return 64 + text.size();
}
template <typename T>
size_t bytes_of(const std::vector<T>& list) {
  size_t bytes = 0;
  for (const T& each : list) bytes += bytes_of(each);
  return bytes;
}
size_t bytes_of(const Attribute& attribute) {
  size_t bytes = 256 + attribute.name.size() + attribute.s.size() + 4 * attribute.floats.size() +
                 8 * attribute.ints.size() + bytes_of(attribute.strings);
  if (attribute.g == nullptr) return bytes;
  for (const auto& initializer : attribute.g->initializers) bytes += bytes_of(initializer.name);
  for (const auto* ends : {&attribute.g->inputs, &attribute.g->outputs}) {
    for (const auto& end : *ends) bytes += 64 + bytes_of(end.name) + 64 * end.dims.size();
  }
  return bytes + 256 + bytes_of(attribute.g->nodes);
}
size_t bytes_of(const NodeDef& node) {
  return 256 + node.name.size() + node.op_type.size() + node.domain.size() + bytes_of(node.inputs) +
         bytes_of(node.outputs) + bytes_of(node.attributes);
}

Attributes by_name(const std::vector<Attribute>& list) {
  Attributes attributes;
  for (const Attribute& attribute : list) attributes.emplace(attribute.name, &attribute);
  return attributes;
}

// A function, looked at once for all of its calls.
struct Callee {
  const FunctionDef* function;
  size_t bytes;  // of what a call copies
  Attributes defaults;
};

class Inliner {
 public:
  explicit Inliner(const onnx_model::Model& model) {
    for (const FunctionDef& f : model.functions) {
      const size_t bytes = 256 + bytes_of(f.inputs) + bytes_of(f.outputs) + bytes_of(f.nodes);
      callees_.emplace(Key(f.domain, f.name, f.overload), Callee{&f, bytes, by_name(f.defaults)});
    }
  }

  Status run(std::vector<NodeDef>& nodes, int depth) {
    std::vector<NodeDef> result;
    for (NodeDef& node : nodes) {
      const auto callee = callees_.find(Key(node.domain, node.op_type, node.overload));
      if (callee == callees_.end()) {
        for (Attribute& attribute : node.attributes) GOSSAMER_TRY(run_inside(attribute, depth));
        result.push_back(std::move(node));
        continue;
      }
      if (depth == kMaxDepth) return limit("call each other too deeply", kMaxDepth);
      GOSSAMER_ASSIGN(std::vector<NodeDef> body, expand(callee->second, node));
      GOSSAMER_TRY(run(body, depth + 1));
      for (NodeDef& inner : body) result.push_back(std::move(inner));
      if (result.size() > kMaxNodes) return limit("make too many nodes", kMaxNodes);
    }
    nodes = std::move(result);
    return Status::ok();
  }

 private:
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;

  bool has_calls(const GraphDef& graph) const {
    return std::ranges::any_of(graph.nodes, [&](const NodeDef& node) {
      return callees_.contains(Key(node.domain, node.op_type, node.overload)) ||
             std::ranges::any_of(node.attributes, [&](const Attribute& attribute) {
               return attribute.g != nullptr && has_calls(*attribute.g);
             });
    });
  }

  // The calls of a branch or body. As deep as graphs are nested, which the scan has limited.
  Status run_inside(Attribute& attribute, int depth) {
    if (attribute.g == nullptr || !has_calls(*attribute.g)) return Status::ok();
    GOSSAMER_TRY(count(bytes_of(attribute)));
    auto graph = std::make_shared<GraphDef>(*attribute.g);
    GOSSAMER_TRY(run(graph->nodes, depth));
    attribute.g = std::move(graph);
    return Status::ok();
  }

  Status count(size_t bytes) {
    bytes_ += bytes;
    return bytes_ > kMaxBytes ? limit("are too large together, in bytes", kMaxBytes) : Status::ok();
  }

  Result<std::vector<NodeDef>> expand(const Callee& callee, const NodeDef& node) {
    const FunctionDef& function = *callee.function;
    if (node.inputs.size() > function.inputs.size() ||
        node.outputs.size() > function.outputs.size()) {
      return Status(Code::kGraph, Stage::kGraph, "call passes more than the function has")
          .at_node(node.name, node.op_type);
    }
    total_ += function.nodes.size();
    if (total_ > kMaxNodes) return limit("make too many nodes", kMaxNodes);
    GOSSAMER_TRY(count(callee.bytes));
    Names names;
    for (size_t i = 0; i < function.inputs.size(); ++i) {
      names[function.inputs[i]] = i < node.inputs.size() ? node.inputs[i] : "";
    }
    GOSSAMER_ASSIGN(const std::vector<NodeDef> copies, name_outputs(function, node, names));
    // Short, because it goes before every name of the body: a long one would multiply.
    const std::string prefix = concat("call", ++calls_, "/");
    const Call call{function, by_name(node.attributes), callee.defaults, prefix};
    std::vector<NodeDef> body = function.nodes;
    for (NodeDef& inner : body) GOSSAMER_TRY(adapt(inner, call, names));
    body.insert(body.end(), copies.begin(), copies.end());
    return body;
  }

  // Gives the outputs the caller's names. One that has a name already, as the function's own input
  // or as an output before, keeps it; the nodes returned copy it.
  Result<std::vector<NodeDef>> name_outputs(const FunctionDef& function, const NodeDef& node,
                                            Names& names) {
    std::vector<NodeDef> copies;
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i].empty()) continue;
      const auto [known, fresh] = names.try_emplace(function.outputs[i], node.outputs[i]);
      if (fresh) continue;
      NodeDef& copy = copies.emplace_back();
      copy.op_type = "Identity";
      copy.inputs = {known->second};
      copy.outputs = {node.outputs[i]};
      GOSSAMER_TRY(count(bytes_of(copy)));
    }
    return copies;
  }

  struct Call {
    const FunctionDef& function;
    Attributes attributes;
    const Attributes& defaults;
    const std::string& prefix;
  };

  static std::string renamed(const std::string& name, Names& names, const std::string& prefix) {
    if (name.empty()) return name;
    return names.try_emplace(name, concat(prefix, name)).first->second;
  }

  // Makes a node of the body one of the caller's.
  Status adapt(NodeDef& node, const Call& call, Names& names) {
    node.name = concat(call.prefix, node.name.empty() ? node.op_type : node.name);
    for (std::string& input : node.inputs) input = renamed(input, names, call.prefix);
    for (std::string& output : node.outputs) output = renamed(output, names, call.prefix);
    const auto opset = call.function.opsets.find(node.domain);
    if (opset != call.function.opsets.end()) node.opset = opset->second;
    for (Attribute& attribute : node.attributes) {
      if (attribute.g == nullptr) continue;
      GraphDef graph = *attribute.g;
      for (auto& initializer : graph.initializers) {
        initializer.name = renamed(initializer.name, names, call.prefix);
      }
      for (auto* ends : {&graph.inputs, &graph.outputs}) {
        for (auto& end : *ends) end.name = renamed(end.name, names, call.prefix);
      }
      for (NodeDef& inner : graph.nodes) GOSSAMER_TRY(adapt(inner, call, names));
      attribute.g = std::make_shared<GraphDef>(std::move(graph));
    }
    return pass_attributes(node, call);
  }

  // Attributes that refer to the call's take its value, or the function's default, or vanish.
  Status pass_attributes(NodeDef& node, const Call& call) {
    std::vector<Attribute> passed;
    for (Attribute& attribute : node.attributes) {
      if (attribute.reference.empty()) {
        passed.push_back(std::move(attribute));
        continue;
      }
      for (const Attributes* list : {&call.attributes, &call.defaults}) {
        const auto given = list->find(attribute.reference);
        if (given == list->end()) continue;
        GOSSAMER_TRY(count(bytes_of(*given->second)));
        passed.push_back(*given->second);
        passed.back().name = attribute.name;
        break;
      }
    }
    node.attributes = std::move(passed);
    return Status::ok();
  }

  std::map<Key, Callee> callees_;
  size_t total_ = 0;
  size_t bytes_ = 0;
  int calls_ = 0;
};

}  // namespace

Status inline_functions(onnx_model::Model& model) {
  if (model.functions.empty()) return Status::ok();
  std::vector<NodeDef> nodes = std::move(model.nodes);
  GOSSAMER_TRY(Inliner(model).run(nodes, 0));
  model.nodes = std::move(nodes);
  return Status::ok();
}

}  // namespace gossamer
