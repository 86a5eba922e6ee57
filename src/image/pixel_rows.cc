// See pixel_rows.h. Everything but the rarer layouts goes through RGBX, four pixels at a time where
// there are vectors, because this runs over every pixel of a photograph.
#include "image/pixel_rows.h"

#include <algorithm>
#include <cstring>

#include "base/simd_bytes.h"
#include "base/text.h"

namespace gossamer {
namespace {

using simd::I16x8;
using simd::I32x4;
using simd::U16x8;
using simd::U8x16;

// In two sums of two, whose factors fit 16 bits with a sign: green's is 2 x 19235.
constexpr int kRed = 19595, kHalfGreen = 19235, kBlue = 7471, kGrayHalf = 1 << 15;

uint8_t to_gray(const uint8_t* rgb) {
  const int sum = rgb[0] * kRed + rgb[1] * 2 * kHalfGreen + rgb[2] * kBlue;
  return static_cast<uint8_t>((sum + kGrayHalf) >> 16);
}

// Four pixels of RGBX to four bytes, in each quarter of the result.
U8x16 to_gray(U8x16 rgbx) {
  constexpr I16x8 kFactors = {kRed, kHalfGreen, kHalfGreen, kBlue,
                              kRed, kHalfGreen, kHalfGreen, kBlue};
  const U8x16 rggb =
      __builtin_shufflevector(rgbx, rgbx, 0, 1, 1, 2, 4, 5, 5, 6, 8, 9, 9, 10, 12, 13, 13, 14);
  const I32x4 left = simd::dot_pairs(simd::widen_low(rggb), kFactors);
  const I32x4 right = simd::dot_pairs(simd::widen_high(rggb), kFactors);
  const I32x4 sum = (__builtin_shufflevector(left, right, 0, 2, 4, 6) +
                     __builtin_shufflevector(left, right, 1, 3, 5, 7) + kGrayHalf) >>
                    16;
  return simd::saturate(sum, sum, sum, sum);
}

// value * alpha / 255 + 255 * (1 - alpha / 255), rounded exactly in integers; no sum passes 16
// bits.
template <typename Number>
Number over_white(Number value, Number alpha) {
  const Number sum = value * alpha + (255 - alpha) * 255 + 128;
  return (sum + (sum >> 8)) >> 8;
}

// Two pixels.
U16x8 over_white(I16x8 rgba) {
  const auto value = std::bit_cast<U16x8>(rgba);
  return over_white(value, __builtin_shufflevector(value, value, 3, 3, 3, 3, 7, 7, 7, 7));
}

bool is_opaque(const uint8_t* rgba, int width) {
  U8x16 all = ~U8x16{};
  int x = 0;
  for (; x + 4 <= width; x += 4) all &= simd::load_as<U8x16>(rgba + 4 * x);
  uint8_t alpha = all[3] & all[7] & all[11] & all[15];
  for (; x < width; ++x) alpha &= rgba[4 * x + 3];
  return alpha == 255;
}

void compose_row(const uint8_t* rgba, int width, uint8_t* out) {
  int x = 0;
  if constexpr (simd::kHasByteVectors) {
    for (; x + 4 <= width; x += 4) {
      const auto four = simd::load_as<U8x16>(rgba + 4 * x);
      const U8x16 composed =
          simd::narrow(over_white(simd::widen_low(four)), over_white(simd::widen_high(four)));
      std::memcpy(out + 4 * x, &composed, 16);
    }
  }
  for (; x < width; ++x) {
    for (int c = 0; c < 3; ++c) {
      out[4 * x + c] = static_cast<uint8_t>(over_white<uint32_t>(rgba[4 * x + c], rgba[4 * x + 3]));
    }
  }
}

// `out` may be `rgbx`.
void gray_row(const uint8_t* rgbx, int width, uint8_t* out) {
  int x = 0;
  if constexpr (simd::kHasByteVectors) {
    for (; x + 4 <= width; x += 4) {
      const U8x16 gray = to_gray(simd::load_as<U8x16>(rgbx + 4 * x));
      std::memcpy(out + x, &gray, 4);
    }
  }
  for (; x < width; ++x) out[x] = to_gray(rgbx + 4 * x);
}

// From gray or RGB.
void spread_row(const uint8_t* in, int channels, int width, uint8_t* out) {
  const int step = channels == 1 ? 0 : 1;
  for (int x = 0; x < width; ++x, in += channels, out += 4) {
    for (int c = 0; c < 3; ++c) out[c] = in[c * step];
  }
}

}  // namespace

Status check_image(const ImageView& image) {
  const auto bad = [](std::string_view message) {
    return Status(Code::kImage, Stage::kImage, message);
  };
  if (image.width <= 0 || image.height <= 0) {
    return bad("the picture has no pixels").got(concat(image.width, " x ", image.height));
  }
  if (image.pixels == nullptr) return bad("the picture's pixels are missing");
  if (image.channels != 1 && image.channels != 3 && image.channels != 4) {
    return bad("unknown number of channels").got(concat(image.channels)).expected("1, 3 or 4");
  }
  if (image.width > kMaxImageSide || image.height > kMaxImageSide ||
      int64_t{image.width} * image.height > kMaxImagePixels) {
    return bad("the picture is too large")
        .got(concat(image.width, " x ", image.height))
        .expected(concat("at most ", kMaxImagePixels, " pixels and ", kMaxImageSide, " a side"))
        .hint("scale it down first");
  }
  const size_t row_bytes = static_cast<size_t>(image.width) * static_cast<size_t>(image.channels);
  if (image.stride < row_bytes) {
    return bad("the stride is shorter than a row")
        .got(concat(image.stride))
        .expected(concat("at least ", row_bytes));
  }
  return Status::ok();
}

const uint8_t* PixelRows::row(int y, Span columns, uint8_t* scratch) const {
  const uint8_t* const row = image_.pixels + static_cast<size_t>(y) * image_.stride;
  if (gray_ && image_.channels == 1) return row;
  const int width = columns.end - columns.begin;
  const uint8_t* in = row + columns.begin * image_.channels;
  uint8_t* out = scratch + 4 * columns.begin;
  if (image_.channels != 4) {
    spread_row(in, image_.channels, width, out);
    in = out;
  } else if (!is_opaque(in, width)) {
    compose_row(in, width, out);
    in = out;
  }
  if (!gray_) return in == out ? scratch : row;
  gray_row(in, width, scratch + columns.begin);
  return scratch;
}

}  // namespace gossamer
