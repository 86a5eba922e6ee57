// See slice.h.
#include "ops/slice.h"

#include <algorithm>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr int kBoundsBecomeInputs = 10;  // the opset
constexpr size_t kMaxListed = Shape::kMaxRank;

// Up to kMaxRank integers, wherever they come from, so that evaluate() need not allocate.
struct IntList {
  std::array<int64_t, kMaxListed> values{};
  size_t size = 0;
  bool present = false;
};
struct BoundLists {
  IntList starts, ends, axes, steps;
};

Status fill(IntList& list, std::string_view name, std::span<const int64_t> values) {
  if (values.size() > kMaxListed) {
    return attribute_error(name, "more values than a tensor has axes").got(concat(values.size()));
  }
  std::ranges::copy(values, list.values.begin());
  list.size = values.size();
  list.present = true;
  return Status::ok();
}

// The elements start, start + step, ... before `end`, with the specification's clamping. No sum
// here can overflow: extents are not negative and steps beyond the extent act like the extent.
SliceRange clamp_range(int64_t start, int64_t end, int64_t step, int64_t extent) {
  const int64_t reach = std::max<int64_t>(1, extent);
  step = std::clamp(step, -reach, reach);
  if (start < 0) start += extent;
  if (end < 0) end += extent;
  SliceRange range;
  range.step = step;
  if (step > 0) {
    range.start = std::clamp<int64_t>(start, 0, extent);
    const int64_t length = std::clamp<int64_t>(end, 0, extent) - range.start;
    range.count = length <= 0 ? 0 : (length - 1) / step + 1;
  } else if (extent > 0) {
    range.start = std::clamp<int64_t>(start, 0, extent - 1);
    const int64_t length = range.start - std::clamp<int64_t>(end, -1, extent - 1);
    range.count = length <= 0 ? 0 : (length - 1) / -step + 1;
  }
  return range;
}

Result<SliceRanges> resolve(const BoundLists& lists, const Shape& shape) {
  const size_t count = lists.starts.size;
  for (const IntList* list : {&lists.ends, &lists.axes, &lists.steps}) {
    if (!list->present && list != &lists.ends) continue;
    if (list->size == count) continue;
    return shape_error("the lists of bounds differ in length")
        .got(concat(list->size, " beside ", count, " starts"));
  }
  SliceRanges ranges;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    ranges[static_cast<size_t>(axis)].count = shape[axis];
  }
  std::array<bool, kMaxListed> seen{};
  for (size_t i = 0; i < count; ++i) {
    const int64_t stated = lists.axes.present ? lists.axes.values[i] : static_cast<int64_t>(i);
    GOSSAMER_ASSIGN(const int axis, normalise_axis(stated, shape.rank(), "axes"));
    const auto a = static_cast<size_t>(axis);
    if (seen[a]) return attribute_error("axes", "axis is named twice").got(concat(stated));
    seen[a] = true;
    const int64_t step = lists.steps.present ? lists.steps.values[i] : 1;
    if (step == 0) return attribute_error("steps", "step is zero").got("0");
    ranges[a] = clamp_range(lists.starts.values[i], lists.ends.values[i], step, shape[axis]);
  }
  return ranges;
}

Result<BoundLists> lists_of(const SliceOp::Bounds& bounds) {
  BoundLists lists;
  GOSSAMER_TRY(fill(lists.starts, "starts", bounds.starts));
  GOSSAMER_TRY(fill(lists.ends, "ends", bounds.ends));
  if (!bounds.axes.empty()) GOSSAMER_TRY(fill(lists.axes, "axes", bounds.axes));
  if (!bounds.steps.empty()) GOSSAMER_TRY(fill(lists.steps, "steps", bounds.steps));
  return lists;
}

Result<SliceOp::Bounds> bounds_of(const OpContext& context) {
  SliceOp::Bounds bounds;
  GOSSAMER_ASSIGN(bounds.starts, context.ints(1));
  GOSSAMER_ASSIGN(bounds.ends, context.ints(2));
  if (context.has_input(3)) {
    GOSSAMER_ASSIGN(bounds.axes, context.ints(3));
  }
  if (context.has_input(4)) {
    GOSSAMER_ASSIGN(bounds.steps, context.ints(4));
  }
  return bounds;
}

// The same from operands whose lengths infer() checked.
BoundLists lists_of(const EvaluateArgs& args) {
  BoundLists lists;
  IntList* targets[] = {&lists.starts, &lists.ends, &lists.axes, &lists.steps};
  for (size_t i = 1; i < args.inputs.size(); ++i) {
    IntList& list = *targets[i - 1];
    const TensorView& view = args.inputs[i];
    if (view.type == DataType::kUndefined || view.elements() == 0) continue;
    list.size = static_cast<size_t>(view.elements());
    list.present = true;
    for (size_t k = 0; k < list.size; ++k) list.values[k] = int_at(view, static_cast<int64_t>(k));
  }
  return lists;
}

}  // namespace

OpResult make_slice(AttributeReader& attributes) {
  attributes.expect_outputs(1);
  if (attributes.opset() >= kBoundsBecomeInputs) {
    attributes.expect_inputs(3, 5);
    return make_op<SliceOp>(std::nullopt);
  }
  attributes.expect_inputs(1, 1);
  SliceOp::Bounds bounds;
  for (std::string_view name : {"starts", "ends"}) {
    if (!attributes.has(name)) attributes.fail(name, "attribute is missing");
  }
  bounds.starts = attributes.get_ints("starts").value_or(std::vector<int64_t>{});
  bounds.ends = attributes.get_ints("ends").value_or(std::vector<int64_t>{});
  bounds.axes = attributes.get_ints("axes").value_or(std::vector<int64_t>{});
  return make_op<SliceOp>(std::move(bounds));
}

Status SliceOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, bounds_ ? 1 : 3));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  Bounds bounds;
  if (bounds_) {
    bounds = *bounds_;
  } else {
    GOSSAMER_ASSIGN(bounds, bounds_of(context));
  }
  Shape shape = context.shape(0);
  GOSSAMER_ASSIGN(const BoundLists lists, lists_of(bounds));
  GOSSAMER_ASSIGN(const SliceRanges ranges, resolve(lists, shape));
  for (int axis = 0; axis < shape.rank(); ++axis) {
    shape[axis] = ranges[static_cast<size_t>(axis)].count;
  }
  return set_output(context, 0, context.type(0), shape);
}

Status SliceOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  BoundLists lists;
  if (bounds_) {
    GOSSAMER_ASSIGN(lists, lists_of(*bounds_));
  } else {
    lists = lists_of(args);
  }
  GOSSAMER_ASSIGN(const SliceRanges ranges, resolve(lists, x.shape));
  Strides strides = dense_strides(x.shape);
  int64_t first = 0;
  for (size_t axis = 0; axis < static_cast<size_t>(x.shape.rank()); ++axis) {
    first += strides[axis] * ranges[axis].start;
    strides[axis] *= ranges[axis].step;
  }
  copy_strided(x, StridedWalk<1>(args.outputs[0].shape, {strides}), first, args.outputs[0]);
  return Status::ok();
}

}  // namespace gossamer
