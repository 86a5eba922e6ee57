// See reduce.h.
#include "ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/exponential.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

using Kind = ReduceOp::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Entry {
  std::string_view type;
  Kind kind;
};
constexpr Entry kEntries[] = {
    {"ReduceL1", Kind::kL1},         {"ReduceL2", Kind::kL2},
    {"ReduceLogSum", Kind::kLogSum}, {"ReduceLogSumExp", Kind::kLogSumExp},
    {"ReduceMax", Kind::kMax},       {"ReduceMean", Kind::kMean},
    {"ReduceMin", Kind::kMin},       {"ReduceProd", Kind::kProd},
    {"ReduceSum", Kind::kSum},       {"ReduceSumSquare", Kind::kSumSquare},
};

// The elements that become one: those at `first` + what the walk visits.
struct Group {
  const TensorView& x;
  int64_t first;
  int64_t count;
  StridedWalk<1>& walk;  // ends where it began

  template <typename F>
  void for_each(F&& f) const {
    for (int64_t i = 0; i < count; ++i, walk.next()) f(first + walk.offset(0));
  }
};

double add(Kind kind, double total, double v) {
  switch (kind) {
    case Kind::kMax:
      return v > total || std::isnan(v) ? v : total;
    case Kind::kMin:
      return v < total || std::isnan(v) ? v : total;
    case Kind::kProd:
      return total * v;
    case Kind::kL1:
      return total + std::abs(v);
    case Kind::kL2:
    case Kind::kSumSquare:
      return total + v * v;
    case Kind::kLogSumExp:
      return total + exponential(v);
    default:
      return total + v;
  }
}

double reduce_reals(Kind kind, const Group& group) {
  double shift = 0;  // keeps e^x in range
  if (kind == Kind::kLogSumExp) {
    shift = reduce_reals(Kind::kMax, group);
    if (!std::isfinite(shift)) shift = 0;
  }
  double total = kind == Kind::kMax    ? -kInfinity
                 : kind == Kind::kMin  ? kInfinity
                 : kind == Kind::kProd ? 1
                                       : 0;
  group.for_each([&](int64_t i) { total = add(kind, total, real_at(group.x, i) - shift); });
  if (kind == Kind::kMean) return total / static_cast<double>(group.count);
  if (kind == Kind::kL2) return std::sqrt(total);
  if (kind == Kind::kLogSum || kind == Kind::kLogSumExp) return std::log(total) + shift;
  return total;
}

// Unsigned arithmetic wraps around where signed arithmetic is undefined.
int64_t reduce_integers(Kind kind, const Group& group) {
  const DataType type = group.x.type;
  const IntegerRange range = integer_range(type);
  int64_t best = kind == Kind::kMax ? range.lowest : range.highest;
  uint64_t total = kind == Kind::kProd ? 1 : 0;
  group.for_each([&](int64_t i) {
    const int64_t v = int_at(group.x, i);
    const auto u = static_cast<uint64_t>(v);
    switch (kind) {
      case Kind::kMax:
        best = less_int(type, best, v) ? v : best;
        break;
      case Kind::kMin:
        best = less_int(type, v, best) ? v : best;
        break;
      case Kind::kProd:
        total *= u;
        break;
      case Kind::kSumSquare:
        total += u * u;
        break;
      case Kind::kL1:
        total += less_int(type, v, 0) ? 0 - u : u;
        break;
      default:
        total += u;
    }
  });
  if (kind == Kind::kMax || kind == Kind::kMin) return best;
  if (kind != Kind::kMean) return static_cast<int64_t>(total);
  if (group.count == 0) return 0;
  if (type == DataType::kUint64) {
    return static_cast<int64_t>(total / static_cast<uint64_t>(group.count));
  }
  return static_cast<int64_t>(total) / group.count;
}

// What infer() states for these axes.
Shape reduced_shape(const Shape& x, const AxisSet& axes, bool keep_dims) {
  Shape shape;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (!axes.contains[axis]) {
      shape.push_back(x[axis]);
    } else if (keep_dims) {
      shape.push_back(1);
    }
  }
  return shape;
}

}  // namespace

