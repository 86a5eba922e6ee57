// See lowering.h.
#include "ops/lowering.h"

#include "kernels/movement/movement.h"
#include "kernels/sizes.h"

namespace gossamer {

Result<PackingSource> PackingSource::read(const OpContext& context, int i) {
  PackingSource source;
  if (!context.has_input(i)) return source;
  const Constant& constant = *context.constant(i);
  if (constant.is_resident()) {
    source.data_ = constant.view().as<float>();
    return source;
  }
  GOSSAMER_ASSIGN(source.copy_, AlignedBuffer::allocate(constant.bytes()));
  GOSSAMER_TRY(constant.read({source.copy_.data(), constant.bytes()}));
  source.data_ = source.copy_.as<float>();
  return source;
}

Result<PackingSource> PackingSource::allocate(int64_t count) {
  PackingSource source;
  GOSSAMER_ASSIGN(source.copy_, allocate_floats(count));
  source.data_ = source.copy_.as<float>();
  return source;
}

std::unique_ptr<Kernel> make_strided_copy(const OpContext& context, int i, const Shape& shape,
                                          const Strides& strides, int64_t first) {
  StridedAxes<1> axes;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    axes.add(shape[axis], {strides[static_cast<size_t>(axis)]});
  }
  return make_transpose(axes, static_cast<int>(data_type_size(context.type(i))), first);
}

}  // namespace gossamer
