// See gather_elements.h.
#include "ops/gather_elements.h"

#include <cstring>

#include "ops/indices.h"

namespace gossamer {

OpResult make_gather_elements(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<GatherElementsOp>(attributes.get_int("axis", 0));
}

OpResult make_gather_nd(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  constexpr int kBatchDimsAppear = 12;
  const bool has_batch = attributes.opset() >= kBatchDimsAppear;
  return make_op<GatherNdOp>(has_batch ? attributes.get_int("batch_dims", 0) : 0);
}

Status GatherElementsOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, context.shape(0).rank()));
  GOSSAMER_TRY(require_element_indices(context, axis));
  return set_output(context, 0, context.type(0), context.shape(1));
}

Status GatherElementsOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& data = args.inputs[0];
  const TensorView& indices = args.inputs[1];
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, data.shape.rank()));
  const size_t size = data_type_size(data.type);
  Strides strides = dense_strides(data.shape);
  const int64_t step = strides[static_cast<size_t>(axis)];
  strides[static_cast<size_t>(axis)] = 0;
  StridedWalk<1> walk(indices.shape, {strides});
  const int64_t count = indices.elements();
  auto* target = args.outputs[0].as<std::byte>();
  for (int64_t i = 0; i < count; ++i, walk.next(), target += size) {
    GOSSAMER_ASSIGN(const int64_t index, index_at(indices, i, data.shape[axis]));
    const auto element = static_cast<size_t>(walk.offset(0) + index * step);
    std::memcpy(target, data.as<std::byte>() + element * size, size);
  }
  return Status::ok();
}

Status GatherNdOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(IndexTuples::check(context, batch_dims_));
  const Shape& data = context.shape(0);
  const Shape& indices = context.shape(1);
  std::vector<int64_t> dims(indices.begin(), indices.end() - 1);
  dims.insert(dims.end(), data.begin() + batch_dims_ + indices[indices.rank() - 1], data.end());
  GOSSAMER_ASSIGN(const Shape shape, make_shape(dims));
  return set_output(context, 0, context.type(0), shape);
}

Status GatherNdOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& data = args.inputs[0];
  const IndexTuples tuples(args.inputs[1], data.shape, static_cast<int>(batch_dims_));
  const size_t size = data_type_size(data.type);
  const size_t block = static_cast<size_t>(tuples.block()) * size;
  auto* target = args.outputs[0].as<std::byte>();
  for (int64_t i = 0; i < tuples.count(); ++i, target += block) {
    GOSSAMER_ASSIGN(const int64_t first, tuples.first_element(i));
    const std::byte* from = data.as<std::byte>() + static_cast<size_t>(first) * size;
    if (block > 0) std::memcpy(target, from, block);
  }
  return Status::ok();
}

}  // namespace gossamer
