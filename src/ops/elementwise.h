// Functions of one tensor, element by element: Relu, Sigmoid, HardSigmoid, HardSwish, Clip. All of
// them are Activations, which passes fold into the convolution or product before them.
// Source: https://onnx.ai/onnx/operators/onnx__Clip.html and its neighbours
#ifndef GOSSAMER_OPS_ELEMENTWISE_H_
#define GOSSAMER_OPS_ELEMENTWISE_H_

#include <memory>
#include <optional>

#include "graph/graph.h"
#include "kernels/activation.h"
#include "ops/checks.h"

namespace gossamer {

// An activation whose parameters are known when the model is read. One class serves several
// operators; as_activation() takes the place of op_cast.
class ActivationOp final : public Op {
 public:
  // `type` must outlive the op: one of the names that as_activation() knows.
  ActivationOp(std::string_view type, const Activation& activation)
      : type_(type), activation_(activation) {}

  const Activation& activation() const { return activation_; }

  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  bool is_elementwise() const override { return true; }

 private:
  std::string_view type_;
  Activation activation_;
};
const ActivationOp* as_activation(const Op* op);

// Clip: min(max(x, low), high). Up to opset 6 the bounds are attributes, from 11 on they are scalar
// inputs 1 and 2; absent ones do not bind. When low > high, every result is high.
class ClipOp final : public Op {
 public:
  static constexpr std::string_view kType = "Clip";

  explicit ClipOp(const Activation& attributes) : attributes_(attributes) {}

  // The bounds as an activation, given the elements of inputs 1 and 2 (null when absent).
  Activation activation(const float* low, const float* high) const;

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  bool is_elementwise() const override { return true; }

 private:
  Activation attributes_;
};

// The activation that a node applies to its input 0, if it does that with known parameters: the
// operators above, Clip when its bounds are constants.
std::optional<Activation> activation_of(const Graph& graph, NodeId id);
// x * gate(x) as one operator: SiLU of a sigmoid, HardSwish of a hard sigmoid with alpha 1/6 and
// beta 1/2. Null when it has no name.
std::shared_ptr<const Op> make_gated(const Activation& gate);

OpResult make_relu(AttributeReader& attributes);
OpResult make_sigmoid(AttributeReader& attributes);
OpResult make_hard_sigmoid(AttributeReader& attributes);
OpResult make_hard_swish(AttributeReader& attributes);
OpResult make_clip(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ELEMENTWISE_H_
