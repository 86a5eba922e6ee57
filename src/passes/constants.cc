// See constants.h.
#include "passes/constants.h"

#include <array>
#include <cstring>

namespace gossamer {

std::optional<double> scalar_of(const Graph& graph, ValueId id) {
  if (id == kNone) return std::nullopt;
  const auto& constant = graph.value(id).constant;
  if (constant == nullptr || constant->type() != DataType::kFloat32) return std::nullopt;
  float value = 0;
  std::array<std::byte, sizeof value> bytes;
  if (constant->bytes() != bytes.size() || !constant->read(bytes).is_ok()) return std::nullopt;
  std::memcpy(&value, bytes.data(), sizeof value);
  return static_cast<double>(value);
}

}  // namespace gossamer
