// Reading a picture file that may be damaged: numbers, names, and the errors that all formats
// share.
#ifndef GOSSAMER_IMAGE_FILE_BYTES_H_
#define GOSSAMER_IMAGE_FILE_BYTES_H_

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "gossamer/status.h"

namespace gossamer {

using Bytes = std::span<const uint8_t>;

inline Status bad_image(std::string_view message) {
  return Status(Code::kImage, Stage::kImage, message);
}

// These require that the bytes exist.
inline uint32_t big_endian_16(Bytes b, size_t at) {
  return uint32_t{b[at]} << 8 | b[at + 1];
}
inline uint32_t big_endian_32(Bytes b, size_t at) {
  return big_endian_16(b, at) << 16 | big_endian_16(b, at + 2);
}

inline bool starts_with(Bytes file, std::string_view magic, size_t at = 0) {
  return file.size() >= at && file.size() - at >= magic.size() &&
         std::memcmp(file.data() + at, magic.data(), magic.size()) == 0;
}

// How many pixels a file of this length can describe at all. `pixels_per_byte` is the format's
// densest possible coding; some slack covers headers and tiny pictures. Errors: IMAGE.
Status check_size(uint64_t width, uint64_t height, size_t file_size, uint64_t pixels_per_byte);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_FILE_BYTES_H_
