// Which marks in a picture are the figure. Enters: how much each pixel differs from the background,
// in the direction of one polarity. Leaves: a mask of the connected marks that together look like
// the one thing somebody wants read, and a rating that lets two polarities compete.
#ifndef GOSSAMER_IMAGE_FIGURE_H_
#define GOSSAMER_IMAGE_FIGURE_H_

#include <cstdint>

#include "gossamer/status.h"
#include "image/plane.h"

namespace gossamer {

// Half-open: [left, right) x [top, bottom).
struct Box {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  int width() const { return right - left; }
  int height() const { return bottom - top; }
  int longer_side() const { return std::max(width(), height()); }
};

inline Box unite(const Box& a, const Box& b) {
  return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right),
          std::max(a.bottom, b.bottom)};
}

struct Figure {
  Plane<uint8_t> mask;  // 1 inside
  Box box;
  int peak = 0;         // peak_within()
  uint64_t rating = 0;  // 0: there is no figure
};

// The ink that a tenth of the mask's pixels exceed; 0 where it has none. Requires planes of the
// same size.
int peak_within(const Plane<uint8_t>& mask, const Plane<uint8_t>& ink);

// Marks are pixels with ink >= threshold, joined over edges and corners. Errors: OOM.
Result<Figure> find_figure(const Plane<uint8_t>& ink, int threshold);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_FIGURE_H_
