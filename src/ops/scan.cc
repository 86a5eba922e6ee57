// See scan.h.
#include "ops/scan.h"

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {

OpResult make_cum_sum(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  const bool exclusive = attributes.get_bool("exclusive", false);
  return make_op<CumSumOp>(exclusive, attributes.get_bool("reverse", false));
}

Status CumSumOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_number(context, 0));
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt32, DataType::kInt64}));
  const Shape& list = context.shape(1);
  if (list.rank() > 1 || list.checked_elements() != 1) {
    return shape_error("input 1 must name one axis").got(list.to_string());
  }
  if (context.constant(1) != nullptr) {  // else evaluate() checks it
    GOSSAMER_ASSIGN(const std::vector<int64_t> axis, context.ints(1));
    GOSSAMER_TRY(normalise_axis(axis[0], context.shape(0).rank()).status());
  }
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status CumSumOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t named = int_at(args.inputs[1], 0);
  const auto known = normalise_axis(named, x.shape.rank());
  if (!known.is_ok()) {
    return Status(Code::kIndex, Stage::kRun, "axis lies outside the tensor").got(concat(named));
  }
  const AxisExtents e = extents_around(x.shape, *known);
  if (y.elements() == 0) return Status::ok();
  for (int64_t row = 0; row < e.outer * e.inner; ++row) {
    int64_t at = row / e.inner * e.size * e.inner + row % e.inner;
    if (reverse_) at += (e.size - 1) * e.inner;
    double real = 0;
    uint64_t integer = 0;  // wraps around
    for (int64_t i = 0; i < e.size; ++i, at += reverse_ ? -e.inner : e.inner) {
      if (is_real(x.type)) {
        const double before = real;
        real += real_at(x, at);
        put_real(y, at, exclusive_ ? before : real);
      } else {
        const uint64_t before = integer;
        integer += static_cast<uint64_t>(int_at(x, at));
        put_int(y, at, static_cast<int64_t>(exclusive_ ? before : integer));
      }
    }
  }
  return Status::ok();
}

}  // namespace gossamer
