// See lowering.h.
#include "ops/lowering.h"

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

}  // namespace gossamer
