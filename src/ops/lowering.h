// What the operators share when they choose their vector kernels (the *_lower.cc files): reading
// constants that a kernel is about to pack. An operator that finds no kernel for its shapes calls
// Op::lower, which wraps the scalar reference.
#ifndef GOSSAMER_OPS_LOWERING_H_
#define GOSSAMER_OPS_LOWERING_H_

#include <memory>

#include "base/aligned_buffer.h"
#include "graph/op.h"
#include "ops/broadcast.h"

namespace gossamer {

// The elements of a float32 constant for as long as it takes to pack them: where they are if they
// are in memory, else a copy that is freed with this object.
class PackingSource {
 public:
  // Input i of the node; one that is absent gives null data. Requires that a present one is a
  // float32 constant. Errors: IO, OOM.
  static Result<PackingSource> read(const OpContext& context, int i);
  // `count` floats to be filled in. Errors: OOM.
  static Result<PackingSource> allocate(int64_t count);

  const float* data() const { return data_; }
  float* mutable_data() { return copy_.as<float>(); }

 private:
  AlignedBuffer copy_;
  const float* data_ = nullptr;
};

// True when input i is absent or a constant.
inline bool is_packable(const OpContext& context, int i) {
  return !context.has_input(i) || context.constant(i) != nullptr;
}

// The kernel that fills output 0, of this shape, with the elements of input i (of any fixed-size
// type) `first` elements and a step along each axis apart: slices, transposes, repetitions.
std::unique_ptr<Kernel> make_strided_copy(const OpContext& context, int i, const Shape& shape,
                                          const Strides& strides, int64_t first);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LOWERING_H_
