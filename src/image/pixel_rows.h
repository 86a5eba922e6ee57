// Rows of a picture in the channels a network wants. Enters: a view in gray, RGB or RGBA. Leaves:
// one row at a time in gray, RGB or BGR, alpha composed onto white. Converting row by row, as the
// resizer asks for them, saves a second copy of a large photograph.
#ifndef GOSSAMER_IMAGE_PIXEL_ROWS_H_
#define GOSSAMER_IMAGE_PIXEL_ROWS_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"

namespace gossamer {

// Says what is wrong with a view, if anything: null pixels, extents, channels, stride. Errors:
// IMAGE.
Status check_image(const ImageView& image);

// Gray is PIL's "L" (ITU-R 601-2 in 16-bit fixed point): (19595 R + 38470 G + 7471 B + 2^15) >> 16.
// Alpha over white rounds as PIL's paste does.
class PixelRows {
 public:
  // Requires check_image(image).is_ok(). The view's pixels are borrowed.
  PixelRows(const ImageView& image, Recipe::Channels channels) : image_(image), to_(channels) {}

  int width() const { return image_.width; }
  int height() const { return image_.height; }
  int channels() const { return to_ == Recipe::Channels::kGray ? 1 : 3; }

  // Row y, dense. Points into the picture when nothing has to be converted, otherwise at `scratch`.
  // Requires 0 <= y < height() and width() * channels() bytes at `scratch`.
  const uint8_t* row(int y, uint8_t* scratch) const;

 private:
  ImageView image_;
  Recipe::Channels to_;
};

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_PIXEL_ROWS_H_
