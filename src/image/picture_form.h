// How an input's elements make up a picture, by its shape. The usual form is [1, C, H, W] or
// [1, H, W, C] with C = 1 or 3; models also leave out the batch ([3, H, W], [H, W, 3]), the channel
// of gray ([1, H, W], as Keras' first tutorial does), both ([H, W]), or even the rows ([1, 784] is
// 28 x 28).
#ifndef GOSSAMER_IMAGE_PICTURE_FORM_H_
#define GOSSAMER_IMAGE_PICTURE_FORM_H_

#include <optional>

#include "gossamer/tensor.h"

namespace gossamer {

struct PictureForm {
  int64_t channels = 1;
  int64_t height = 0;
  int64_t width = 0;
  bool channels_first = true;
};

// Pixels can be written as elements of this type.
bool takes_pixels(DataType type);

// Nothing when the shape is no picture's. What lacks the batch or the channel must have 8 pixels a
// side: it could be any table otherwise.
std::optional<PictureForm> picture_form(const Shape& shape);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_PICTURE_FORM_H_
