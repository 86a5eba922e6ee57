// See cast.h.
#include "ops/cast.h"

#include "base/convert.h"
#include "base/text.h"
#include "kernels/elementwise/convert.h"
#include "ops/elements.h"

namespace gossamer {

OpResult make_cast(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  attributes.get_int("saturate", 1);        // concerns 8-bit floats only
  attributes.get_string("round_mode", "");  // concerns powers of two only
  if (!attributes.has("to")) attributes.fail("to", "attribute is missing");
  const int64_t to = attributes.get_int("to", 1);
  const DataType type = data_type_of(to);
  if (data_type_size(type) == 0) {
    return unsupported("element type to cast to is not supported")
        .attribute("to")
        .got(type == DataType::kUndefined ? concat(to) : concat(data_type_name(type)));
  }
  return make_op<CastOp>(type);
}

OpResult make_cast_like(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  attributes.get_int("saturate", 1);
  attributes.get_string("round_mode", "");
  return make_op<CastOp>(DataType::kUndefined);
}

Status CastOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, is_like() ? 2 : 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_number_or_bool(context, 0));
  const DataType to = is_like() ? context.type(1) : to_;
  if (data_type_size(to) == 0 || to == DataType::kString) {
    return unsupported("element type to cast to is not supported").got(data_type_name(to));
  }
  GOSSAMER_TRY(set_output(context, 0, to, context.shape(0)));
  const auto& constant = context.constant(0);
  // Weights stored in another type are converted when a kernel packs them, not all at once here.
  if (constant != nullptr && to == DataType::kFloat32 && widens_to_float32(constant->type())) {
    context.set_output(0, to, context.shape(0), Constant::as_float32(constant));
  }
  return Status::ok();
}

Status CastOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t count = y.elements();
  if (x.type == y.type && x.type != DataType::kBool) {
    copy_elements(x, y);
  } else {
    for (int64_t i = 0; i < count; ++i) convert_element(x, i, y, i);
  }
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> CastOp::lower(OpContext& context) const {
  const DataType from = context.type(0);
  const DataType to = context.output(0).type;
  const int64_t count = context.shape(0).elements();
  if (to == DataType::kFloat32 && widens_to_float32(from)) return make_widening(from, count);
  if (from == DataType::kFloat32 && narrows_from_float32(to)) return make_narrowing(to, count);
  return Op::lower(context);
}

std::shared_ptr<const Op> CastOp::bound(const OpContext& context) const {
  return is_like() ? std::make_shared<CastOp>(context.type(1)) : nullptr;
}

}  // namespace gossamer
