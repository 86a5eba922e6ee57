// See pixel_rows.h. One loop per pair of layouts, because this runs over every pixel of a
// photograph.
#include "image/pixel_rows.h"

#include "base/text.h"

namespace gossamer {
namespace {

uint8_t to_gray(uint32_t red, uint32_t green, uint32_t blue) {
  return static_cast<uint8_t>((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

// value * alpha / 255 + 255 * (1 - alpha / 255), rounded exactly in integers.
uint8_t over_white(uint32_t value, uint32_t alpha) {
  const uint32_t sum = value * alpha + 255 * (255 - alpha) + 128;
  return static_cast<uint8_t>((sum + (sum >> 8)) >> 8);
}

template <int kChannels>
void row_to_gray(const uint8_t* in, int width, uint8_t* out) {
  for (int x = 0; x < width; ++x, in += kChannels) {
    if constexpr (kChannels == 4) {
      const uint32_t alpha = in[3];
      out[x] =
          to_gray(over_white(in[0], alpha), over_white(in[1], alpha), over_white(in[2], alpha));
    } else {
      out[x] = to_gray(in[0], in[1], in[2]);
    }
  }
}

// `first` is the source index of the first target channel: 0 keeps RGB, 2 makes BGR.
template <int kChannels>
void row_to_color(const uint8_t* in, int width, int first, uint8_t* out) {
  const int last = 2 - first;
  for (int x = 0; x < width; ++x, in += kChannels, out += 3) {
    if constexpr (kChannels == 1) {
      out[0] = out[1] = out[2] = in[0];
    } else if constexpr (kChannels == 3) {
      out[0] = in[first];
      out[1] = in[1];
      out[2] = in[last];
    } else {
      const uint32_t alpha = in[3];
      out[0] = over_white(in[first], alpha);
      out[1] = over_white(in[1], alpha);
      out[2] = over_white(in[last], alpha);
    }
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

const uint8_t* PixelRows::row(int y, uint8_t* scratch) const {
  const uint8_t* in = image_.pixels + static_cast<size_t>(y) * image_.stride;
  const int width = image_.width;
  if (to_ == Recipe::Channels::kGray) {
    if (image_.channels == 1) return in;
    if (image_.channels == 3) {
      row_to_gray<3>(in, width, scratch);
    } else {
      row_to_gray<4>(in, width, scratch);
    }
    return scratch;
  }
  if (image_.channels == 3 && to_ == Recipe::Channels::kRgb) return in;
  const int first = to_ == Recipe::Channels::kRgb ? 0 : 2;
  switch (image_.channels) {
    case 1:
      row_to_color<1>(in, width, first, scratch);
      break;
    case 3:
      row_to_color<3>(in, width, first, scratch);
      break;
    default:
      row_to_color<4>(in, width, first, scratch);
      break;
  }
  return scratch;
}

}  // namespace gossamer
