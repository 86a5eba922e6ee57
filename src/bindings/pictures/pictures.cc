// The module that decodes pictures for Node, where no browser does: the bytes of a file come in,
// RGBA or the description of an error leaves. It is a module of its own, so that pages do not
// download it. One call is made at a time, and what it gives stays valid until the next one.
#include <emscripten/emscripten.h>

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>

#include "gossamer/image.h"

namespace gossamer {
namespace {

// As web/package/node/decoder.js reads it: words of 32 bits.
struct Decoded {
  uint8_t* rgba = nullptr;  // to be freed; null where decoding failed
  int width = 0;
  int height = 0;
  const char* error = nullptr;  // JSON
};

std::string error_text;
Decoded decoded;

// Straight alpha; gray and colours without it are opaque.
Result<Image> to_rgba(Image image) {
  if (image.channels == 4) return image;
  const auto count = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
  Image rgba{.width = image.width, .height = image.height, .channels = 4};
  rgba.pixels.reset(static_cast<uint8_t*>(std::malloc(count * 4)));
  if (rgba.pixels == nullptr) {
    return Status(Code::kOom, Stage::kImage, "not enough memory to decode the picture");
  }
  const auto channels = static_cast<size_t>(image.channels);
  const size_t green = channels == 1 ? 0 : 1, blue = channels == 1 ? 0 : 2;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* in = image.pixels.get() + i * channels;
    uint8_t* out = rgba.pixels.get() + i * 4;
    out[0] = in[0];
    out[1] = in[green];
    out[2] = in[blue];
    out[3] = 255;
  }
  return rgba;
}

Result<Image> decode(std::span<const uint8_t> file) {
  GOSSAMER_ASSIGN(Image image, decode_image(file));
  return to_rgba(std::move(image));
}

}  // namespace
}  // namespace gossamer

extern "C" EMSCRIPTEN_KEEPALIVE const gossamer::Decoded* gossamer_decode_picture(
    const uint8_t* file, size_t size) {
  using namespace gossamer;
  auto image = decode({file, size});
  if (image.is_ok()) {
    decoded = {image->pixels.release(), image->width, image->height, nullptr};
  } else {
    error_text = image.status().to_json();
    decoded = {.error = error_text.c_str()};
  }
  return &decoded;
}
