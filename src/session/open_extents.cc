// See open_extents.h.
#include "session/open_extents.h"

#include <algorithm>
#include <utility>

#include "graph/import.h"
#include "ops/conv.h"

namespace gossamer {

void settle_channels(Graph& graph) {
  for (const ValueId id : graph.inputs()) {
    Shape& shape = graph.value(id).shape;
    if (shape.rank() < 3 || shape[1] != kUnknownExtent) continue;
    for (const NodeId user : graph.value(id).users) {
      const auto* conv = graph.op_as<ConvOp>(user);
      const auto& operands = graph.node(user).inputs;  // nobody has counted them yet
      if (conv == nullptr || conv->group() != 1 || operands.size() <= ConvOp::kWeights) continue;
      const ValueId weights = operands[ConvOp::kWeights];
      if (operands[ConvOp::kX] != id || weights == kNone) continue;
      const Value& filters = graph.value(weights);
      if (filters.constant == nullptr || filters.shape.rank() != shape.rank()) continue;
      shape[1] = filters.shape[1];
      break;
    }
  }
}

void fix_picture(std::vector<TensorInfo>& inputs) {
  for (TensorInfo& input : inputs) {
    Shape& shape = input.shape;
    if (shape.rank() > 0 && shape[0] == kUnknownExtent) shape[0] = 1;
    constexpr int64_t kColours = 3;
    const bool has_sides = shape.rank() == 4 && shape[2] > kColours && shape[3] > kColours;
    if (has_sides && shape[1] == kUnknownExtent) shape[1] = kColours;
  }
}

bool is_bound(const Shape& shape) {
  return std::ranges::find(shape.dims(), kUnknownExtent) == shape.dims().end();
}

Status unbound(const TensorInfo& input) {
  return Status(Code::kShape, Stage::kApi, "the shape of an input is not known yet")
      .tensor(input.name)
      .got(input.shape.to_string())
      .hint("state the open dimensions when the session is made, or set the input's shape");
}

Status check_shape(const TensorInfo& declared, const Shape& shape) {
  bool fits = shape.rank() == declared.shape.rank();
  for (int axis = 0; fits && axis < shape.rank(); ++axis) {
    fits = declared.shape[axis] == kUnknownExtent || declared.shape[axis] == shape[axis];
  }
  if (fits && checked_bytes(declared.type, shape).has_value()) return Status::ok();
  return Status(Code::kShape, Stage::kApi, "this shape does not fit the input")
      .tensor(declared.name)
      .got(shape.to_string())
      .expected(declared.shape.to_string());
}

}  // namespace gossamer
