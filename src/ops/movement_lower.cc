// The kernels of Transpose and Concat, for elements of any type.
#include "kernels/movement/movement.h"
#include "ops/concat.h"
#include "ops/lowering.h"
#include "ops/transpose.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> TransposeOp::lower(OpContext& context) const {
  return make_strided_copy(context, 0, context.output(0).shape, input_strides(context.shape(0)), 0);
}

Result<std::unique_ptr<Kernel>> ConcatOp::lower(OpContext& context) const {
  const Shape& y = context.output(0).shape;
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, y.rank()));
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= y[k];
  std::vector<int64_t> row_bytes;
  for (int i = 0; i < context.input_count(); ++i) {
    auto bytes = static_cast<int64_t>(data_type_size(context.type(i)));
    for (int k = axis; k < y.rank(); ++k) bytes *= context.shape(i)[k];
    row_bytes.push_back(bytes);
  }
  return make_concat(rows, std::move(row_bytes));
}

}  // namespace gossamer
