// The kernels of Softmax and LogSoftmax, when what is normalised lies together in memory.
#include "kernels/softmax/softmax.h"
#include "ops/softmax.h"

namespace gossamer {

Result<std::unique_ptr<Kernel>> SoftmaxOp::lower(OpContext& context) const {
  GOSSAMER_ASSIGN(const SoftmaxExtents e, extents(context.shape(0)));
  if (e.inner != 1 || context.type(0) != DataType::kFloat32 || type() == HardmaxOp::kType)
    return Op::lower(context);
  const bool logarithm = type() == LogSoftmaxOp::kType;
  return make_softmax_f32(logarithm ? SoftmaxKind::kLogSoftmax : SoftmaxKind::kSoftmax, e.outer,
                          e.size);
}

}  // namespace gossamer
