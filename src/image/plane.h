// A picture with one value per pixel, in memory that may be refused. What the steps of the
// foreground recipe hand to each other.
#ifndef GOSSAMER_IMAGE_PLANE_H_
#define GOSSAMER_IMAGE_PLANE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/aligned_buffer.h"
#include "base/text.h"
#include "gossamer/image.h"
#include "gossamer/status.h"

namespace gossamer {

// Dense, row-major. Requires width, height >= 1.
template <typename T>
class Plane {
 public:
  Plane() = default;
  // Filled with zeros. Errors: OOM, also where no size_t holds the size.
  static Result<Plane> make(int width, int height) {
    const uint64_t bytes = static_cast<uint64_t>(width) * static_cast<uint64_t>(height) * sizeof(T);
    if (bytes > std::numeric_limits<size_t>::max() / 2) {
      return Status(Code::kOom, Stage::kImage, "a picture exceeds the address space")
          .got(concat(width, " x ", height));
    }
    Plane plane;
    plane.width_ = width;
    plane.height_ = height;
    GOSSAMER_ASSIGN(plane.values_, AlignedBuffer::allocate(static_cast<size_t>(bytes)));
    std::fill_n(plane.data(), plane.size(), T{});
    return plane;
  }

  int width() const { return width_; }
  int height() const { return height_; }
  size_t size() const { return static_cast<size_t>(width_) * static_cast<size_t>(height_); }
  T* data() { return values_.template as<T>(); }
  const T* data() const { return values_.template as<T>(); }
  T* row(int y) { return data() + static_cast<size_t>(y) * static_cast<size_t>(width_); }
  const T* row(int y) const {
    return data() + static_cast<size_t>(y) * static_cast<size_t>(width_);
  }

 private:
  AlignedBuffer values_;
  int width_ = 0;
  int height_ = 0;
};

// Requires x, y, width and height to lie inside the plane.
inline ImageView gray_view(const Plane<uint8_t>& plane, int x, int y, int width, int height) {
  return {plane.row(y) + x, width, height, 1, static_cast<size_t>(plane.width())};
}
inline ImageView gray_view(const Plane<uint8_t>& plane) {
  return gray_view(plane, 0, 0, plane.width(), plane.height());
}

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_PLANE_H_
