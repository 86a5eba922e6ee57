// See identity.h.
#include "ops/identity.h"

#include <algorithm>

namespace gossamer {
namespace {

constexpr int kTrainingMode = 2;  // Dropout's third input, from opset 12 on

// Training mode is known to be off.
Status check_inference(const OpContext& context) {
  if (!context.has_input(kTrainingMode)) return Status::ok();
  GOSSAMER_TRY(require_type(context, kTrainingMode, {DataType::kBool}));
  const auto& constant = context.constant(kTrainingMode);
  std::byte flag{1};
  if (constant != nullptr && constant->bytes() == 1) GOSSAMER_TRY(constant->read({&flag, 1}));
  if (flag == std::byte{0}) return Status::ok();
  return unsupported("training mode is not supported").expected("a constant false");
}

}  // namespace

OpResult make_identity(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<IdentityOp>();
}

OpResult make_dropout(AttributeReader& attributes) {
  const bool has_inputs = attributes.opset() >= 12;
  attributes.expect_inputs(1, has_inputs ? 3 : 1);
  attributes.expect_outputs(2);
  attributes.get_float("ratio", 0.5f);  // without effect when nothing is dropped
  attributes.get_int("seed", 0);
  return make_op<DropoutOp>(attributes.wants_output(1), attributes.opset() >= 10);
}

Status IdentityOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status IdentityOp::evaluate(const EvaluateArgs& args) const {
  copy_elements(args.inputs[0], args.outputs[0]);
  return Status::ok();
}

Status DropoutOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_type(context, 0, {DataType::kFloat32}));
  GOSSAMER_TRY(check_inference(context));
  GOSSAMER_TRY(set_output(context, 0, context.type(0), context.shape(0)));
  if (!wants_mask_) return Status::ok();
  const DataType mask = boolean_mask_ ? DataType::kBool : context.type(0);
  return set_output(context, 1, mask, context.shape(0));
}

Status DropoutOp::evaluate(const EvaluateArgs& args) const {
  copy_elements(args.inputs[0], args.outputs[0]);
  if (args.outputs.size() < 2 || args.outputs[1].data == nullptr) return Status::ok();
  const MutableTensorView& mask = args.outputs[1];
  const int64_t count = mask.elements();
  if (mask.type == DataType::kBool) {
    std::fill_n(mask.as<uint8_t>(), count, uint8_t{1});
  } else {
    std::fill_n(mask.as<float>(), count, 1.0f);
  }
  return Status::ok();
}

}  // namespace gossamer
