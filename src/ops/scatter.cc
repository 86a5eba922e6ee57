// See scatter.h.
#include "ops/scatter.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "ops/elements.h"
#include "ops/indices.h"

namespace gossamer {
namespace {

ScatterReduction read_reduction(AttributeReader& attributes) {
  static constexpr std::string_view kReductions[] = {"none", "add", "mul", "min", "max"};
  constexpr int kAppears = 16;
  constexpr int kMinMaxAppear = 18;
  if (attributes.opset() < kAppears) return ScatterReduction::kReplace;
  const auto known = std::span(kReductions).first(attributes.opset() < kMinMaxAppear ? 3 : 5);
  return static_cast<ScatterReduction>(attributes.get_choice("reduction", known, 0));
}

template <typename T>
T reduce(ScatterReduction reduction, T old, T update) {
  switch (reduction) {
    case ScatterReduction::kReplace:
      break;
    case ScatterReduction::kAdd:
      return old + update;
    case ScatterReduction::kMul:
      return old * update;
    case ScatterReduction::kMin:
      return std::min(old, update);
    case ScatterReduction::kMax:
      return std::max(old, update);
  }
  return update;
}

// Element i of y becomes, or is combined with, element j of the updates.
void apply(ScatterReduction reduction, const MutableTensorView& y, int64_t i,
           const TensorView& updates, int64_t j) {
  const size_t size = data_type_size(y.type);
  if (reduction == ScatterReduction::kReplace) {
    std::memcpy(y.as<std::byte>() + static_cast<size_t>(i) * size,
                updates.as<std::byte>() + static_cast<size_t>(j) * size, size);
  } else if (is_real(y.type)) {
    put_real(y, i, reduce(reduction, real_at(y, i), real_at(updates, j)));
  } else if (reduction == ScatterReduction::kAdd || reduction == ScatterReduction::kMul ||
             y.type == DataType::kUint64) {  // unsigned, so that overflow wraps
    const auto value = reduce(reduction, static_cast<uint64_t>(int_at(y, i)),
                              static_cast<uint64_t>(int_at(updates, j)));
    put_int(y, i, static_cast<int64_t>(value));
  } else {
    put_int(y, i, reduce(reduction, int_at(y, i), int_at(updates, j)));
  }
}

Status check_operands(const OpContext& context, ScatterReduction reduction) {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  if (reduction != ScatterReduction::kReplace) GOSSAMER_TRY(require_number_or_bool(context, 0));
  return require_same_type(context, 0, 2);
}

OpResult make_elements(AttributeReader& attributes, std::string_view type) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  const int64_t axis = attributes.get_int("axis", 0);
  return make_op<ScatterElementsOp>(type, axis, read_reduction(attributes));
}

}  // namespace

OpResult make_scatter(AttributeReader& attributes) {
  return make_elements(attributes, "Scatter");
}

OpResult make_scatter_elements(AttributeReader& attributes) {
  return make_elements(attributes, "ScatterElements");
}

OpResult make_scatter_nd(AttributeReader& attributes) {
  attributes.expect_inputs(3, 3);
  attributes.expect_outputs(1);
  return make_op<ScatterNdOp>(read_reduction(attributes));
}

Status ScatterElementsOp::infer(OpContext& context) const {
  GOSSAMER_TRY(check_operands(context, reduction_));
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, context.shape(0).rank()));
  GOSSAMER_TRY(require_element_indices(context, axis));
  GOSSAMER_TRY(require_shape(context, 2, context.shape(1), "an update for each index"));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status ScatterElementsOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& indices = args.inputs[1];
  const MutableTensorView& y = args.outputs[0];
  copy_elements(args.inputs[0], y);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, y.shape.rank()));
  Strides strides = dense_strides(y.shape);
  const int64_t step = strides[static_cast<size_t>(axis)];
  strides[static_cast<size_t>(axis)] = 0;
  StridedWalk<1> walk(indices.shape, {strides});
  const int64_t count = indices.elements();
  for (int64_t i = 0; i < count; ++i, walk.next()) {
    GOSSAMER_ASSIGN(const int64_t index, index_at(indices, i, y.shape[axis]));
    apply(reduction_, y, walk.offset(0) + index * step, args.inputs[2], i);
  }
  return Status::ok();
}

Status ScatterNdOp::infer(OpContext& context) const {
  GOSSAMER_TRY(check_operands(context, reduction_));
  GOSSAMER_TRY(IndexTuples::check(context, 0));
  const Shape& data = context.shape(0);
  const Shape& indices = context.shape(1);
  std::vector<int64_t> dims(indices.begin(), indices.end() - 1);
  dims.insert(dims.end(), data.begin() + indices[indices.rank() - 1], data.end());
  GOSSAMER_ASSIGN(const Shape expected, make_shape(dims));
  GOSSAMER_TRY(require_shape(context, 2, expected, "an update for each tuple of indices"));
  return set_output(context, 0, context.type(0), data);
}

Status ScatterNdOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  copy_elements(args.inputs[0], y);
  const IndexTuples tuples(args.inputs[1], y.shape, 0);
  for (int64_t i = 0; i < tuples.count(); ++i) {
    GOSSAMER_ASSIGN(const int64_t first, tuples.first_element(i));
    for (int64_t k = 0; k < tuples.block(); ++k) {
      apply(reduction_, y, first + k, args.inputs[2], i * tuples.block() + k);
    }
  }
  return Status::ok();
}

}  // namespace gossamer
