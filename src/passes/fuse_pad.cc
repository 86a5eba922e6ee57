// A Pad that puts zeros around a picture becomes part of the window that reads it: of a
// convolution, or of an average that counts padding. Exporters write such pairs where a framework
// pads a side more than the other, or pads before it pools.
//
// An average with count_include_pad divides by the whole window wherever the padding reaches; one
// without, and no pads of its own, does the same, because every tap lies inside the padded picture.
#include <algorithm>
#include <optional>

#include "ops/conv.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

// The zeros that the pad adds at the beginnings and the ends of the spatial axes, for
// WindowAttributes::pads; empty when it does anything else.
std::vector<int64_t> spatial_zeros(const PadOp& pad) {
  const std::optional<PadOp::Fixed>& fixed = pad.fixed();
  if (pad.mode() != PadMode::kConstant || !fixed.has_value() || fixed->value != 0) return {};
  const IntList& widths = fixed->widths;
  const size_t rank = widths.size / 2;
  std::vector<int64_t> zeros;
  for (size_t i = 0; i < widths.size; ++i) {
    const bool spatial = i % rank >= 2;
    if (widths[i] < 0 || widths[i] > kMaxWindowValue || (!spatial && widths[i] != 0)) return {};
    if (spatial) zeros.push_back(widths[i]);
  }
  return zeros;
}

// `window` with these pads added; nothing when its own are chosen by a rule, or the sum is too
// wide.
std::optional<WindowAttributes> widened(WindowAttributes window,
                                        const std::vector<int64_t>& zeros) {
  using AutoPad = WindowAttributes::AutoPad;
  if (window.auto_pad == AutoPad::kValid) {
    window.auto_pad = AutoPad::kNotSet;
    window.pads.clear();
  }
  if (window.auto_pad != AutoPad::kNotSet || zeros.empty()) return std::nullopt;
  window.pads.resize(zeros.size());
  for (size_t i = 0; i < zeros.size(); ++i) {
    window.pads[i] += zeros[i];
    if (window.pads[i] > kMaxWindowValue) return std::nullopt;
  }
  return window;
}

// The node's operator reading the picture before the pad; null when it has no such form.
std::shared_ptr<const Op> absorb(const Graph& graph, NodeId id, const PadOp& pad) {
  const std::vector<int64_t> zeros = spatial_zeros(pad);
  if (const auto* conv = graph.op_as<ConvOp>(id)) {
    auto window = widened(conv->window(), zeros);
    return window.has_value() ? conv->with_window(std::move(*window)) : nullptr;
  }
  const auto* pool = as_pool(graph.node(id).op.get());
  if (pool == nullptr || pool->attributes().kind != PoolOp::Kind::kAverage ||
      pool->attributes().global || pool->attributes().window.ceil_mode) {
    return nullptr;
  }
  PoolOp::Attributes attributes = pool->attributes();
  const bool has_pads =
      std::ranges::any_of(attributes.window.pads, [](int64_t p) { return p != 0; });
  if (has_pads && !attributes.count_include_pad) return nullptr;
  auto window = widened(attributes.window, zeros);
  if (!window.has_value()) return nullptr;
  attributes.window = std::move(*window);
  attributes.count_include_pad = true;
  // A pool refuses pads as wide as its window.
  for (size_t i = 0; i < attributes.window.pads.size(); ++i) {
    const size_t axis = i % attributes.window.kernel_shape.size();
    const auto& dilations = attributes.window.dilations;
    const int64_t dilation = dilations.empty() ? 1 : dilations[axis];
    const int64_t reach = (attributes.window.kernel_shape[axis] - 1) * dilation + 1;
    if (attributes.window.pads[i] >= reach) return nullptr;
  }
  return std::make_shared<PoolOp>(std::move(attributes));
}

}  // namespace

Status fuse_pad(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const Node& node = graph.node(id);
    if (node.inputs.empty() || node.inputs[0] == kNone) continue;
    const NodeId producer = graph.value(node.inputs[0]).producer;
    const auto* pad = producer == kNone ? nullptr : graph.op_as<PadOp>(producer);
    if (pad == nullptr) continue;
    auto fused = absorb(graph, id, *pad);
    if (fused == nullptr) continue;
    graph.set_op(id, std::move(fused));
    graph.set_input(id, 0, graph.node(producer).inputs[0]);
  }
  return Status::ok();
}

}  // namespace gossamer
