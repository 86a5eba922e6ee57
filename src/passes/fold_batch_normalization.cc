// At inference BatchNormalization is one multiplication and one addition per channel, and a
// convolution just before it can do both:
//
//   gamma (conv(x) - mean) / sqrt(variance + epsilon) + beta
//     = conv(x; w * s) + (bias - mean) s + beta,       s = gamma / sqrt(variance + epsilon)
//
// The weights are not touched here (they may still lie in the file): s becomes the convolution's
// per-channel scale, which is applied when the weights are packed.
#include <cmath>

#include "ops/conv.h"
#include "ops/normalization.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

using Floats = std::vector<float>;

// The elements of a [channels] constant, or `fallback` everywhere when the value is absent.
Result<Floats> read_channels(const Graph& graph, ValueId id, size_t channels, float fallback) {
  Floats values(channels, fallback);
  if (id == kNone) return values;
  GOSSAMER_TRY(graph.value(id).constant->read(std::as_writable_bytes(std::span(values))));
  return values;
}

Result<ValueId> add_channels(Graph& graph, const std::string& name, const Floats& values) {
  GOSSAMER_ASSIGN(auto constant,
                  Constant::copy_of({DataType::kFloat32, Shape{static_cast<int64_t>(values.size())},
                                     values.data()}));
  return graph.add_constant(name, std::move(constant));
}

ValueId input_or_none(const Node& node, int index) {
  return index < static_cast<int>(node.inputs.size()) ? node.inputs[static_cast<size_t>(index)]
                                                      : kNone;
}

bool is_float_constant(const Graph& graph, ValueId id) {
  return graph.value(id).constant != nullptr && graph.value(id).type == DataType::kFloat32;
}

// The convolution that can take the normalisation in, or kNone.
NodeId find_convolution(const Graph& graph, NodeId id) {
  const Node& norm = graph.node(id);
  const ValueId x = norm.inputs[BatchNormalizationOp::kX];
  const NodeId conv_id = graph.value(x).producer;
  if (conv_id == kNone || graph.only_user(x) != id) return kNone;
  if (graph.value(x).type != DataType::kFloat32) return kNone;
  const auto* conv = graph.op_as<ConvOp>(conv_id);
  if (conv == nullptr || conv->activation().kind != Activation::Kind::kNone) return kNone;
  if (input_or_none(graph.node(conv_id), ConvOp::kResidual) != kNone) return kNone;
  for (size_t i = 1; i < norm.inputs.size(); ++i) {
    if (!is_float_constant(graph, norm.inputs[i])) return kNone;
  }
  const ValueId bias = input_or_none(graph.node(conv_id), ConvOp::kBias);
  return bias == kNone || is_float_constant(graph, bias) ? conv_id : kNone;
}

Status fold(Graph& graph, NodeId norm_id, NodeId conv_id) {
  using Norm = BatchNormalizationOp;
  const Node& norm = graph.node(norm_id);
  const Node& conv = graph.node(conv_id);
  const float epsilon = graph.op_as<Norm>(norm_id)->epsilon();
  const auto channels =
      static_cast<size_t>(graph.value(norm.inputs[Norm::kScale]).shape.elements());
  GOSSAMER_ASSIGN(const Floats gamma, read_channels(graph, norm.inputs[Norm::kScale], channels, 1));
  GOSSAMER_ASSIGN(const Floats beta, read_channels(graph, norm.inputs[Norm::kShift], channels, 0));
  GOSSAMER_ASSIGN(const Floats mean, read_channels(graph, norm.inputs[Norm::kMean], channels, 0));
  GOSSAMER_ASSIGN(const Floats variance,
                  read_channels(graph, norm.inputs[Norm::kVariance], channels, 1));
  GOSSAMER_ASSIGN(Floats scale,
                  read_channels(graph, input_or_none(conv, ConvOp::kScale), channels, 1));
  GOSSAMER_ASSIGN(Floats bias,
                  read_channels(graph, input_or_none(conv, ConvOp::kBias), channels, 0));
  for (size_t c = 0; c < channels; ++c) {
    const float s = gamma[c] / std::sqrt(variance[c] + epsilon);
    scale[c] *= s;
    bias[c] = (bias[c] - mean[c]) * s + beta[c];
  }
  const std::string name = graph.node_label(norm_id);
  GOSSAMER_ASSIGN(const ValueId scale_id, add_channels(graph, name + "/scale", scale));
  GOSSAMER_ASSIGN(const ValueId bias_id, add_channels(graph, name + "/bias", bias));
  graph.set_input(conv_id, ConvOp::kBias, bias_id);
  graph.set_input(conv_id, ConvOp::kScale, scale_id);
  const ValueId output = graph.detach_output(norm_id, 0, kNone);
  graph.detach_output(conv_id, 0, output);
  graph.remove_node(norm_id);
  return Status::ok();
}

}  // namespace

Status fold_batch_normalization(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const auto* norm = graph.op_as<BatchNormalizationOp>(id);
    if (norm == nullptr || norm->trains()) continue;
    const NodeId conv = find_convolution(graph, id);
    if (conv != kNone) GOSSAMER_TRY(fold(graph, id, conv));
  }
  return Status::ok();
}

}  // namespace gossamer
