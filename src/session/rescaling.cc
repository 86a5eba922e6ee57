// See rescaling.h.
#include "session/rescaling.h"

#include "ops/constant.h"
#include "session/pictures.h"
#include "session/value_ranges.h"

namespace gossamer {
namespace {

ValueRange constant_range(const Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  if (value.constant != nullptr) return range_of(value.constant);
  const auto* op = value.producer != kNone ? graph.op_as<ConstantOp>(value.producer) : nullptr;
  return op != nullptr ? range_of(op->value()) : ValueRange();
}

// It is multiplied by 1/255, say, or divided by 127.5, or loses a mean of bytes.
bool is_rescaled(const Graph& graph, ValueId value) {
  constexpr int kMaxSteps = 8;
  for (int step = 0; step < kMaxSteps; ++step) {
    const NodeId user = graph.only_user(value);
    if (user == kNone) return false;
    const Node& node = graph.node(user);
    const std::string_view type = node.op->type();
    if (type == "Mul" || type == "Div" || type == "Sub") {
      if (node.inputs.size() != 2) return false;  // nobody has counted them yet
      const bool first = node.inputs[0] == value;
      const ValueId other = node.inputs[first ? 1 : 0];
      if (other == kNone || (!first && type != "Mul")) return false;
      const ValueRange by = constant_range(graph, other);
      return type == "Mul" ? by.low >= 1.0 / 256 && by.high <= 0.01
                           : by.low >= 100 && by.high <= 256;
    }
    if (type != "Cast" && type != "Transpose" && type != "Identity") return false;
    if (node.outputs.size() != 1 || node.outputs[0] == kNone) return false;
    value = node.outputs[0];
  }
  return false;
}

}  // namespace

bool settle_scale(const Graph& graph, std::span<const TensorInfo> inputs, Recipe& recipe) {
  const int picture = find_picture(inputs, {});
  const Recipe plain;
  if (picture < 0 || recipe.scale != 0 || recipe.mean != plain.mean || recipe.std != plain.std ||
      !is_rescaled(graph, graph.inputs()[static_cast<size_t>(picture)])) {
    return false;
  }
  recipe.scale = 1;
  return true;
}

}  // namespace gossamer
