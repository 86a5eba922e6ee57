// See inline_functions.h.
#include "graph/inline_functions.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace gossamer {
namespace {

using onnx_model::Attribute;
using onnx_model::FunctionDef;
using onnx_model::GraphDef;
using onnx_model::NodeDef;

constexpr int kMaxDepth = 16;
constexpr size_t kMaxNodes = 20'000;          // as in a model's file
constexpr size_t kMaxSize = size_t{4} << 20;  // of all bodies, see size_of()

using Names = std::map<std::string, std::string>;  // inside the body -> outside

Status limit(std::string_view what, size_t most) {
  return Status(Code::kLimit, Stage::kGraph, concat("the model's functions ", what))
      .expected(concat("at most ", most));
}

// About how many numbers and names a copy of the node holds: calls of a large body multiply it.
size_t size_of(const NodeDef& node) {
  size_t size = 1 + node.inputs.size() + node.outputs.size();
  for (const Attribute& attribute : node.attributes) {
    size += 1 + attribute.ints.size() + attribute.floats.size() + attribute.s.size() / 8;
    for (const std::string& text : attribute.strings) size += 1 + text.size() / 8;
    if (attribute.g == nullptr) continue;
    size += attribute.g->initializers.size() + attribute.g->outputs.size();
    for (const NodeDef& inner : attribute.g->nodes) size += size_of(inner);
  }
  return size;
}

class Inliner {
 public:
  explicit Inliner(const onnx_model::Model& model) : model_(model) {}

  Status run(std::vector<NodeDef>& nodes, int depth) {
    std::vector<NodeDef> result;
    for (NodeDef& node : nodes) {
      const FunctionDef* function = find(node);
      if (function == nullptr) {
        result.push_back(std::move(node));
        continue;
      }
      if (depth == kMaxDepth) return limit("call each other too deeply", kMaxDepth);
      GOSSAMER_ASSIGN(std::vector<NodeDef> body, expand(*function, node));
      GOSSAMER_TRY(run(body, depth + 1));
      for (NodeDef& inner : body) result.push_back(std::move(inner));
      if (result.size() > kMaxNodes) return limit("make too many nodes", kMaxNodes);
    }
    nodes = std::move(result);
    return Status::ok();
  }

 private:
  const FunctionDef* find(const NodeDef& node) const {
    if (node.domain.empty()) return nullptr;
    for (const FunctionDef& function : model_.functions) {
      if (function.name == node.op_type && function.domain == node.domain) return &function;
    }
    return nullptr;
  }

  Result<std::vector<NodeDef>> expand(const FunctionDef& function, const NodeDef& call) {
    if (call.inputs.size() > function.inputs.size() ||
        call.outputs.size() > function.outputs.size()) {
      return Status(Code::kGraph, Stage::kGraph, "call passes more than the function has")
          .at_node(call.name, call.op_type);
    }
    total_ += function.nodes.size();
    if (total_ > kMaxNodes) return limit("make too many nodes", kMaxNodes);
    for (const NodeDef& node : function.nodes) size_ += size_of(node);
    if (size_ > kMaxSize) return limit("are too large together", kMaxSize);
    Names names;
    for (size_t i = 0; i < function.inputs.size(); ++i) {
      names[function.inputs[i]] = i < call.inputs.size() ? call.inputs[i] : "";
    }
    for (size_t i = 0; i < call.outputs.size(); ++i) {
      if (!call.outputs[i].empty()) names[function.outputs[i]] = call.outputs[i];
    }
    // Short, because it goes before every name of the body: a long one would multiply.
    const std::string prefix = concat("call", ++calls_, "/");
    std::vector<NodeDef> body = function.nodes;
    for (NodeDef& node : body) adapt(node, {function, call, prefix}, names);
    return body;
  }

  struct Call {
    const FunctionDef& function;
    const NodeDef& node;
    const std::string& prefix;
  };

  static std::string renamed(const std::string& name, Names& names, const std::string& prefix) {
    if (name.empty()) return name;
    return names.try_emplace(name, concat(prefix, name)).first->second;
  }

  // Makes a node of the body one of the caller's.
  static void adapt(NodeDef& node, const Call& call, Names& names) {
    node.name = concat(call.prefix, node.name.empty() ? node.op_type : node.name);
    for (std::string& input : node.inputs) input = renamed(input, names, call.prefix);
    for (std::string& output : node.outputs) output = renamed(output, names, call.prefix);
    pass_attributes(node, call);
    const auto opset = call.function.opsets.find(node.domain);
    if (opset != call.function.opsets.end()) node.opset = opset->second;
    for (Attribute& attribute : node.attributes) {
      if (attribute.g == nullptr) continue;
      GraphDef graph = *attribute.g;
      for (auto& initializer : graph.initializers) {
        initializer.name = renamed(initializer.name, names, call.prefix);
      }
      for (auto& output : graph.outputs) output.name = renamed(output.name, names, call.prefix);
      for (NodeDef& inner : graph.nodes) adapt(inner, call, names);
      attribute.g = std::make_shared<GraphDef>(std::move(graph));
    }
  }

  // Attributes that refer to the call's take its value, or the function's default, or vanish.
  static void pass_attributes(NodeDef& node, const Call& call) {
    std::vector<Attribute> passed;
    for (Attribute& attribute : node.attributes) {
      if (attribute.reference.empty()) {
        passed.push_back(std::move(attribute));
        continue;
      }
      for (const auto* list : {&call.node.attributes, &call.function.defaults}) {
        const auto given = std::ranges::find(*list, attribute.reference, &Attribute::name);
        if (given == list->end()) continue;
        passed.push_back(*given);
        passed.back().name = attribute.name;
        break;
      }
    }
    node.attributes = std::move(passed);
  }

  const onnx_model::Model& model_;
  size_t total_ = 0;
  size_t size_ = 0;
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
