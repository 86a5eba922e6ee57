// See expand.h. Both are one copy over twice as many axes: along every axis of the output, first
// the repetitions, along which the input stands still, then the input's own extent.
#include "ops/expand.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/lowering.h"

namespace gossamer {
namespace {

Result<Shape> expanded(const Shape& x, const IntList& list) {
  if (list.size > static_cast<size_t>(Shape::kMaxRank)) {
    return unsupported("tensor has too many dimensions").got(concat(list.size));
  }
  Shape target;
  for (size_t i = 0; i < list.size; ++i) target.push_back(list[i]);
  if (std::ranges::any_of(target, [](int64_t extent) { return extent < 0; })) {
    return shape_error("an extent is negative").got(target.to_string());
  }
  return broadcast_shapes(x, target);
}

Result<Shape> tiled(const Shape& x, const IntList& list) {
  if (list.size != static_cast<size_t>(x.rank())) {
    return shape_error("repetitions do not match the input's rank")
        .got(concat(list.size, " for ", x.to_string()));
  }
  Shape shape = x;
  for (int axis = 0; axis < x.rank(); ++axis) {
    const int64_t times = list[static_cast<size_t>(axis)];
    if (times < 0) return attribute_error("repeats", "a number is negative").got(concat(times));
    if (__builtin_mul_overflow(x[axis], times, &shape[axis])) {
      return shape_error("a repeated extent overflows");
    }
  }
  return shape;
}

Result<IntList> list_of(const std::optional<IntList>& fixed, const OpContext& context) {
  if (fixed) return *fixed;
  return Parameters(context).ints(1, "repeats");
}

OpResult make(AttributeReader& attributes, RepeatOp::Kind kind) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<RepeatOp>(kind, std::nullopt);
}

// The input's extent along an axis of the output.
int64_t own_extent(const Shape& x, const Shape& y, int axis) {
  const int in_x = axis - (y.rank() - x.rank());
  return in_x < 0 ? 1 : x[in_x];
}

}  // namespace

OpResult make_expand(AttributeReader& attributes) {
  return make(attributes, RepeatOp::Kind::kExpand);
}

OpResult make_tile(AttributeReader& attributes) {
  return make(attributes, RepeatOp::Kind::kTile);
}

Status RepeatOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, list_ ? 1 : 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_ASSIGN(const IntList list, list_of(list_, context));
  const Shape& x = context.shape(0);
  GOSSAMER_ASSIGN(const Shape shape, kind_ == Kind::kExpand ? expanded(x, list) : tiled(x, list));
  return set_output(context, 0, context.type(0), shape);
}

Status RepeatOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const size_t size = data_type_size(x.type);
  const Strides strides = dense_strides(x.shape);
  const int missing = y.shape.rank() - x.shape.rank();
  Strides index{};
  auto* target = y.as<std::byte>();
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i, target += size) {
    int64_t source = 0;
    for (int axis = missing; axis < y.shape.rank(); ++axis) {
      source += index[static_cast<size_t>(axis)] % x.shape[axis - missing] *
                strides[static_cast<size_t>(axis - missing)];
    }
    std::memcpy(target, x.as<std::byte>() + static_cast<size_t>(source) * size, size);
    for (int axis = y.shape.rank() - 1; axis >= 0; --axis) {
      if (++index[static_cast<size_t>(axis)] < y.shape[axis]) break;
      index[static_cast<size_t>(axis)] = 0;
    }
  }
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> RepeatOp::lower(OpContext& context) const {
  const Shape& x = context.shape(0);
  const Shape& y = context.output(0).shape;
  const Strides dense = dense_strides(x);
  Shape shape;
  Strides strides{};
  for (int axis = 0; axis < y.rank(); ++axis) {
    const int64_t own = own_extent(x, y, axis);
    if (own == 0) return Op::lower(context);  // there is nothing to copy
    const int in_x = axis - (y.rank() - x.rank());
    const int64_t stride = own > 1 ? dense[static_cast<size_t>(in_x)] : 0;
    for (const auto& [extent, step] : {std::pair{y[axis] / own, int64_t{0}}, {own, stride}}) {
      if (extent == 1) continue;
      if (shape.rank() == Shape::kMaxRank) return Op::lower(context);
      strides[static_cast<size_t>(shape.rank())] = step;
      shape.push_back(extent);
    }
  }
  return make_strided_copy(context, 0, shape, strides, 0);
}

// With an entry for every axis of the output.
std::shared_ptr<const Op> RepeatOp::bound(const OpContext& context) const {
  if (list_) return nullptr;
  const auto given = list_of(list_, context);
  if (!given.is_ok()) return nullptr;
  IntList list = *given;
  const auto rank = static_cast<size_t>(context.shape(0).rank());
  if (kind_ == Kind::kExpand && list.size < rank) {
    const size_t missing = rank - list.size;
    for (size_t i = rank; i-- > 0;) list[i] = i < missing ? 1 : list[i - missing];
    list.size = rank;
  }
  return std::make_shared<RepeatOp>(kind_, list);
}

std::shared_ptr<const Op> RepeatOp::permuted(std::span<const int> perm) const {
  if (!list_ || list_->size != perm.size()) return nullptr;
  return std::make_shared<RepeatOp>(kind_, permute_list(*list_, perm));
}

}  // namespace gossamer
