// The kernels of Transpose, Concat, Split and Gather, for elements of any type.
#include "kernels/movement/movement.h"
#include "ops/concat.h"
#include "ops/gather.h"
#include "ops/indices.h"
#include "ops/lowering.h"
#include "ops/split.h"
#include "ops/transpose.h"

namespace gossamer {
namespace {

int64_t rows_before(const Shape& shape, int axis) {
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= shape[k];
  return rows;
}

int64_t bytes_from(DataType type, const Shape& shape, int axis) {
  auto bytes = static_cast<int64_t>(data_type_size(type));
  for (int k = axis; k < shape.rank(); ++k) bytes *= shape[k];
  return bytes;
}

}  // namespace

Result<std::unique_ptr<Kernel>> TransposeOp::lower(OpContext& context) const {
  return make_strided_copy(context, 0, context.output(0).shape, input_strides(context.shape(0)), 0);
}

Result<std::unique_ptr<Kernel>> ConcatOp::lower(OpContext& context) const {
  const Shape& y = context.output(0).shape;
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, y.rank()));
  std::vector<int64_t> row_bytes;
  for (int i = 0; i < context.input_count(); ++i) {
    row_bytes.push_back(bytes_from(context.type(i), context.shape(i), axis));
  }
  return make_concat(rows_before(y, axis), std::move(row_bytes));
}

Result<std::unique_ptr<Kernel>> SplitOp::lower(OpContext& context) const {
  const Shape& x = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, x.rank()));
  GOSSAMER_ASSIGN(const std::vector<int64_t> pieces, extents(context, x[axis]));
  const int64_t inner = bytes_from(context.type(0), x, axis + 1);
  std::vector<int64_t> row_bytes;
  for (const int64_t extent : pieces) row_bytes.push_back(extent * inner);
  return make_split(rows_before(x, axis), std::move(row_bytes));
}

// One index that is known is a slice, as exporters write x[:, 0].
Result<std::unique_ptr<Kernel>> GatherOp::lower(OpContext& context) const {
  const Shape& data = context.shape(0);
  if (context.constant(1) == nullptr || context.shape(1).elements() != 1) return Op::lower(context);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, data.rank()));
  GOSSAMER_ASSIGN(const auto indices, context.known(1));
  const auto index = index_at(indices->view(), 0, data[axis]);
  if (!index.is_ok()) return Op::lower(context);  // which says so when it runs
  const Strides of_data = dense_strides(data);
  const int new_axes = context.shape(1).rank();
  Strides strides{};
  for (int k = 0; k < axis; ++k) strides[static_cast<size_t>(k)] = of_data[static_cast<size_t>(k)];
  for (int k = axis + 1; k < data.rank(); ++k) {
    strides[static_cast<size_t>(k - 1 + new_axes)] = of_data[static_cast<size_t>(k)];
  }
  return make_strided_copy(context, 0, context.output(0).shape, strides,
                           *index * of_data[static_cast<size_t>(axis)]);
}

}  // namespace gossamer
