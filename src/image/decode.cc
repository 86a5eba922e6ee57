// Picture files to pixels: the only file that knows stb_image. Enters: the bytes of a JPEG or PNG.
// Leaves: an Image in sRGB, or an IMAGE or OOM error. What stb_image may be shown, and how much
// memory it may take, is decided by file_guard; its allocations go through the functions below,
// which hand out zeroed memory (it reads tables that a damaged file never defined) until the limit
// is reached.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <vector>

#include "base/aligned_buffer.h"
#include "gossamer/image.h"
#include "image/color_profile.h"
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

size_t image_bytes(const Image& image) {
  return static_cast<size_t>(image.width) * static_cast<size_t>(image.height) *
         static_cast<size_t>(image.channels);
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

Result<Image> decode_bytes(std::span<const uint8_t> bytes, const GuardedFile& guarded) {
  decode_memory = {.left = guarded.memory_limit};
  Image image;
  image.pixels.reset(stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()),
                                           &image.width, &image.height, &image.channels, 0));
  if (image.pixels == nullptr) return decoding_failed();
  if (image.width != guarded.width || image.height != guarded.height) {
    return Status(Code::kImage, Stage::kImage, "the picture contradicts its header");
  }
  return image;
}

// How many bytes of the two differ by more than the eye sees.
size_t count_differences(const Image& a, const Image& b) {
  constexpr int kVisible = 8;
  size_t differences = 0;
  for (size_t i = 0; i < image_bytes(a); ++i) {
    differences += std::abs(a.pixels[i] - b.pixels[i]) > kVisible ? 1 : 0;
  }
  return differences;
}

// A JPEG whose end is missing, as browsers show it, as far as hardly anything is missing. Which
// part of the picture that is shows by decoding it twice, with different bytes in place of what is
// gone.
Result<Image> decode_cut_jpeg(const GuardedFile& guarded) {
  constexpr size_t kFiller = 64, kMarker = 2;
  constexpr size_t kLostShare = 8;  // at most one in so many bytes of the picture
  const size_t size = guarded.bytes.size();
  GOSSAMER_ASSIGN(AlignedBuffer padded, AlignedBuffer::allocate(size + kFiller + kMarker));
  auto* bytes = padded.as<uint8_t>();
  std::memcpy(bytes, guarded.bytes.data(), size);
  const auto decode = [&](size_t filler) {
    std::memset(bytes + size, 0xA5, filler);
    bytes[size + filler] = 0xFF;
    bytes[size + filler + 1] = 0xD9;
    return decode_bytes({bytes, size + filler + kMarker}, guarded);
  };
  GOSSAMER_ASSIGN(const Image other, decode(kFiller));
  GOSSAMER_ASSIGN(Image image, decode(0));
  if (image.channels != other.channels ||
      count_differences(image, other) > image_bytes(image) / kLostShare) {
    return Status(Code::kImage, Stage::kImage, "the JPEG file is damaged or cut short");
  }
  return image;
}

// What turns the colours of the file into those of sRGB; nothing when they are.
std::optional<ColorTransform> color_transform(const ColorInfo& color, bool gray) {
  if (color.icc.empty()) return ColorTransform::from_numbers(color);
  std::vector<uint8_t> profile;
  if (color.icc_is_deflated) {
    const auto deflated = color.icc[0];
    profile.resize(kMaxProfileBytes);
    const int length = stbi_zlib_decode_buffer(
        reinterpret_cast<char*>(profile.data()), static_cast<int>(profile.size()),
        reinterpret_cast<const char*>(deflated.data()), static_cast<int>(deflated.size()));
    profile.resize(static_cast<size_t>(std::max(length, 0)));
  } else {
    for (const auto piece : color.icc) {
      if (profile.size() + piece.size() > kMaxProfileBytes) return std::nullopt;
      profile.insert(profile.end(), piece.begin(), piece.end());
    }
  }
  return ColorTransform::from_icc(profile, gray);
}

}  // namespace

Result<Image> decode_image(std::span<const uint8_t> file) {
  if (file.size() > size_t{INT32_MAX} - 1024) {  // room for an end marker
    return Status(Code::kImage, Stage::kImage, "the file is larger than 2 GB");
  }
  GOSSAMER_ASSIGN(const GuardedFile guarded, guard_image_file(file));
  GOSSAMER_ASSIGN(Image image,
                  guarded.is_cut ? decode_cut_jpeg(guarded) : decode_bytes(guarded.bytes, guarded));
  const bool gray = image.channels <= 2;
  if (image.channels == 2) {
    const size_t pixels = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
    image.pixels.reset(gray_alpha_to_rgba(image.pixels.get(), pixels));
    if (image.pixels == nullptr) return out_of_memory();
    image.channels = 4;
  }
  if (const auto transform = color_transform(guarded.color, gray)) transform->apply(image);
  GOSSAMER_TRY(turn_upright(image, read_orientation(guarded.exif)));
  return image;
}

}  // namespace gossamer
