// Changing a picture's size, to the same bytes as Pillow's Image.resize on 8-bit pictures, because
// that is what models were trained on.
//
// bilinear and bicubic: for output x, with scale = in / out and stretch = max(1, scale), the input
// pixels within support * stretch of the centre (x + 0.5) * scale are weighted by the filter at
// distance / stretch (so that shrinking averages: antialiasing), the weights normalised to sum 1
// and rounded to 22-bit fixed point. Rows first, rounded to 8 bits, then columns. Supports: 1 for
// the triangle, 2 for Keys' cubic with a = -0.5. nearest: the input pixel at floor((x + 0.5) *
// scale), the position summed up step by step.
#ifndef GOSSAMER_IMAGE_RESIZE_H_
#define GOSSAMER_IMAGE_RESIZE_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"
#include "image/pixel_rows.h"
#include "image/plane.h"

namespace gossamer {

// The size the whole picture would get, and the part of it that is computed. Cropping while
// resizing gives the same pixels as cropping afterwards, without ever holding the rest: a picture
// of 1 x 60000 brought to a shorter side of 256 is 256 x 15 million.
struct ResizePlan {
  int width = 0;
  int height = 0;
  int crop_x = 0;
  int crop_y = 0;
  int crop_width = 0;
  int crop_height = 0;

  static constexpr ResizePlan whole(int width, int height) {
    return {width, height, 0, 0, width, height};
  }
};

// The pixels that outputs [crop, crop + count) of `out` may be made from, by any filter, and a few
// to both sides that vectors touch.
Span source_span(int in, int out, int crop, int count);

// The most memory that resize() takes for a picture of this size and pixels of so many bytes.
uint64_t resize_bytes(int width, int height, int pixel_bytes, const ResizePlan& plan);

// Writes crop_height rows of crop_width pixels of source.pixel_bytes() bytes to `out`, rows
// `out_stride` bytes apart. Requires a crop of at least one pixel inside the target size.
// Errors: OOM.
Status resize(const PixelRows& source, const ResizePlan& plan, Recipe::Filter filter, uint8_t* out,
              size_t out_stride);

// A gray copy of the planned part, bilinear. Errors: OOM.
Result<Plane<uint8_t>> resize_gray(const ImageView& image, const ResizePlan& plan);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_RESIZE_H_
