// Lets the training scripts call the runtime's own foreground recipe, so that the network is trained
// on exactly the pixels it will be shown: there is no second implementation that could drift.
// Built and loaded by recipe.py.
#include <cstdint>

#include "image/foreground.h"

// Gray pictures of one size, one after the other, to 28 x 28 bytes each. Returns 0 on success.
extern "C" int gossamer_foreground(const uint8_t* pixels, int count, int width, int height, int box,
                                   uint8_t* out) {
  for (int i = 0; i < count; ++i) {
    const gossamer::ImageView view{pixels + int64_t{i} * width * height, width, height, 1,
                                   static_cast<size_t>(width)};
    if (!gossamer::extract_foreground(view, {box, 28, 28}, out + int64_t{i} * 784).is_ok()) return 1;
  }
  return 0;
}
