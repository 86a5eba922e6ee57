// See gather.h.
#include "ops/gather.h"

#include <cstring>

#include "ops/indices.h"

namespace gossamer {

OpResult make_gather(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<GatherOp>(attributes.get_int("axis", 0));
}

Status GatherOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt32, DataType::kInt64}));
  const Shape& data = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, data.rank()));
  std::vector<int64_t> dims(data.begin(), data.begin() + axis);
  dims.insert(dims.end(), context.shape(1).begin(), context.shape(1).end());
  dims.insert(dims.end(), data.begin() + axis + 1, data.end());
  GOSSAMER_ASSIGN(const Shape shape, make_shape(dims));
  return set_output(context, 0, context.type(0), shape);
}

Status GatherOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& data = args.inputs[0];
  const TensorView& indices = args.inputs[1];
  if (args.outputs[0].elements() == 0) return Status::ok();
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, data.shape.rank()));
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= data.shape[k];
  auto block = static_cast<int64_t>(data_type_size(data.type));
  for (int k = axis + 1; k < data.shape.rank(); ++k) block *= data.shape[k];
  const int64_t extent = data.shape[axis];
  const int64_t count = indices.elements();
  const auto* source = data.as<std::byte>();
  auto* target = args.outputs[0].as<std::byte>();
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t i = 0; i < count; ++i, target += block) {
      GOSSAMER_ASSIGN(const int64_t index, index_at(indices, i, extent));
      const std::byte* from = source + (row * extent + index) * block;
      std::memcpy(target, from, static_cast<size_t>(block));
    }
  }
  return Status::ok();
}

std::shared_ptr<const Constant> GatherOp::class_names(const OpContext& context) const {
  const bool names = context.type(0) == DataType::kString && context.shape(0).rank() == 1;
  return names ? context.constant(0) : nullptr;
}

}  // namespace gossamer
