// See slice.h.
#include "ops/slice.h"

#include <algorithm>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/lowering.h"

namespace gossamer {
namespace {

constexpr int kBoundsBecomeInputs = 10;  // the opset
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

Result<SliceRanges> resolve(const SliceOp::Bounds& lists, const Shape& shape) {
  const size_t count = lists.starts.size;
  for (const IntList* list : {&lists.ends, &lists.axes, &lists.steps}) {
    if (list->size == count || (list != &lists.ends && !list->present)) continue;
    return shape_error("the lists of bounds differ in length")
        .got(concat(list->size, " beside ", count, " starts"));
  }
  SliceRanges ranges;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    ranges[static_cast<size_t>(axis)].count = shape[axis];
  }
  std::array<bool, Shape::kMaxRank> seen{};
  for (size_t i = 0; i < count; ++i) {
    const int64_t stated = lists.axes.present ? lists.axes[i] : static_cast<int64_t>(i);
    GOSSAMER_ASSIGN(const int axis, normalise_axis(stated, shape.rank(), "axes"));
    const auto a = static_cast<size_t>(axis);
    if (seen[a]) return attribute_error("axes", "axis is named twice").got(concat(stated));
    seen[a] = true;
    const int64_t step = lists.steps.present ? lists.steps[i] : 1;
    if (step == 0) return attribute_error("steps", "step is zero").got("0");
    ranges[a] = clamp_range(lists.starts[i], lists.ends[i], step, shape[axis]);
  }
  return ranges;
}

// An empty list of axes or steps says nothing.
IntList unless_empty(const IntList& list) {
  return list.size == 0 ? IntList{} : list;
}

// Where in the input a slice begins, and the input's strides along the output's axes.
struct Placement {
  int64_t first = 0;
  Strides strides{};
};

Placement place(const SliceRanges& ranges, const Shape& x) {
  Placement placement{0, dense_strides(x)};
  for (size_t axis = 0; axis < static_cast<size_t>(x.rank()); ++axis) {
    placement.first += placement.strides[axis] * ranges[axis].start;
    placement.strides[axis] *= ranges[axis].step;
  }
  return placement;
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
  const auto read = [&](std::string_view name) {
    return int_list(name, attributes.get_ints(name).value_or(std::vector<int64_t>{}));
  };
  for (std::string_view name : {"starts", "ends"}) {
    if (!attributes.has(name)) attributes.fail(name, "attribute is missing");
  }
  GOSSAMER_ASSIGN(bounds.starts, read("starts"));
  GOSSAMER_ASSIGN(bounds.ends, read("ends"));
  GOSSAMER_ASSIGN(const IntList axes, read("axes"));
  bounds.axes = unless_empty(axes);
  return make_op<SliceOp>(bounds);
}

// Input 0's shape and, unless they are attributes, the bounds.
Result<SliceRanges> SliceOp::ranges(const Parameters& parameters) const {
  if (bounds_) return resolve(*bounds_, parameters.shape(0));
  Bounds bounds;
  GOSSAMER_ASSIGN(bounds.starts, parameters.ints(1, "starts"));
  GOSSAMER_ASSIGN(bounds.ends, parameters.ints(2, "ends"));
  GOSSAMER_ASSIGN(const IntList axes, parameters.ints(3, "axes"));
  GOSSAMER_ASSIGN(const IntList steps, parameters.ints(4, "steps"));
  bounds.axes = unless_empty(axes);
  bounds.steps = unless_empty(steps);
  return resolve(bounds, parameters.shape(0));
}

Status SliceOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, bounds_ ? 1 : 3));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_ASSIGN(const SliceRanges all, ranges(Parameters(context)));
  Shape shape = context.shape(0);
  for (int axis = 0; axis < shape.rank(); ++axis) {
    shape[axis] = all[static_cast<size_t>(axis)].count;
  }
  return set_output(context, 0, context.type(0), shape);
}

Status SliceOp::evaluate(const EvaluateArgs& args) const {
  GOSSAMER_ASSIGN(const SliceRanges all, ranges(Parameters(args)));
  const auto [first, strides] = place(all, args.inputs[0].shape);
  copy_strided(args.inputs[0], StridedWalk<1>(args.outputs[0].shape, {strides}), first,
               args.outputs[0]);
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> SliceOp::lower(OpContext& context) const {
  GOSSAMER_ASSIGN(const SliceRanges all, ranges(Parameters(context)));
  const auto [first, strides] = place(all, context.shape(0));
  return make_strided_copy(context, 0, context.output(0).shape, strides, first);
}

// All axes in order, and bounds that clamping leaves alone.
std::shared_ptr<const Op> SliceOp::bound(const OpContext& context) const {
  const auto all = ranges(Parameters(context));
  if (!all.is_ok()) return nullptr;
  Bounds bounds;
  for (IntList* list : {&bounds.starts, &bounds.ends, &bounds.axes, &bounds.steps}) {
    list->size = static_cast<size_t>(context.shape(0).rank());
    list->present = true;
  }
  for (size_t axis = 0; axis < bounds.starts.size; ++axis) {
    const SliceRange& range = (*all)[axis];
    const int64_t end = range.start + range.count * range.step;
    bounds.starts[axis] = range.start;
    bounds.ends[axis] = end < 0 ? INT64_MIN : end;
    bounds.axes[axis] = static_cast<int64_t>(axis);
    bounds.steps[axis] = range.step;
  }
  return std::make_shared<SliceOp>(bounds);
}

std::shared_ptr<const Op> SliceOp::permuted(std::span<const int> perm) const {
  if (!bounds_) return nullptr;
  Bounds bounds = *bounds_;
  if (!bounds.axes.present) {
    bounds.axes.present = true;
    bounds.axes.size = bounds.starts.size;
    for (size_t i = 0; i < bounds.axes.size; ++i) bounds.axes[i] = static_cast<int64_t>(i);
  }
  for (size_t i = 0; i < bounds.axes.size; ++i) {
    const auto axis = normalise_axis(bounds.axes[i], static_cast<int>(perm.size()));
    if (!axis.is_ok()) return nullptr;
    bounds.axes[i] = std::ranges::find(perm, *axis) - perm.begin();
  }
  return std::make_shared<SliceOp>(bounds);
}

}  // namespace gossamer
