// Rows of a picture as the resizer reads them. Enters: a view in gray, RGB or RGBA. Leaves: one row
// at a time, gray (1 byte a pixel) or RGBX (4, of which the last means nothing), alpha composed
// onto white. Converting row by row, as the resizer asks for them, saves a second copy of a large
// photograph; RGBX because that is what pages have, so that most rows need no converting at all.
#ifndef GOSSAMER_IMAGE_PIXEL_ROWS_H_
#define GOSSAMER_IMAGE_PIXEL_ROWS_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"

namespace gossamer {

// Pixels [begin, end) along one axis.
struct Span {
  int begin = 0;
  int end = 0;
};

// Says what is wrong with a view, if anything: null pixels, extents, channels, stride. Errors:
// IMAGE.
Status check_image(const ImageView& image);

// Gray is PIL's "L" (ITU-R 601-2 in 16-bit fixed point): (19595 R + 38470 G + 7471 B + 2^15) >> 16.
// Alpha over white rounds as PIL's paste does.
class PixelRows {
 public:
  // Requires check_image(image).is_ok(). The view's pixels are borrowed.
  PixelRows(const ImageView& image, bool gray) : image_(image), gray_(gray) {}

  int width() const { return image_.width; }
  int height() const { return image_.height; }
  int pixel_bytes() const { return gray_ ? 1 : 4; }

  // Row y, dense. Points into the picture when nothing has to be converted, otherwise at `scratch`,
  // where only the pixels of `columns` then are; the others are not even looked at.
  // Requires 0 <= y < height(), columns inside the picture and 4 width() bytes at `scratch`.
  const uint8_t* row(int y, Span columns, uint8_t* scratch) const;

 private:
  ImageView image_;
  bool gray_;
};

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_PIXEL_ROWS_H_
