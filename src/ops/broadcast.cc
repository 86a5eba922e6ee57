// See broadcast.h.
#include "ops/broadcast.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace gossamer {

Result<Shape> broadcast_shapes(const Shape& a, const Shape& b) {
  const int rank = std::max(a.rank(), b.rank());
  Shape out;
  for (int axis = 0; axis < rank; ++axis) {
    const int in_a = axis - (rank - a.rank());
    const int in_b = axis - (rank - b.rank());
    const int64_t dim_a = in_a < 0 ? 1 : a[in_a];
    const int64_t dim_b = in_b < 0 ? 1 : b[in_b];
    if (dim_a != dim_b && dim_a != 1 && dim_b != 1) {
      return Status(Code::kShape, Stage::kGraph, "shapes cannot be broadcast together")
          .got(concat(a.to_string(), " and ", b.to_string()))
          .expected("extents that are equal or 1, aligned at the last axis");
    }
    out.push_back(dim_a == 1 ? dim_b : dim_a);
  }
  return out;
}

bool broadcasts_to(const Shape& from, const Shape& to) {
  const int missing = to.rank() - from.rank();
  if (missing < 0) return false;
  for (int axis = 0; axis < from.rank(); ++axis) {
    if (from[axis] != 1 && from[axis] != to[axis + missing]) return false;
  }
  return true;
}

Strides dense_strides(const Shape& shape) {
  Strides strides{};
  int64_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    strides[static_cast<size_t>(axis)] = stride;
    stride *= std::max<int64_t>(1, shape[axis]);  // keeps empty tensors well defined
  }
  return strides;
}

AxisExtents extents_around(const Shape& shape, int axis) {
  AxisExtents e;
  for (int i = 0; i < axis; ++i) e.outer *= shape[i];
  e.size = shape[axis];
  for (int i = axis + 1; i < shape.rank(); ++i) e.inner *= shape[i];
  return e;
}

Strides broadcast_strides(const Shape& from, const Shape& to) {
  const Strides dense = dense_strides(from);
  const int missing = to.rank() - from.rank();
  Strides strides{};
  for (int axis = 0; axis < from.rank(); ++axis) {
    if (from[axis] == 1) continue;
    strides[static_cast<size_t>(axis + missing)] = dense[static_cast<size_t>(axis)];
  }
  return strides;
}

void copy_strided(const TensorView& from, StridedWalk<1> walk, int64_t first,
                  const MutableTensorView& to) {
  const int64_t count = to.elements();
  if (count == 0) return;  // `from` may then be null
  const size_t size = data_type_size(to.type);
  const auto* source = from.as<std::byte>() + static_cast<size_t>(first) * size;
  auto* target = to.as<std::byte>();
  for (int64_t i = 0; i < count; ++i, walk.next(), target += size) {
    std::memcpy(target, source + walk.offset(0) * static_cast<ptrdiff_t>(size), size);
  }
}

}  // namespace gossamer
