// See elementwise.h.
#include "ops/elementwise.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The types that ActivationOp serves.
constexpr std::string_view kHardSwish = "HardSwish";
constexpr std::string_view kSilu = "Silu";  // not ONNX's: only passes make it
constexpr std::array<std::string_view, 5> kNames = {"Relu", "Sigmoid", "HardSigmoid", kHardSwish,
                                                    kSilu};

OpResult make_unary(AttributeReader& attributes, std::string_view type, const Activation& f) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<ActivationOp>(type, f);
}

// Every function here but Relu and Clip is defined on floating point alone.
Status infer_same(OpContext& context, bool integers) {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(integers ? require_number(context, 0) : require_real(context, 0));
  return set_output(context, 0, context.type(0), context.shape(0));
}

// The scalar a node's optional input holds. Absent inputs give `fallback`; nothing when the element
// is not a known float.
std::optional<float> scalar_input(const Graph& graph, const Node& node, size_t i, float fallback) {
  if (i >= node.inputs.size() || node.inputs[i] == kNone) return fallback;
  const auto& constant = graph.value(node.inputs[i]).constant;
  if (constant == nullptr || constant->type() != DataType::kFloat32) return std::nullopt;
  float value = 0;
  std::array<std::byte, sizeof value> bytes;
  if (constant->bytes() != bytes.size() || !constant->read(bytes).is_ok()) return std::nullopt;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

OpResult make_relu(AttributeReader& attributes) {
  return make_unary(attributes, "Relu", Activation::relu());
}

OpResult make_sigmoid(AttributeReader& attributes) {
  return make_unary(attributes, "Sigmoid", {Activation::Kind::kSigmoid, 0, 0});
}

OpResult make_hard_sigmoid(AttributeReader& attributes) {
  const float alpha = attributes.get_float("alpha", 0.2f);
  const float beta = attributes.get_float("beta", 0.5f);
  return make_unary(attributes, "HardSigmoid", {Activation::Kind::kHardSigmoid, alpha, beta});
}

OpResult make_hard_swish(AttributeReader& attributes) {
  return make_unary(attributes, "HardSwish", {Activation::Kind::kHardSwish, 0, 0});
}

OpResult make_clip(AttributeReader& attributes) {
  attributes.expect_inputs(1, attributes.opset() < 11 ? 1 : 3);
  attributes.expect_outputs(1);
  Activation bounds = Activation::clip(-kInfinity, kInfinity);
  if (attributes.opset() < 11) {
    bounds.a = attributes.get_float("min", bounds.a);
    bounds.b = attributes.get_float("max", bounds.b);
  }
  return make_op<ClipOp>(bounds);
}

std::shared_ptr<const Op> make_gated(const Activation& gate) {
  using Kind = Activation::Kind;
  if (gate.kind == Kind::kSigmoid) {
    return std::make_shared<ActivationOp>(kSilu, Activation{Kind::kSilu});
  }
  // Exporters write 1/6 with more or fewer digits.
  const bool sixth = std::abs(gate.a - 1.0f / 6) < 1e-6f && gate.b == 0.5f;
  if (gate.kind != Kind::kHardSigmoid || !sixth) return nullptr;
  return std::make_shared<ActivationOp>(kHardSwish, Activation{Kind::kHardSwish});
}

const ActivationOp* as_activation(const Op* op) {
  const bool known = op != nullptr && std::ranges::find(kNames, op->type()) != kNames.end();
  return known ? static_cast<const ActivationOp*>(op) : nullptr;
}

std::optional<Activation> activation_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  if (const auto* op = as_activation(node.op.get())) return op->activation();
  const auto* clip = op_cast<ClipOp>(node.op.get());
  if (clip == nullptr) return std::nullopt;
  const Activation own = clip->activation(nullptr, nullptr);
  const auto low = scalar_input(graph, node, 1, own.a);
  const auto high = scalar_input(graph, node, 2, own.b);
  if (!low || !high) return std::nullopt;
  return clip->activation(&*low, &*high);
}

Status ActivationOp::infer(OpContext& context) const {
  return infer_same(context, activation_ == Activation::relu());
}

Status ActivationOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i) {
    if (is_real(x.type)) {
      put_real(y, i, apply(activation_, real_at(x, i)));
    } else {  // Relu
      put_int(y, i, less_int(x.type, int_at(x, i), 0) ? 0 : int_at(x, i));
    }
  }
  return Status::ok();
}

Activation ClipOp::activation(const float* low, const float* high) const {
  const float a = low != nullptr ? *low : attributes_.a;
  const float b = high != nullptr ? *high : attributes_.b;
  return Activation::clip(a > b ? b : a, b);
}

Status ClipOp::infer(OpContext& context) const {
  GOSSAMER_TRY(infer_same(context, true));
  for (int i : {1, 2}) {
    if (!context.has_input(i)) continue;
    GOSSAMER_TRY(require_same_type(context, 0, i));
    if (context.shape(i).checked_elements() == 1) continue;
    return shape_error(concat("input ", i, " must be a scalar"))
        .got(context.shape(i).to_string())
        .expected("[]");
  }
  return Status::ok();
}

Status ClipOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const auto bound = [&](size_t i) {
    return i < args.inputs.size() && args.inputs[i].data != nullptr ? &args.inputs[i] : nullptr;
  };
  const TensorView *low = bound(1), *high = bound(2);
  const int64_t count = y.elements();
  if (is_real(x.type)) {
    const double a = low != nullptr ? real_at(*low, 0) : static_cast<double>(attributes_.a);
    const double b = high != nullptr ? real_at(*high, 0) : static_cast<double>(attributes_.b);
    for (int64_t i = 0; i < count; ++i) {
      const double raised = real_at(x, i) < a ? a : real_at(x, i);
      put_real(y, i, raised > b ? b : raised);
    }
    return Status::ok();
  }
  const IntegerRange range = integer_range(x.type);
  const int64_t a = low != nullptr ? int_at(*low, 0) : range.lowest;
  const int64_t b = high != nullptr ? int_at(*high, 0) : range.highest;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t raised = less_int(x.type, int_at(x, i), a) ? a : int_at(x, i);
    put_int(y, i, less_int(x.type, b, raised) ? b : raised);
  }
  return Status::ok();
}

}  // namespace gossamer