OpResult make_reduce(AttributeReader& attributes) {
  const Entry& entry = *std::ranges::find(kEntries, attributes.op_type(), &Entry::type);
  ReduceOp::Attributes a;
  const int axes_become_input = entry.kind == Kind::kSum ? 13 : 18;
  const bool takes_input = attributes.opset() >= axes_become_input;
  attributes.expect_inputs(1, takes_input ? 2 : 1);
  attributes.expect_outputs(1);
  a.axes_are_input = attributes.input_count() > 1;
  a.keep_dims = attributes.get_bool("keepdims", true);
  if (takes_input) {
    a.noop_with_empty_axes = attributes.get_bool("noop_with_empty_axes", false);
  } else {
    a.axes = attributes.get_ints("axes");
  }
  return make_op<ReduceOp>(entry.type, entry.kind, std::move(a));
}

const ReduceOp* as_reduction(const Op* op) {
  if (op == nullptr ||
      std::ranges::find(kEntries, op->type(), &Entry::type) == std::end(kEntries)) {
    return nullptr;
  }
  return static_cast<const ReduceOp*>(op);
}

Result<AxisSet> ReduceOp::reduced_axes(std::optional<std::span<const int64_t>> axes,
                                       int rank) const {
  if (attributes_.axes) axes = *attributes_.axes;
  if (axes && !axes->empty()) return normalise_axes(*axes, rank);
  AxisSet all;
  if (!attributes_.noop_with_empty_axes) std::fill_n(all.contains, rank, true);
  return all;
}

std::shared_ptr<const Op> ReduceOp::settled(std::vector<int64_t> axes) const {
  Attributes a;
  a.noop_with_empty_axes = axes.empty();
  a.axes = std::move(axes);
  return std::make_shared<ReduceOp>(type_, kind_, std::move(a));
}

Status ReduceOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  const bool chooses = kind_ == Kind::kMax || kind_ == Kind::kMin;
  if (!chooses || context.type(0) != DataType::kBool) GOSSAMER_TRY(require_number(context, 0));
  Axes from_input;
  if (context.has_input(1)) {
    GOSSAMER_ASSIGN(from_input, context.ints(1));
  }
  const Shape& x = context.shape(0);
  GOSSAMER_ASSIGN(const AxisSet axes, reduced_axes(from_input, x.rank()));
  return set_output(context, 0, context.type(0), reduced_shape(x, axes, attributes_.keep_dims));
}

Status ReduceOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  std::array<int64_t, Shape::kMaxRank> listed;  // infer() has refused longer lists
  std::optional<std::span<const int64_t>> from_input;
  if (args.inputs.size() > 1 && args.inputs[1].data != nullptr) {
    const auto count = std::min(static_cast<size_t>(args.inputs[1].elements()), listed.size());
    for (size_t i = 0; i < count; ++i) listed[i] = int_at(args.inputs[1], static_cast<int64_t>(i));
    from_input = std::span(listed).first(count);
  }
  GOSSAMER_ASSIGN(const AxisSet axes, reduced_axes(from_input, x.shape.rank()));
  const Strides dense = dense_strides(x.shape);
  Shape kept, reduced;
  Strides kept_strides{}, reduced_strides{};
  for (int axis = 0; axis < x.shape.rank(); ++axis) {
    Shape& shape = axes.contains[axis] ? reduced : kept;
    Strides& strides = axes.contains[axis] ? reduced_strides : kept_strides;
    strides[static_cast<size_t>(shape.rank())] = dense[static_cast<size_t>(axis)];
    shape.push_back(x.shape[axis]);
  }
  StridedWalk<1> outer(kept, {kept_strides}), inner(reduced, {reduced_strides});
  const bool real = is_real(x.type) || kind_ >= Kind::kL2;
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i, outer.next()) {
    const Group group{x, outer.offset(0), reduced.elements(), inner};
    if (real) {
      put_number(y, i, reduce_reals(kind_, group));
    } else {
      put_int(y, i, reduce_integers(kind_, group));
    }
  }
  return Status::ok();
}

std::shared_ptr<const Op> ReduceOp::permuted(std::span<const int> perm) const {
  if (attributes_.axes_are_input || !attributes_.keep_dims) return nullptr;
  const auto axes = reduced_axes(attributes_.axes, static_cast<int>(perm.size()));
  if (!axes.is_ok()) return nullptr;
  std::vector<int64_t> moved;
  for (size_t k = 0; k < perm.size(); ++k) {
    if (axes->contains[perm[k]]) moved.push_back(static_cast<int64_t>(k));
  }
  return settled(std::move(moved));
}

}  // namespace gossamer
