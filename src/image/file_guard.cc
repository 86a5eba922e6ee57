// See file_guard.h.
//
// The JPEG walk must see every Huffman table that stb_image could see. Up to the first scan both
// follow the segment lengths in the same way. From there on a damaged file can make the decoder
// lose its place, so every byte pair FF C4 up to the end marker has to be a sound table, wherever
// it stands; in an honest file no other such pair exists, because entropy-coded FF is followed by
// 00.
#include "image/file_guard.h"

#include <cstring>
#include <optional>

#include "base/text.h"
#include "gossamer/image.h"

namespace gossamer {
namespace {

using Bytes = std::span<const uint8_t>;

Status bad_image(std::string_view message) {
  return Status(Code::kImage, Stage::kImage, message);
}

uint32_t big_endian_16(Bytes b, size_t at) {
  return uint32_t{b[at]} << 8 | b[at + 1];
}
uint32_t big_endian_32(Bytes b, size_t at) {
  return big_endian_16(b, at) << 16 | big_endian_16(b, at + 2);
}

bool starts_with(Bytes file, std::string_view magic, size_t at = 0) {
  return file.size() >= at + magic.size() &&
         std::memcmp(file.data() + at, magic.data(), magic.size()) == 0;
}

// How many pixels a file of this length can describe at all. `pixels_per_byte` is the format's
// densest possible coding; the slack covers headers and tiny pictures.
Status check_size(uint64_t width, uint64_t height, size_t file_size, uint64_t pixels_per_byte) {
  constexpr uint64_t kSlack = 1 << 16;
  const std::string got = concat(width, " x ", height);
  if (width == 0 || height == 0) return bad_image("the picture has no pixels").got(got);
  if (width > uint64_t{kMaxImageSide} || height > uint64_t{kMaxImageSide} ||
      width * height > uint64_t{kMaxImagePixels}) {
    return bad_image("the picture is too large")
        .got(got)
        .expected(concat("at most ", kMaxImagePixels, " pixels and ", kMaxImageSide, " a side"))
        .hint("scale it down first");
  }
  if (width * height > kSlack + uint64_t{file_size} * pixels_per_byte) {
    return bad_image("the file is too short for the size its header claims")
        .got(concat(got, " in ", file_size, " bytes"));
  }
  return Status::ok();
}

// ---- JPEG ---------------------------------------------------------------------------------------

constexpr uint8_t kDht = 0xC4, kEoi = 0xD9, kSos = 0xDA, kCom = 0xFE, kApp1 = 0xE1;
constexpr std::string_view kExifName("Exif\0", 5);
constexpr size_t kExifHeader = 6;  // with a byte of padding, usually 0
// A progressive picture has about ten scans; each costs a pass over all its pixels.
constexpr int kMaxScans = 100;
// One bit per 8x8 block, twice over.
constexpr uint64_t kJpegPixelsPerByte = 1024;

bool is_app(uint8_t marker) {
  return marker >= 0xE0 && marker <= 0xEF;
}
bool is_frame(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xC2;
}
bool is_table(uint8_t marker) {
  return marker == kDht || marker == 0xDB /* DQT */ || marker == 0xDD /* DRI */;
}

// The segment whose length field stands at `at`, without that field; nothing when it does not fit.
std::optional<Bytes> segment_at(Bytes file, size_t at) {
  if (at + 2 > file.size()) return std::nullopt;
  const uint32_t length = big_endian_16(file, at);
  if (length < 2 || at + length > file.size()) return std::nullopt;
  return file.subspan(at + 2, length - 2);
}

// Tables of 1 + 16 + n bytes, n being the sum of the 16 counts.
bool huffman_tables_are_sound(Bytes segment) {
  while (!segment.empty()) {
    if (segment.size() < 17 || (segment[0] >> 4) > 1 || (segment[0] & 15) > 3) return false;
    size_t codes = 0;
    for (size_t i = 1; i <= 16; ++i) codes += segment[i];
    if (codes > 256 || segment.size() < 17 + codes) return false;
    segment = segment.subspan(17 + codes);
  }
  return true;
}

Status truncated_jpeg() {
  return bad_image("the JPEG file is damaged or cut short");
}

// From the length field of the first scan to just past the end marker.
Result<size_t> find_jpeg_end(Bytes file, size_t at) {
  int scans = 1;
  for (uint8_t marker = kSos;;) {
    const std::optional<Bytes> segment = segment_at(file, at);
    if (!segment) return truncated_jpeg();
    at += 2 + segment->size();
    if (marker == kSos && scans++ == kMaxScans) {
      return bad_image("the JPEG file has too many scans").expected(concat("at most ", kMaxScans));
    }
    // Entropy-coded bytes, stuffed zeros, restart markers and fill bytes.
    for (;; ++at) {
      if (at + 1 >= file.size()) return truncated_jpeg();
      marker = file[at + 1];
      const bool restart = marker >= 0xD0 && marker <= 0xD7;
      if (file[at] == 0xFF && marker != 0 && marker != 0xFF && !restart) break;
    }
    at += 2;
    if (marker == kEoi) return at;
  }
}

Status check_every_huffman_table(Bytes file, size_t at) {
  for (; at + 1 < file.size(); ++at) {
    if (file[at] != 0xFF || file[at + 1] != kDht) continue;
    const std::optional<Bytes> segment = segment_at(file, at + 2);
    if (!segment || !huffman_tables_are_sound(*segment)) {
      return bad_image("the JPEG file has a broken Huffman table").got(concat("at byte ", at));
    }
  }
  return Status::ok();
}

// Planes, coefficients (2 bytes) and output of up to 4 components. Rounding up to whole blocks of
// up to 32 x 32 pixels is what the padding is for.
uint64_t jpeg_memory_limit(uint64_t width, uint64_t height) {
  return (uint64_t{1} << 20) + 20 * (width + 32) * (height + 32);
}

Result<GuardedFile> guard_jpeg(Bytes file) {
  GuardedFile guarded;
  for (size_t at = 2;;) {
    while (at < file.size() && file[at] != 0xFF) ++at;
    while (at < file.size() && file[at] == 0xFF) ++at;
    if (at >= file.size()) return truncated_jpeg();
    const uint8_t marker = file[at++];
    const std::optional<Bytes> segment = segment_at(file, at);
    if (!segment) return truncated_jpeg();
    if (is_frame(marker) && guarded.width == 0) {
      if (segment->size() < 6) return truncated_jpeg();
      guarded.height = static_cast<int>(big_endian_16(*segment, 1));
      guarded.width = static_cast<int>(big_endian_16(*segment, 3));
      GOSSAMER_TRY(check_size(static_cast<uint64_t>(guarded.width),
                              static_cast<uint64_t>(guarded.height), file.size(),
                              kJpegPixelsPerByte));
    } else if (marker == kDht) {
      if (!huffman_tables_are_sound(*segment)) {
        return bad_image("the JPEG file has a broken Huffman table").got(concat("at byte ", at));
      }
    } else if (marker == kSos && guarded.width != 0) {
      GOSSAMER_ASSIGN(const size_t end, find_jpeg_end(file, at));
      guarded.bytes = file.first(end);
      GOSSAMER_TRY(check_every_huffman_table(guarded.bytes, at));
      break;
    } else if (marker == kApp1 && guarded.exif.empty() && segment->size() > kExifHeader &&
               starts_with(*segment, kExifName)) {
      guarded.exif = segment->subspan(kExifHeader);
    } else if (!is_table(marker) && !is_app(marker) && marker != kCom) {
      return bad_image("this kind of JPEG is not supported")
          .got(concat("marker ", int{marker}))
          .expected("baseline or progressive coding, 8 bits per channel");
    }
    at += 2 + segment->size();
  }
  guarded.memory_limit = jpeg_memory_limit(static_cast<uint64_t>(guarded.width),
                                           static_cast<uint64_t>(guarded.height));
  return guarded;
}

// ---- PNG ----------------------------------------------------------------------------------------

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";
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

// Each chunk: length, name, bytes, checksum. EXIF data counts where browsers look for it: before
// the pixels.
Result<GuardedFile> guard_png(Bytes file) {
  GuardedFile guarded;
  bool pixels_begun = false;
  guarded.bytes = file;
  for (size_t at = kPngMagic.size();;) {
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
    if (starts_with(file, "eXIf", at + 4) && guarded.exif.empty() && !pixels_begun &&
        is_sound(file.subspan(at + 4, static_cast<size_t>(length) + 8))) {
      guarded.exif = file.subspan(at + 8, static_cast<size_t>(length));
    }
    if (starts_with(file, "IDAT", at + 4)) pixels_begun = true;
    if (starts_with(file, "IEND", at + 4)) return guarded;
    at += 12 + static_cast<size_t>(length);
  }
}

// ---- everything else ----------------------------------------------------------------------------

// What the file is instead, for the message.
std::string_view name_lookalike(Bytes file) {
  if (file.empty()) return "an empty file";
  if (starts_with(file, "GIF8")) return "a GIF";
  if (starts_with(file, "RIFF") && starts_with(file, "WEBP", 8)) return "a WebP";
  if (starts_with(file, "BM")) return "a BMP";
  if (starts_with(file, "ftyp", 4)) return "a HEIC, AVIF or video file";
  if (starts_with(file, "II*") || starts_with(file, std::string_view("MM\0*", 4))) return "a TIFF";
  if (starts_with(file, "<")) return "a web page or SVG";
  if (starts_with(file, "version https://git-lfs")) return "a Git LFS pointer";
  return "an unknown format";
}

}  // namespace

Result<GuardedFile> guard_image_file(std::span<const uint8_t> file) {
  if (starts_with(file, "\xFF\xD8\xFF")) return guard_jpeg(file);
  if (starts_with(file, kPngMagic)) return guard_png(file);
  return bad_image("the picture is neither JPEG nor PNG")
      .got(name_lookalike(file))
      .expected("JPEG or PNG")
      .hint("save it as PNG or JPEG");
}

}  // namespace gossamer
