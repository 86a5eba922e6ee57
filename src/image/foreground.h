// The MNIST recipe for digits that somebody drew, scanned or holds to a camera: find the figure,
// and show the network what MNIST would have shown: bright ink on 0, its longer side `box` pixels,
// its centre of mass in the middle.
//
//  1. Gray, longest side brought into 64..320 pixels: strokes of a large scan are averaged down, an
//     8x8 picture is spread enough to have a shape. A 3x3 blur takes the worst of the noise. From
//     240 pixels on, steps 2 and 3 work on a copy half as large, and what they find is cut out of
//     the part of the larger copy that is around it (ink.h).
//  2. Background (background.h): a smooth surface through the border, or a local median where the
//     border is not smooth (a sheet's edge, a hand). So neither uneven light nor paper colour
//     matter.
//  3. Both polarities are tried: ink is what is darker, or what is brighter, than the background by
//     more than the noise. Connected figures are rated by mass, nearness to the centre, and by not
//     lying along the border (figure.h). The better rated polarity wins; a second cut at a third of
//     the figure's own contrast sheds shadows. Specks and neighbours are dropped, strokes that
//     belong together stay.
//  4. Ink is scaled so that the figure's typical peak is 255; everything outside the figure is 0.
//  5. The figure is brought to four times the box, or to 2048 pixels where that would be more; a
//  box
//     beyond that is drawn as large as it is. Strokes that would end thinner than 1.75 pixels are
//     widened to that, so that a hairline on a large canvas does not fade away.
//  6. Antialiased down to the box and placed with its centre of mass in the middle, as far as it
//     stays inside.
// A picture without ink gives all zeros.
//
// All decisions are integer arithmetic, but for the surface fit, which uses only + - * / on
// doubles: every build gives the same bytes, provided that this folder is compiled without fused
// multiply-adds (-ffp-contract=off).
#ifndef GOSSAMER_IMAGE_FOREGROUND_H_
#define GOSSAMER_IMAGE_FOREGROUND_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"
#include "image/prepare.h"

namespace gossamer {

// The longest side that a figure is drawn at. The picture it is found in has 320 pixels a side, so
// nothing is lost below.
inline constexpr int kMaxFigureSide = 8192;

struct ForegroundSize {
  int box = 20;
  int width = 28;
  int height = 28;
};

// Writes size.width * size.height bytes. Requires check_image(image).is_ok() and
// 1 <= box <= min(width, height, kMaxFigureSide). Errors: OOM.
// `seen`, unless null, becomes what of the picture they show; it stays when there is no figure.
Status extract_foreground(const ImageView& image, const ForegroundSize& size, uint8_t* out,
                          SeenPart* seen = nullptr);

// The most memory that it takes for a picture of this size and such a box.
uint64_t foreground_bytes(int width, int height, int box);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_FOREGROUND_H_
