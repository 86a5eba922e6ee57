// Picture files to pixels: the only file that knows stb_image. Enters: the bytes of a JPEG or PNG.
// Leaves: an Image, or an IMAGE or OOM error. What stb_image may be shown, and how much memory it
// may take, is decided by file_guard; its allocations go through the functions below, which hand
// out zeroed memory (it reads tables that a damaged file never defined) until the limit is reached.
#include <cstdlib>
#include <cstring>

#include "gossamer/image.h"
#include "image/file_guard.h"
#include "image/orientation.h"

namespace {

// The decode that is under way on this thread.
struct DecodeMemory {
  uint64_t left = 0;
  bool over_limit = false;
  bool out_of_memory = false;
};
thread_local DecodeMemory decode_memory;

void* decoder_allocate(size_t bytes) {
  if (bytes > decode_memory.left) {
    decode_memory.over_limit = true;
    return nullptr;
  }
  decode_memory.left -= bytes;
  void* block = std::calloc(bytes, 1);
  if (block == nullptr) decode_memory.out_of_memory = true;
  return block;
}

// What was freed is not given back to the limit: it bounds the sum of all requests.
void* decoder_reallocate(void* block, size_t old_bytes, size_t bytes) {
  void* larger = decoder_allocate(bytes);
  if (larger == nullptr) return nullptr;
  if (block != nullptr) std::memcpy(larger, block, old_bytes < bytes ? old_bytes : bytes);
  std::free(block);
  return larger;
}

}  // namespace

#define STBI_MALLOC(size) decoder_allocate(size)
#define STBI_REALLOC_SIZED(block, old_size, size) decoder_reallocate(block, old_size, size)
#define STBI_FREE(block) std::free(block)
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_NO_FAILURE_STRINGS
#define STBI_NO_SIMD  // one path for every build, so that all of them give the same pixels
#define STBI_ASSERT(condition) static_cast<void>(0)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wunknown-warning-option"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"
#if defined(__clang__)
// Damaged coefficients overflow its integer arithmetic; the wrapped values are only wrong colours.
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#endif
#include <stb/stb_image.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif
#pragma GCC diagnostic pop

namespace gossamer {
namespace {

// Gray with alpha has no place in ImageView: make it RGBA. Frees nothing on failure.
uint8_t* gray_alpha_to_rgba(const uint8_t* in, size_t pixels) {
  uint8_t* out = static_cast<uint8_t*>(std::malloc(pixels * 4));
  for (size_t i = 0; out != nullptr && i < pixels; ++i) {
    out[4 * i] = out[4 * i + 1] = out[4 * i + 2] = in[2 * i];
    out[4 * i + 3] = in[2 * i + 1];
  }
  return out;
}

Status out_of_memory() {
  return Status(Code::kOom, Stage::kImage, "not enough memory to decode the picture");
}

Status decoding_failed() {
  if (decode_memory.out_of_memory) return out_of_memory();
  if (decode_memory.over_limit) {
    return Status(Code::kImage, Stage::kImage,
                  "decoding takes more memory than a picture of this size should");
  }
  return Status(Code::kImage, Stage::kImage, "the picture is damaged");
}

}  // namespace

Result<Image> decode_image(std::span<const uint8_t> file) {
  if (file.size() > size_t{INT32_MAX}) {
    return Status(Code::kImage, Stage::kImage, "the file is larger than 2 GB");
  }
  GOSSAMER_ASSIGN(const GuardedFile guarded, guard_image_file(file));
  decode_memory = {.left = guarded.memory_limit};
  Image image;
  image.pixels.reset(stbi_load_from_memory(guarded.bytes.data(),
                                           static_cast<int>(guarded.bytes.size()), &image.width,
                                           &image.height, &image.channels, 0));
  if (image.pixels == nullptr) return decoding_failed();
  if (image.width != guarded.width || image.height != guarded.height) {
    return Status(Code::kImage, Stage::kImage, "the picture contradicts its header");
  }
  if (image.channels == 2) {
    const size_t pixels = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
    image.pixels.reset(gray_alpha_to_rgba(image.pixels.get(), pixels));
    if (image.pixels == nullptr) return out_of_memory();
    image.channels = 4;
  }
  GOSSAMER_TRY(turn_upright(image, read_orientation(guarded.exif)));
  return image;
}

}  // namespace gossamer
