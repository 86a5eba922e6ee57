// Walking tensors that are not dense in the order they are read: broadcast, transposed or sliced
// ones. A StridedWalk visits the elements of an output in row-major order and keeps, for each of N
// operands, the offset of the element that belongs there. It allocates nothing and costs a few
// additions per step, which is all the scalar references need.
#ifndef GOSSAMER_OPS_BROADCAST_H_
#define GOSSAMER_OPS_BROADCAST_H_

#include <array>
#include <cstdint>

#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

using Strides = std::array<int64_t, Shape::kMaxRank>;  // in elements, one per axis of the output

// The shape of numpy's multidirectional broadcasting. Errors: SHAPE.
Result<Shape> broadcast_shapes(const Shape& a, const Shape& b);
// True when `from` broadcasts to exactly `to`, which ONNX calls unidirectional.
bool broadcasts_to(const Shape& from, const Shape& to);

Strides dense_strides(const Shape& shape);
// A shape seen as [outer, size, inner] around one axis.
struct AxisExtents {
  int64_t outer = 1;
  int64_t size = 1;
  int64_t inner = 1;
};
AxisExtents extents_around(const Shape& shape, int axis);
// Strides over the axes of `to` that read `from`: 0 along axes where it is repeated. Requires
// broadcasts_to(from, to).
Strides broadcast_strides(const Shape& from, const Shape& to);

template <size_t N>
class StridedWalk {
 public:
  StridedWalk(const Shape& shape, const std::array<Strides, N>& strides)
      : shape_(shape), strides_(strides) {}

  int64_t offset(size_t operand) const { return offsets_[operand]; }

  // To the next element in row-major order; wraps around after the last.
  void next() {
    for (int axis = shape_.rank() - 1; axis >= 0; --axis) {
      const auto a = static_cast<size_t>(axis);
      if (++index_[a] < shape_[axis]) {
        for (size_t n = 0; n < N; ++n) offsets_[n] += strides_[n][a];
        return;
      }
      for (size_t n = 0; n < N; ++n) offsets_[n] -= strides_[n][a] * (shape_[axis] - 1);
      index_[a] = 0;
    }
  }

 private:
  Shape shape_;
  std::array<Strides, N> strides_;
  std::array<int64_t, N> offsets_{};
  Strides index_{};
};

// Fills `to` with the elements of `from` (of any fixed-size type) that the walk visits, which
// starts `first` elements into `from`. Requires that the walk goes over to.shape.
void copy_strided(const TensorView& from, StridedWalk<1> walk, int64_t first,
                  const MutableTensorView& to);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_BROADCAST_H_
