// The kernels of reductions in float32. Once neighbouring axes are merged, what networks ask for is
// either [rows, reduced], the last axes gone, or [batch, reduced, channels]: with channels last,
// means and maxima of those are a pooling over whole pictures.
#include <optional>

#include "kernels/pool/pool.h"
#include "kernels/reduce/reduce.h"
#include "ops/reduce.h"

namespace gossamer {
namespace {

// Extents of alternating runs of kept and reduced axes, kept first: [batch, h * w, channels].
struct Runs {
  int64_t extents[Shape::kMaxRank + 1] = {1};
  int count = 1;
  int64_t first_reduced = 1;  // the extent of the first axis in the first reduced run
};

Runs merge_axes(const Shape& shape, const AxisSet& axes) {
  Runs runs;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (shape[axis] == 1) continue;
    const bool last_is_reduced = runs.count % 2 == 0;
    if (axes.contains[axis] != last_is_reduced) runs.extents[runs.count++] = 1;
    if (runs.count == 2 && runs.extents[1] == 1) runs.first_reduced = shape[axis];
    runs.extents[runs.count - 1] *= shape[axis];
  }
  return runs;
}

// The form of ReduceOp's kernels; nothing for those that have none.
std::optional<Reduction> kernel_form(ReduceOp::Kind kind) {
  using Kind = ReduceOp::Kind;
  switch (kind) {
    case Kind::kSum:
      return Reduction::kSum;
    case Kind::kMean:
      return Reduction::kMean;
    case Kind::kMax:
      return Reduction::kMax;
    case Kind::kMin:
      return Reduction::kMin;
    case Kind::kL1:
      return Reduction::kL1;
    case Kind::kSumSquare:
      return Reduction::kSumSquare;
    case Kind::kL2:
      return Reduction::kL2;
    case Kind::kLogSum:
      return Reduction::kLogSum;
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<std::unique_ptr<Kernel>> ReduceOp::lower(OpContext& context) const {
  const bool mean = kind_ == Kind::kMean, max = kind_ == Kind::kMax;
  const auto form = kernel_form(kind_);
  const Shape& x = context.shape(0);
  if (context.type(0) != DataType::kFloat32 || !form || x.elements() == 0) {
    return Op::lower(context);
  }
  Axes from_input;
  if (context.has_input(1)) {
    GOSSAMER_ASSIGN(from_input, context.ints(1));
  }
  GOSSAMER_ASSIGN(const AxisSet axes, reduced_axes(from_input, x.rank()));
  const Runs runs = merge_axes(x, axes);
  if (runs.count > 3) return Op::lower(context);
  if (runs.count == 2 && (mean || max || kind_ == Kind::kSum)) {
    const auto rows = mean ? RowReduction::kMean : max ? RowReduction::kMax : RowReduction::kSum;
    return make_reduce_rows_f32(rows, runs.extents[0], runs.extents[1]);
  }
  if (runs.count != 3 || (!mean && !max)) {
    const int64_t reduced = runs.count > 1 ? runs.extents[1] : 1;
    const int64_t inner = runs.count > 2 ? runs.extents[2] : 1;
    auto columns = make_reduce_columns_f32(*form, runs.extents[0], reduced, inner);
    if (columns == nullptr) return Op::lower(context);
    return columns;
  }
  PoolParams p;
  p.kind = mean ? PoolParams::Kind::kAverage : PoolParams::Kind::kMax;
  p.batch = runs.extents[0];
  p.in_h = p.kernel_h = runs.first_reduced;  // sums over rows of pixels stay short
  p.in_w = p.kernel_w = runs.extents[1] / runs.first_reduced;
  p.channels = runs.extents[2];
  return make_pool_f32(p);
}

}  // namespace gossamer
