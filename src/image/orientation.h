// Which way up a picture is. Cameras store what the sensor saw and note in EXIF data how they were
// held. Enters: that note, and the picture as stored. Leaves: the picture as it is meant to be
// seen, which is what browsers show and what Pillow's ImageOps.exif_transpose gives.
//
// The note is advice in bytes of any origin: one that cannot be understood is ignored, as browsers
// ignore it, and never makes a picture unusable. Only decode_image comes here; the web module, to
// which the browser hands pictures already turned, has none of this code.
#ifndef GOSSAMER_IMAGE_ORIENTATION_H_
#define GOSSAMER_IMAGE_ORIENTATION_H_

#include <cstdint>
#include <span>

#include "gossamer/image.h"
#include "gossamer/status.h"

namespace gossamer {

// How the stored picture must be turned, numbered as in EXIF (tag 0x0112): where its first row and
// its first column belong.
enum class Orientation : uint8_t {
  kUpright = 1,      // row: top,    column: left
  kMirrored = 2,     // row: top,    column: right
  kUpsideDown = 3,   // row: bottom, column: right
  kFlipped = 4,      // row: bottom, column: left
  kTransposed = 5,   // row: left,   column: top
  kTurnRight = 6,    // row: right,  column: top
  kTransversed = 7,  // row: right,  column: bottom
  kTurnLeft = 8,     // row: left,   column: bottom
};

// The orientation noted in the TIFF structure of EXIF data, either byte order. kUpright when there
// is none that can be read: only the first directory is looked at, nothing is followed twice.
Orientation read_orientation(std::span<const uint8_t> tiff);

// Turns or mirrors the pixels. Errors: OOM; the picture is then as it was.
Status turn_upright(Image& image, Orientation orientation);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_ORIENTATION_H_
