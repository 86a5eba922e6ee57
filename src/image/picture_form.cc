// See picture_form.h.
#include "image/picture_form.h"

#include <cmath>

#include "base/convert.h"

namespace gossamer {
namespace {

constexpr int64_t kMinSide = 8;  // of pictures whose shape does not say that they are some

bool is_count(int64_t extent) {
  return extent == 1 || extent == 3;
}

std::optional<PictureForm> large_enough(const PictureForm& form) {
  if (form.height < kMinSide || form.width < kMinSide) return std::nullopt;
  return form;
}

std::optional<PictureForm> square(int64_t elements) {
  const auto side = static_cast<int64_t>(std::sqrt(static_cast<double>(elements)));
  if (side * side != elements) return std::nullopt;
  return large_enough({1, side, side, true});
}

}  // namespace

bool takes_pixels(DataType type) {
  return type == DataType::kFloat32 || narrows_from_float32(type) || type == DataType::kUint8 ||
         type == DataType::kInt8;
}

std::optional<PictureForm> picture_form(const Shape& shape) {
  switch (shape.rank()) {
    case 4:
      if (shape[0] != 1) return std::nullopt;
      if (is_count(shape[1])) return PictureForm{shape[1], shape[2], shape[3], true};
      if (is_count(shape[3])) return PictureForm{shape[3], shape[1], shape[2], false};
      return std::nullopt;
    case 3:
      if (is_count(shape[0])) return large_enough({shape[0], shape[1], shape[2], true});
      if (is_count(shape[2])) return large_enough({shape[2], shape[0], shape[1], false});
      return std::nullopt;
    case 2:
      return shape[0] == 1 ? square(shape[1]) : large_enough({1, shape[0], shape[1], true});
    case 1:
      return square(shape[0]);
    default:
      return std::nullopt;
  }
}

}  // namespace gossamer
