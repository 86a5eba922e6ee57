// From pixels to a network's input: decode, bring to the size the network expects, normalise, and
// write straight into the input tensor. The recipe that says how travels inside the model (key
// "gossamer.recipe" of its metadata_props), so that the page, the library and the command line all
// feed a model the pixels it was trained on.
#ifndef GOSSAMER_IMAGE_H_
#define GOSSAMER_IMAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string_view>

#include "gossamer/status.h"
#include "gossamer/tensor.h"

namespace gossamer {

// 8-bit interleaved pixels owned by the caller. Rows are `stride` bytes apart, top row first.
// channels: 1 gray, 3 RGB, 4 RGBA (straight alpha; composed onto white, as on a web page).
struct ImageView {
  const uint8_t* pixels = nullptr;
  int width = 0;
  int height = 0;
  int channels = 0;
  size_t stride = 0;
};

// The same, owned and dense. Pixels come from malloc, because a std::vector of them would end the
// program when memory runs out.
struct Image {
  struct Free {
    void operator()(void* block) const { std::free(block); }
  };
  std::unique_ptr<uint8_t[], Free> pixels;
  int width = 0;
  int height = 0;
  int channels = 0;
  ImageView view() const {
    return {pixels.get(), width, height, channels,
            static_cast<size_t>(width) * static_cast<size_t>(channels)};
  }
};

// Largest picture that is decoded or accepted: in pixels, and along one side. Checked from the
// header, before any memory is taken.
inline constexpr int64_t kMaxImagePixels = int64_t{1} << 26;  // 64 megapixels
inline constexpr int kMaxImageSide = 65535;

// Decodes a JPEG or PNG file (other formats are not compiled in). The picture comes back upright,
// as browsers show it: turned or mirrored where its EXIF data say so, and in the colours of sRGB
// where a profile of curves and a matrix, or a PNG's gAMA, states others. EXIF data and profiles
// that make no sense are ignored. A JPEG that lacks its end is read when at most an eighth of the
// picture is lost. Errors: IMAGE, OOM.
Result<Image> decode_image(std::span<const uint8_t> file);

// How to turn a picture into a network's input. Written as "key=value" pairs separated by ';' or
// line breaks; parse_recipe lists the keys.
struct Recipe {
  enum class Channels { kRgb, kBgr, kGray };
  enum class Fit {
    kStretch,      // to width x height, ignoring the aspect ratio
    kShorterSide,  // shorter side to `resize`, keeping the aspect ratio, then centre crop
    kLetterbox,    // longer side to fit, the rest filled with `fill`
    kForeground,   // find the drawn figure, scale it to `box`, centre it by mass (see foreground.h)
  };
  // kForeground: what becomes of a picture that has the input's size already.
  enum class Exact {
    kFind,  // as any other
    kKeep,  // it is taken as it is: somebody prepared it, as pictures of the training data are
  };
  enum class Filter { kNearest, kBilinear, kBicubic };  // antialiased when shrinking, as PIL does
  // What makes probabilities of the network's output.
  enum class Scores {
    kFound,      // whatever the graph shows: see Session::scores
    kSoftmax,    // it holds logits of which one class is right
    kSigmoid,    // it holds logits, each class for itself
    kUnchanged,  // it holds probabilities
    kExp,        // it holds their logarithms
  };

  Channels channels = Channels::kRgb;
  Fit fit = Fit::kStretch;
  Exact exact = Exact::kFind;
  Filter filter = Filter::kBilinear;
  int resize = 0;  // kShorterSide: the shorter side before the crop; 0: the input's longer side
  int box = 0;     // kForeground: longer side of the figure inside the input; 0: 5/7 of the input
  std::array<int, 3> fill{};  // kLetterbox: background, 0..255 per channel
  // value = (pixel * scale - mean[c]) / std[c], pixel in 0..255
  float scale = 0;  // 0: 1/255 for inputs of floats, 1 for inputs of bytes
  std::array<float, 3> mean{0, 0, 0};
  std::array<float, 3> std{1, 1, 1};
  Scores scores = Scores::kFound;
};

// Reads a recipe. Keys: channels (rgb, bgr, gray), fit (stretch, shorter, letterbox, foreground),
// exact (find, keep), filter (nearest, bilinear, bicubic), resize, box, fill, scale, mean, std
// (fill, mean and std: one number, or one per channel, separated by commas), scores (softmax,
// sigmoid, none, exp). Unknown keys, keys given twice and values out of range are errors: ARGUMENT.
// An empty text gives the default: stretch, RGB, scaled to 0..1 where the input takes floats, the
// pixels as they are where it takes bytes.
Result<Recipe> parse_recipe(std::string_view text);
// As a recipe spells it; empty for kFound.
std::string_view scores_name(Recipe::Scores scores);

// Writes `image`, prepared by `recipe`, into `input`: shape [1, C, H, W] or [1, H, W, C] (told
// apart by where the channel count stands: 1 or 3; [1,3,H,3]-like ties read as NCHW), of float32,
// float16, bfloat16, float64, uint8 or int8. The batch may be missing and, of gray, the channel:
// [1, H, W], [H, W], or, of square pictures, [1, H * W]. Values for bytes are rounded and clamped,
// so int8 wants a recipe such as mean=128. An input with one channel takes gray whatever the
// recipe's channels; a gray recipe fills three alike. Takes at most `max_bytes` of memory for the
// work. Errors: IMAGE for unusable pixels, ARGUMENT when the input is not an image, BUDGET, OOM.
Status preprocess(const ImageView& image, const Recipe& recipe, const MutableTensorView& input,
                  uint64_t max_bytes = UINT64_MAX);

// The part of a picture of this size that preprocess looks at; what lies outside may be anything. A
// crop can leave out most of a picture, which then need not be fetched. The whole picture where
// preprocess would refuse it.
struct PixelArea {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};
PixelArea used_pixels(int width, int height, const Recipe& recipe, const MutableTensorView& input);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_H_
