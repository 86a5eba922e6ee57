// Lets the training scripts call the runtime's own recipes, so that a network is trained on exactly
// the pixels it will be shown: there is no second implementation that could drift. Built and loaded
// by recipe.py.
#include <cstdint>

#include "gossamer/image.h"

// Pictures of one size with 1, 3 or 4 channels, one after the other, to `side` x `side` bytes of
// gray each. The recipe is the part of a model's recipe that says which pixels are taken, without
// scale, mean and std. Returns 0 on success.
extern "C" int gossamer_prepare(const uint8_t* pixels, int count, int width, int height,
                                int channels, const char* recipe, int side, uint8_t* out) {
  const gossamer::Result<gossamer::Recipe> parsed = gossamer::parse_recipe(recipe);
  if (!parsed.is_ok()) return 2;
  const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(channels);
  const gossamer::Shape shape{1, 1, side, side};
  for (int i = 0; i < count; ++i) {
    const gossamer::ImageView view{
        pixels + static_cast<size_t>(i) * stride * static_cast<size_t>(height), width, height,
        channels, stride};
    const gossamer::MutableTensorView input{
        gossamer::DataType::kUint8, shape,
        out + static_cast<size_t>(i) * static_cast<size_t>(side * side)};
    if (!gossamer::preprocess(view, *parsed, input).is_ok()) return 1;
  }
  return 0;
}
