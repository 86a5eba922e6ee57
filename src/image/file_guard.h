// Looks at a picture file before the decoder does. Enters: the bytes of a file. Leaves: what the
// decoder may be given, or the reason it may not.
//
// stb_image trusts its input more than a web page's user should: version 2.27 writes past its
// Huffman tables when a JPEG declares more than 256 codes, every version takes memory for whatever
// size the header claims, and each scan of a JPEG costs a pass over the whole picture. So the
// structure is walked here first, with every length held against the bytes that are there.
#ifndef GOSSAMER_IMAGE_FILE_GUARD_H_
#define GOSSAMER_IMAGE_FILE_GUARD_H_

#include <cstdint>
#include <span>

#include "gossamer/status.h"
#include "image/color_profile.h"

namespace gossamer {

struct GuardedFile {
  std::span<const uint8_t> bytes;  // the part that may be decoded: a JPEG ends at its end marker,
  bool is_cut = false;             // or without one where it was cut short
  int width = 0;
  int height = 0;
  uint64_t memory_limit = 0;  // bytes the decoder may ask for in total, generous for honest files
  std::span<const uint8_t> exif;  // the TIFF structure of its EXIF data, unchecked; may be empty
  ColorInfo color;
};

// Accepts JPEG (baseline and progressive, 8 bits) and PNG. Errors: IMAGE.
Result<GuardedFile> guard_image_file(std::span<const uint8_t> file);
// The same for files that begin as one of the two does.
Result<GuardedFile> guard_jpeg(std::span<const uint8_t> file);
Result<GuardedFile> guard_png(std::span<const uint8_t> file);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_FILE_GUARD_H_
