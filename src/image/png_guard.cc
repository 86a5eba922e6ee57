// What a PNG file is made of. Enters: the bytes of one. Leaves: its size, and what it says of its
// orientation and colours. Each chunk is walked with its length held against the bytes that are
// there.
#include <algorithm>

#include "base/text.h"
#include "image/file_bytes.h"
#include "image/file_guard.h"

namespace gossamer {
namespace {

constexpr size_t kMagicBytes = 8;
// Deflate expands by at most 1032, and a pixel takes at least one bit.
constexpr uint64_t kPngPixelsPerByte = 1032 * 8;

// Compressed bytes (which the decoder collects in a buffer that doubles), decoded bytes of up to
// 4 channels of 16 bits twice, and the 8-bit result.
uint64_t png_memory_limit(uint64_t width, uint64_t height, size_t file_size) {
  return (uint64_t{1} << 20) + 4 * uint64_t{file_size} + 24 * (width + 1) * height;
}

// A chunk's type and data against the CRC-32 that follows them. Only asked for what stb_image
// skips: browsers ignore such chunks when they are damaged.
bool is_sound(Bytes chunk) {
  uint32_t crc = ~uint32_t{0};
  for (const uint8_t byte : chunk.first(chunk.size() - 4)) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320u : 0);
  }
  return ~crc == big_endian_32(chunk, chunk.size() - 4);
}

// What a chunk says of the colours. As libpng has them: the first of each kind counts.
void read_color(std::string_view name, Bytes data, ColorInfo& color) {
  if (name == "sRGB" && data.size() == 1) {
    color.is_srgb = true;
  } else if (name == "gAMA" && data.size() == 4 && !color.gamma) {
    color.gamma = big_endian_32(data, 0);
  } else if (name == "cHRM" && data.size() == 32 && !color.chromaticities) {
    color.chromaticities.emplace();
    for (size_t i = 0; i < 8; ++i) (*color.chromaticities)[i] = big_endian_32(data, 4 * i);
  } else if (name == "iCCP" && color.icc.empty()) {
    // A name, a zero, the method of compression (0), the compressed profile.
    const auto end = std::find(data.begin(), data.end(), uint8_t{0});
    const auto at = static_cast<size_t>(end - data.begin()) + 1;
    if (at + 1 < data.size() && data[at] == 0) color.icc = {data.subspan(at + 1)};
    color.icc_is_deflated = true;
  }
}

// Chunks of which stb_image makes nothing, and which browsers look for before the pixels.
constexpr std::string_view kSideChunks[] = {"eXIf", "sRGB", "gAMA", "cHRM", "iCCP"};

void read_side_chunk(Bytes file, size_t at, size_t length, GuardedFile& guarded) {
  for (const std::string_view name : kSideChunks) {
    if (!starts_with(file, name, at + 4) || !is_sound(file.subspan(at + 4, length + 8))) continue;
    const Bytes data = file.subspan(at + 8, length);
    if (name != "eXIf") {
      read_color(name, data, guarded.color);
    } else if (guarded.exif.empty()) {
      guarded.exif = data;
    }
  }
}

}  // namespace

// Each chunk: length, name, bytes, checksum.
Result<GuardedFile> guard_png(Bytes file) {
  GuardedFile guarded;
  bool pixels_begun = false;
  guarded.bytes = file;
  for (size_t at = kMagicBytes;;) {
    if (file.size() < at + 12) return bad_image("the PNG file is cut short");
    const uint64_t length = big_endian_32(file, at);
    if (length > file.size() - at - 12) {
      return bad_image("the PNG file is cut short or damaged")
          .got(concat("a chunk of ", length, " bytes with ", file.size() - at - 12, " left"));
    }
    const bool header = starts_with(file, "IHDR", at + 4);
    if (header != (guarded.width == 0) || (header && length != 13)) {
      return bad_image("the PNG file has no proper header");
    }
    if (header) {
      const uint64_t width = big_endian_32(file, at + 8);
      const uint64_t height = big_endian_32(file, at + 12);
      GOSSAMER_TRY(check_size(width, height, file.size(), kPngPixelsPerByte));
      guarded.width = static_cast<int>(width);
      guarded.height = static_cast<int>(height);
      guarded.memory_limit = png_memory_limit(width, height, file.size());
    }
    if (!pixels_begun) read_side_chunk(file, at, static_cast<size_t>(length), guarded);
    if (starts_with(file, "IDAT", at + 4)) pixels_begun = true;
    if (starts_with(file, "IEND", at + 4)) return guarded;
    at += 12 + static_cast<size_t>(length);
  }
}

}  // namespace gossamer
