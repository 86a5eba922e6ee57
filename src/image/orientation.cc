// See orientation.h. Every orientation is one walk over the target in order and over the source by
// two steps, one per target column and one per target row.
#include "image/orientation.h"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace gossamer {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kShortType = 3;
constexpr size_t kEntryBytes = 12;  // tag, type, count, and the value or where it lies

// Numbers in the byte order that the structure declares. Requires that the bytes exist.
class TiffReader {
 public:
  TiffReader(Bytes bytes, bool big_endian) : bytes_(bytes), big_endian_(big_endian) {}
  uint32_t u16(size_t at) const {
    const uint32_t first = bytes_[at];
    const uint32_t second = bytes_[at + 1];
    return big_endian_ ? first << 8 | second : second << 8 | first;
  }
  uint32_t u32(size_t at) const {
    return big_endian_ ? u16(at) << 16 | u16(at + 2) : u16(at + 2) << 16 | u16(at);
  }

 private:
  Bytes bytes_;
  bool big_endian_;
};

template <size_t kPixelBytes>
void copy_pixels(const uint8_t* in, ptrdiff_t step_x, ptrdiff_t step_y, int width, int height,
                 uint8_t* out) {
  for (int y = 0; y < height; ++y, in += step_y) {
    const uint8_t* pixel = in;
    for (int x = 0; x < width; ++x, pixel += step_x, out += kPixelBytes) {
      std::memcpy(out, pixel, kPixelBytes);
    }
  }
}

}  // namespace

Orientation read_orientation(Bytes tiff) {
  if (tiff.size() < 8) return Orientation::kUpright;
  const bool big_endian = std::memcmp(tiff.data(), "MM\0*", 4) == 0;
  if (!big_endian && std::memcmp(tiff.data(), "II*\0", 4) != 0) return Orientation::kUpright;
  const TiffReader reader(tiff, big_endian);
  const size_t directory = reader.u32(4);
  if (directory > tiff.size() - 2) return Orientation::kUpright;
  const size_t begin = directory + 2;
  const size_t end = begin + reader.u16(directory) * kEntryBytes;
  for (size_t at = begin; at != end && tiff.size() - at >= kEntryBytes; at += kEntryBytes) {
    if (reader.u16(at) != kOrientationTag) continue;
    const uint32_t value = reader.u16(at + 8);
    const bool one_short = reader.u16(at + 2) == kShortType && reader.u32(at + 4) == 1;
    if (one_short && value >= 1 && value <= 8) return static_cast<Orientation>(value);
  }
  return Orientation::kUpright;
}

Status turn_upright(Image& image, Orientation orientation) {
  if (orientation == Orientation::kUpright) return Status::ok();
  const bool swap = orientation >= Orientation::kTransposed;
  const bool from_last_column =
      orientation == Orientation::kMirrored || orientation == Orientation::kUpsideDown ||
      orientation == Orientation::kTransversed || orientation == Orientation::kTurnLeft;
  const bool from_last_row =
      orientation == Orientation::kUpsideDown || orientation == Orientation::kFlipped ||
      orientation == Orientation::kTurnRight || orientation == Orientation::kTransversed;
  const auto pixel_bytes = static_cast<ptrdiff_t>(image.channels);
  const ptrdiff_t row_bytes = image.width * pixel_bytes;
  const ptrdiff_t along_row = from_last_column ? -pixel_bytes : pixel_bytes;
  const ptrdiff_t along_column = from_last_row ? -row_bytes : row_bytes;
  const uint8_t* first = image.pixels.get();
  if (from_last_column) first += row_bytes - pixel_bytes;
  if (from_last_row) first += (image.height - 1) * row_bytes;

  const size_t bytes = static_cast<size_t>(row_bytes) * static_cast<size_t>(image.height);
  decltype(image.pixels) turned(static_cast<uint8_t*>(std::malloc(bytes)));
  if (turned == nullptr) {
    return Status(Code::kOom, Stage::kImage, "not enough memory to turn the picture upright");
  }
  const int width = swap ? image.height : image.width;
  const int height = swap ? image.width : image.height;
  const auto copy = image.channels == 1   ? copy_pixels<1>
                    : image.channels == 3 ? copy_pixels<3>
                                          : copy_pixels<4>;
  copy(first, swap ? along_column : along_row, swap ? along_row : along_column, width, height,
       turned.get());
  image.pixels = std::move(turned);
  image.width = width;
  image.height = height;
  return Status::ok();
}

}  // namespace gossamer
