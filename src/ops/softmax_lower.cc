// The kernels of Softmax and LogSoftmax, along the last axis or another.
#include "kernels/softmax/softmax.h"
#include "ops/softmax.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> SoftmaxOp::lower(OpContext& context) const {
  GOSSAMER_ASSIGN(const SoftmaxExtents e, extents(context.shape(0)));
  if (context.type(0) != DataType::kFloat32 || type() == HardmaxOp::kType)
    return Op::lower(context);
  const auto kind =
      type() == LogSoftmaxOp::kType ? SoftmaxKind::kLogSoftmax : SoftmaxKind::kSoftmax;
  if (e.inner == 1) return make_softmax_f32(kind, e.outer, e.size);
  auto columns = make_softmax_columns_f32(kind, e.outer, e.size, e.inner);
  if (columns == nullptr) return Op::lower(context);
  return columns;
}

}  // namespace gossamer
