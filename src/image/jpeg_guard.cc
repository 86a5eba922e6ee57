// What a JPEG file is made of. Enters: the bytes of one. Leaves: the part that may be decoded, its
// size, and what it says of its orientation and colours.
//
// The walk must see every Huffman table that stb_image could see. Up to the first scan both follow
// the segment lengths in the same way. From there on a damaged file can make the decoder lose its
// place, so every byte pair FF C4 up to the end has to be a sound table, wherever it stands; in an
// honest file no other such pair exists, because entropy-coded FF is followed by 00.
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "gossamer/image.h"
#include "image/file_bytes.h"
#include "image/file_guard.h"

namespace gossamer {
namespace {

constexpr uint8_t kDht = 0xC4, kEoi = 0xD9, kSos = 0xDA, kCom = 0xFE, kApp1 = 0xE1, kApp2 = 0xE2;
constexpr std::string_view kExifName("Exif\0", 5);
constexpr size_t kExifHeader = 6;  // with a byte of padding, usually 0
constexpr std::string_view kIccName("ICC_PROFILE\0", 12);
constexpr size_t kIccHeader = 14;  // with the number of the piece, from 1, and how many there are
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

// Which coefficients of a picture have come to their last bit. A progressive picture has several
// scans, for some components, some coefficients and some bits each.
class ScanProgress {
 public:
  // The frame's header without its length: precision, height, width, and 3 bytes a component.
  void set_frame(Bytes frame) {
    components_ = frame.size() < 6 ? Bytes() : frame.subspan(6);
    for (size_t i = 0; 3 * i < components_.size() && i < complete_.size(); ++i) complete_[i] = 0;
  }
  // A scan's header: how many components, 2 bytes for each, first and last coefficient, bits.
  void add_scan(Bytes scan) {
    const size_t count = scan.empty() ? 0 : scan[0];
    if (scan.size() < 4 + 2 * count) return;
    const size_t first = scan[1 + 2 * count], last = scan[2 + 2 * count];
    const bool to_last_bit = (scan[3 + 2 * count] & 15) == 0;
    if (!to_last_bit || first > last || last > 63) return;
    const uint64_t coefficients = (~uint64_t{0} >> (63 - last)) & (~uint64_t{0} << first);
    for (size_t k = 0; k < count; ++k) {
      for (size_t i = 0; 3 * i < components_.size() && i < complete_.size(); ++i) {
        if (components_[3 * i] == scan[1 + 2 * k]) complete_[i] |= coefficients;
      }
    }
  }
  // True when no scan is missing, though the last one may be cut.
  bool is_complete() const {
    return std::ranges::all_of(complete_, [](uint64_t bits) { return bits == ~uint64_t{0}; });
  }

 private:
  Bytes components_;
  // Those that the frame does not have count as complete.
  std::array<uint64_t, 4> complete_ = {~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}, ~uint64_t{0}};
};

// Where the file ends for the decoder.
struct JpegEnd {
  size_t at = 0;
  bool has_marker = true;
};

// From the length field of the first scan on: just past the end marker, or, in a file that was cut
// short within its last scan, past what can be decoded of it.
Result<JpegEnd> find_jpeg_end(Bytes file, size_t at, ScanProgress progress) {
  int scans = 1;
  for (uint8_t marker = kSos;;) {
    const std::optional<Bytes> segment = segment_at(file, at);
    if (!segment) return truncated_jpeg();
    at += 2 + segment->size();
    if (marker == kSos) progress.add_scan(*segment);
    if (marker == kSos && scans++ == kMaxScans) {
      return bad_image("the JPEG file has too many scans").expected(concat("at most ", kMaxScans));
    }
    // Entropy-coded bytes, stuffed zeros, restart markers and fill bytes.
    for (;; ++at) {
      if (at + 1 >= file.size()) {
        if (!progress.is_complete()) return truncated_jpeg();
        const bool half_marker = at < file.size() && file[at] == 0xFF;
        return JpegEnd{file.size() - (half_marker ? 1 : 0), false};
      }
      marker = file[at + 1];
      const bool restart = marker >= 0xD0 && marker <= 0xD7;
      if (file[at] == 0xFF && marker != 0 && marker != 0xFF && !restart) break;
    }
    at += 2;
    if (marker == kEoi) return JpegEnd{at, true};
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

// The pieces of an ICC profile, each in a segment of its own, in any order.
class ProfilePieces {
 public:
  void add(Bytes segment) {
    const size_t number = segment[kIccName.size()], count = segment[kIccName.size() + 1];
    if (pieces_.empty()) pieces_.resize(count);
    const bool fits = number >= 1 && number <= count && count == pieces_.size();
    if (!fits || !pieces_[number - 1].empty()) {
      contradicts_ = true;
    } else {
      pieces_[number - 1] = segment.subspan(kIccHeader);
    }
  }
  // Nothing when one is missing.
  std::vector<Bytes> take() {
    const bool missing = std::ranges::any_of(pieces_, [](Bytes piece) { return piece.empty(); });
    return contradicts_ || missing ? std::vector<Bytes>() : std::move(pieces_);
  }

 private:
  std::vector<Bytes> pieces_;
  bool contradicts_ = false;
};

}  // namespace

Result<GuardedFile> guard_jpeg(Bytes file) {
  GuardedFile guarded;
  ProfilePieces profile;
  ScanProgress progress;
  for (size_t at = 2;;) {
    while (at < file.size() && file[at] != 0xFF) ++at;
    while (at < file.size() && file[at] == 0xFF) ++at;
    if (at >= file.size()) return truncated_jpeg();
    const uint8_t marker = file[at++];
    const std::optional<Bytes> segment = segment_at(file, at);
    if (!segment) return truncated_jpeg();
    if (is_frame(marker) && guarded.width == 0) {
      if (segment->size() < 6) return truncated_jpeg();
      progress.set_frame(*segment);
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
      GOSSAMER_ASSIGN(const JpegEnd end, find_jpeg_end(file, at, progress));
      guarded.bytes = file.first(end.at);
      guarded.is_cut = !end.has_marker;
      GOSSAMER_TRY(check_every_huffman_table(guarded.bytes, at));
      break;
    } else if (marker == kApp1 && guarded.exif.empty() && segment->size() > kExifHeader &&
               starts_with(*segment, kExifName)) {
      guarded.exif = segment->subspan(kExifHeader);
    } else if (marker == kApp2 && segment->size() > kIccHeader && starts_with(*segment, kIccName)) {
      profile.add(*segment);
    } else if (!is_table(marker) && !is_app(marker) && marker != kCom) {
      return bad_image("this kind of JPEG is not supported")
          .got(concat("marker ", int{marker}))
          .expected("baseline or progressive coding, 8 bits per channel");
    }
    at += 2 + segment->size();
  }
  guarded.color.icc = profile.take();
  guarded.memory_limit = jpeg_memory_limit(static_cast<uint64_t>(guarded.width),
                                           static_cast<uint64_t>(guarded.height));
  return guarded;
}

}  // namespace gossamer
