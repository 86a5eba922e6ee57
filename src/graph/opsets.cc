// See opsets.h.
#include "graph/opsets.h"

#include <algorithm>

#include "base/text.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::NodeDef;

int64_t newest(std::string_view domain) {
  if (domain.empty()) return kNewestOpset;
  if (domain == "ai.onnx.ml") return kNewestMlOpset;
  return domain == "com.microsoft" ? kNewestMicrosoftOpset : INT32_MAX;
}

// No real model lacks so many operators, nor are their names so long.
constexpr size_t kMaxListed = 100;
constexpr size_t kMaxName = 200;

std::string full_name(const NodeDef& node) {
  if (node.op_type.empty()) return "(no type)";
  return node.domain.empty() ? node.op_type : concat(node.domain, ".", node.op_type);
}

std::string list_of(const std::map<std::string, int>& counts) {
  std::string list;
  size_t listed = 0;
  for (const auto& [type, count] : counts) {
    if (listed == kMaxListed) return concat(list, ", and ", counts.size() - listed, " others");
    list += concat(listed == 0 ? "" : ", ", type, " x", count);
    ++listed;
  }
  return list;
}

}  // namespace

int64_t version_read(int64_t stated) {
  return std::min(stated, newest(""));
}

Result<Opsets> Opsets::make(const onnx_model::Model& model, OpTable table) {
  Opsets opsets;
  opsets.table_ = table;
  opsets.versions_ = model.opsets;
  const auto found = model.opsets.find("");
  // IR versions before 3 had no opset_import and meant version 1.
  if (found != model.opsets.end()) opsets.stated_ = found->second;
  const bool needed = std::ranges::any_of(model.nodes, &std::string::empty, &NodeDef::domain);
  if (found == model.opsets.end() && model.ir_version >= 3 && needed) {
    return Status(Code::kGraph, Stage::kGraph, "the model does not say which operator set it uses");
  }
  if (opsets.stated_ < 1) {
    return Status(Code::kGraph, Stage::kGraph, "the model uses an operator set that cannot be")
        .got(concat("opset ", opsets.stated_))
        .expected("1 or more");
  }
  std::map<std::string, int> counts;
  opsets.count_missing(model, counts);
  opsets.missing_ = list_of(counts);
  return opsets;
}

int Opsets::version_of(const NodeDef& node) const {
  const auto found = versions_.find(node.domain);
  const int64_t stated = node.opset != 0            ? node.opset
                         : found != versions_.end() ? found->second
                                                    : 1;
  return static_cast<int>(std::clamp<int64_t>(stated, 0, newest(node.domain)));
}

const OpEntry* Opsets::find(const NodeDef& node) const {
  const int version = version_of(node);
  auto [first, last] =
      std::ranges::equal_range(table_, std::string_view(node.op_type), {}, &OpEntry::type);
  for (auto entry = first; entry != last; ++entry) {
    if (entry->domain != node.domain) continue;
    if (version >= entry->first_opset && version <= entry->last_opset) return &*entry;
  }
  return nullptr;
}

// As deep as graphs are nested, which the scan has limited.
void Opsets::count_missing(const GraphDef& graph, std::map<std::string, int>& counts) const {
  const LiveParts live = find_live(graph);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!live.nodes[i]) continue;
    const NodeDef& node = graph.nodes[i];
    if (find(node) == nullptr) ++counts[full_name(node).substr(0, kMaxName)];
    for (const auto& attribute : node.attributes) {
      if (attribute.g != nullptr) count_missing(*attribute.g, counts);
    }
  }
}

Status Opsets::check(const GraphDef& graph, const LiveParts& live) const {
  if (missing_.empty()) return Status::ok();
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    if (!live.nodes[i] || find(graph.nodes[i]) != nullptr) continue;
    return Status(Code::kUnsupported, Stage::kGraph,
                  concat("the model uses operators that are not supported (opset ", stated_, ")"))
        .got(missing_)
        .hint("OPERATORS.md lists what is supported")
        .operators(missing_);
  }
  return Status::ok();
}

}  // namespace gossamer
