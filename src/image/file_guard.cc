// See file_guard.h; the formats are in jpeg_guard.cc and png_guard.cc.
#include "image/file_guard.h"

#include "base/text.h"
#include "gossamer/image.h"
#include "image/file_bytes.h"

namespace gossamer {
namespace {

constexpr std::string_view kPngMagic = "\x89PNG\r\n\x1a\n";

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

Result<GuardedFile> guard_image_file(std::span<const uint8_t> file) {
  if (starts_with(file, "\xFF\xD8\xFF")) return guard_jpeg(file);
  if (starts_with(file, kPngMagic)) return guard_png(file);
  return bad_image("the picture is neither JPEG nor PNG")
      .got(name_lookalike(file))
      .expected("JPEG or PNG")
      .hint("save it as PNG or JPEG");
}

}  // namespace gossamer
