// See identity.h.
#include "ops/identity.h"

#include "ops/elements.h"

namespace gossamer {
namespace {

// Dropout's inputs from opset 12 on.
constexpr int kRatio = 1;
constexpr int kTrainingMode = 2;

// Nothing is dropped: training mode is known to be off, or the ratio to be 0.
Status check_inference(const OpContext& context) {
  if (!context.has_input(kTrainingMode)) return Status::ok();
  GOSSAMER_TRY(require_type(context, kTrainingMode, {DataType::kBool}));
  GOSSAMER_TRY(require_shape(context, kTrainingMode, {}, "one value"));
  GOSSAMER_ASSIGN(const auto training, context.known(kTrainingMode));
  if (training->view().as<uint8_t>()[0] == 0) return Status::ok();
  std::vector<double> ratio = {0.5};
  if (context.has_input(kRatio)) {
    GOSSAMER_ASSIGN(ratio, context.reals(kRatio));
  }
  if (ratio.size() == 1 && ratio[0] == 0) return Status::ok();
  return unsupported("random dropout is not supported")
      .got("training mode")
      .expected("a ratio of 0, or no training mode");
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
  GOSSAMER_TRY(require_real(context, 0));
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
  for (int64_t i = 0; i < count; ++i) put_number(mask, i, 1);
  return Status::ok();
}

}  // namespace gossamer
