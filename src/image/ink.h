// The ink of the one figure in a picture, on nothing. Enters: a picture of something drawn, written
// or printed. Leaves: how strong the ink of the figure is at each pixel, 0 elsewhere.
//
// Finding the figure is what costs, and needs no detail: it is done on a copy of 160 pixels a side.
// Strokes need detail, but only around the figure: that part alone is then made at 320 pixels a
// side, and the figure is cut out of it once more. Pictures below 240 pixels are searched as they
// are.
#ifndef GOSSAMER_IMAGE_INK_H_
#define GOSSAMER_IMAGE_INK_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"
#include "image/figure.h"
#include "image/plane.h"
#include "image/resize.h"

namespace gossamer {

struct FigureInk {
  Plane<uint8_t> ink;  // 255: the figure's typical peak
  Box box;             // where in it the figure is; empty when the picture has none
  ResizePlan part;     // how the picture comes to the ink's size: its crop is what the ink covers
};

// No side of the ink is longer. Requires check_image(image).is_ok(). Errors: OOM.
inline constexpr int kMaxInkSide = 320;
Result<FigureInk> find_ink(const ImageView& image);

// The most memory that it takes for a picture of this size.
uint64_t ink_bytes(int width, int height);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_INK_H_
