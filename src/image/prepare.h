// preprocess() of gossamer/image.h, which also says what of the picture reaches the input: for
// pages that show what a network looks at.
#ifndef GOSSAMER_IMAGE_PREPARE_H_
#define GOSSAMER_IMAGE_PREPARE_H_

#include <cstdint>

#include "gossamer/image.h"
#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

// In parts of the picture's width and height. What is placed on a background (letterbox,
// foreground) may reach beyond the picture.
struct SeenPart {
  double left = 0;
  double top = 0;
  double right = 1;
  double bottom = 1;
};

// As preprocess(). `seen`, unless null, is set on success.
Status prepare(const ImageView& image, const Recipe& recipe, const MutableTensorView& input,
               uint64_t max_bytes, SeenPart* seen);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_PREPARE_H_
