// See live_nodes.h.
#include "graph/live_nodes.h"

#include <map>

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::NodeDef;

class Finder {
 public:
  explicit Finder(const GraphDef& graph) : graph_(graph) {
    parts_.nodes.resize(graph.nodes.size());
    parts_.initializers.resize(graph.initializers.size());
    // Names that are defined twice are an error, which the import finds.
    for (const auto& input : graph.inputs) makers_[input.name] = {Maker::kInput, 0};
    for (size_t i = 0; i < graph.initializers.size(); ++i) {
      makers_[graph.initializers[i].name] = {Maker::kInitializer, i};
    }
    for (size_t i = 0; i < graph.nodes.size(); ++i) {
      for (const auto& output : graph.nodes[i].outputs) makers_[output] = {Maker::kNode, i};
    }
  }

  LiveParts run() {
    for (const auto& output : graph_.outputs) need(output.name);
    while (!open_.empty()) {
      const NodeDef& node = graph_.nodes[open_.back()];
      open_.pop_back();
      for (const auto& input : node.inputs) need(input);
      for (const auto& attribute : node.attributes) {
        if (attribute.g == nullptr) continue;
        for (const std::string_view name : find_live(*attribute.g).free) need(name);
      }
    }
    return std::move(parts_);
  }

 private:
  struct Maker {
    enum Kind { kInput, kInitializer, kNode } kind;
    size_t index;
  };

  void need(std::string_view name) {
    if (name.empty()) return;  // an optional operand that is absent
    if (!parts_.needed.insert(name).second) return;
    const auto found = makers_.find(name);
    if (found == makers_.end()) {
      parts_.free.push_back(name);
      return;
    }
    const Maker maker = found->second;
    if (maker.kind == Maker::kInitializer) parts_.initializers[maker.index] = true;
    if (maker.kind != Maker::kNode || parts_.nodes[maker.index]) return;
    parts_.nodes[maker.index] = true;
    open_.push_back(maker.index);
  }

  const GraphDef& graph_;
  std::map<std::string_view, Maker> makers_;
  std::vector<size_t> open_;  // needed nodes whose inputs were not looked at yet
  LiveParts parts_;
};

}  // namespace

LiveParts find_live(const GraphDef& graph) {
  return Finder(graph).run();
}

}  // namespace gossamer
