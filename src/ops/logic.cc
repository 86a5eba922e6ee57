// See logic.h.
#include "ops/logic.h"

#include <cmath>
#include <cstring>

#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {

OpResult make_where(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  return make_op<WhereOp>();
}

OpResult make_test(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const std::string_view type = attributes.op_type();
  if (type == "Not") return make_op<TestOp>("Not", TestOp::Kind::kNot, false, false);
  if (type == "IsNaN") return make_op<TestOp>("IsNaN", TestOp::Kind::kIsNan, false, false);
  if (type == "BitwiseNot") {
    return make_op<TestOp>("BitwiseNot", TestOp::Kind::kBitwiseNot, false, false);
  }
  const bool positive = attributes.get_bool("detect_positive", true);
  const bool negative = attributes.get_bool("detect_negative", true);
  return make_op<TestOp>("IsInf", TestOp::Kind::kIsInf, positive, negative);
}

Status WhereOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_bool(context, 0));
  GOSSAMER_TRY(require_fixed_size(context, 1));
  GOSSAMER_TRY(require_same_type(context, 1, 2));
  GOSSAMER_ASSIGN(const Shape both, broadcast_shapes(context.shape(1), context.shape(2)));
  GOSSAMER_ASSIGN(const Shape shape, broadcast_shapes(context.shape(0), both));
  return set_output(context, 0, context.type(1), shape);
}

double WhereOp::work(const OpContext& context) const {
  return static_cast<double>(context.output(0).shape.elements()) * 2;
}

Status WhereOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& out = args.outputs[0];
  const TensorView& condition = args.inputs[0];
  const size_t size = data_type_size(out.type);
  const int64_t count = out.elements();
  for (const bool wanted : {true, false}) {
    const TensorView& x = args.inputs[wanted ? 1 : 2];
    const auto* from = x.as<std::byte>();
    auto* to = out.as<std::byte>();
    StridedWalk<2> walk(out.shape, {broadcast_strides(condition.shape, out.shape),
                                    broadcast_strides(x.shape, out.shape)});
    for (int64_t i = 0; i < count; ++i, walk.next(), to += size) {
      if ((int_at(condition, walk.offset(0)) != 0) != wanted) continue;
      std::memcpy(to, from + static_cast<size_t>(walk.offset(1)) * size, size);
    }
  }
  return Status::ok();
}

Status TestOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  if (kind_ == Kind::kNot) {
    GOSSAMER_TRY(require_bool(context, 0));
  } else if (kind_ == Kind::kBitwiseNot) {
    GOSSAMER_TRY(require_integer(context, 0));
    return set_output(context, 0, context.type(0), context.shape(0));
  } else {
    GOSSAMER_TRY(require_real(context, 0));
  }
  return set_output(context, 0, DataType::kBool, context.shape(0));
}

Status TestOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i) {
    if (kind_ == Kind::kNot || kind_ == Kind::kBitwiseNot) {
      const int64_t value = int_at(x, i);
      put_int(y, i, kind_ == Kind::kNot ? 1 - value : ~value);
      continue;
    }
    const double value = real_at(x, i);
    const bool infinite = std::isinf(value) && (value > 0 ? positive_ : negative_);
    put_int(y, i, (kind_ == Kind::kIsNan ? std::isnan(value) : infinite) ? 1 : 0);
  }
  return Status::ok();
}

}  // namespace gossamer
