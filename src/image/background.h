// What a picture would be without the figure on it. Enters: a gray picture. Leaves: the estimated
// background at each pixel and how much the picture strays from it where there is no ink.
//
// First choice is a quadratic surface z = c0 + c1 x + c2 y + c3 x^2 + c4 x y + c5 y^2 through the
// border, refined with every pixel that agrees: it follows lamps and vignetting, and no figure,
// however bold, can bend it. Where less than four fifths of the border agree with any such surface,
// the border is not all background (a sheet's edge, a shadow, a hand) and a median over half the
// picture's extent is taken instead, which keeps to the nearest majority.
#ifndef GOSSAMER_IMAGE_BACKGROUND_H_
#define GOSSAMER_IMAGE_BACKGROUND_H_

#include <cstdint>

#include "gossamer/status.h"
#include "image/plane.h"

namespace gossamer {

struct Background {
  Plane<uint8_t> level;
  int noise = 0;  // about one standard deviation of the difference from `level`, in gray levels
};

// Errors: OOM.
Result<Background> estimate_background(const Plane<uint8_t>& gray);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_BACKGROUND_H_
