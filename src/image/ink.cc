// See ink.h, and foreground.h for the steps, of which these are the first four.
#include "image/ink.h"

#include <cstring>

#include "base/simd_bytes.h"
#include "image/background.h"
#include "image/resize.h"

namespace gossamer {
namespace {

constexpr int kMinSide = 64;
constexpr int kSearchSide = 160;
constexpr int kMinContrast = 12;  // gray levels; fainter marks are taken for noise

// [1 2 1] both ways, the border repeated.
Result<Plane<uint8_t>> blur(const Plane<uint8_t>& in) {
  GOSSAMER_ASSIGN(Plane<uint8_t> out, Plane<uint8_t>::make(in.width(), in.height()));
  for (int y = 0; y < in.height(); ++y) {
    const uint8_t* above = in.row(std::max(y - 1, 0));
    const uint8_t* here = in.row(y);
    const uint8_t* below = in.row(std::min(y + 1, in.height() - 1));
    uint8_t* target = out.row(y);
    const auto column = [&](int x) { return above[x] + 2 * here[x] + below[x]; };
    for (int x = 0; x < in.width();) {
      if (simd::kHasByteVectors && x > 0 && x + 8 < in.width()) {
        const auto columns = [&](int at) {
          return simd::load_widened(above + at) + 2 * simd::load_widened(here + at) +
                 simd::load_widened(below + at);
        };
        const simd::I16x8 sums = columns(x - 1) + 2 * columns(x) + columns(x + 1);
        const auto bytes = __builtin_convertvector((sums + 8) >> 4, simd::U8x8);
        std::memcpy(target + x, &bytes, sizeof bytes);
        x += 8;
        continue;
      }
      const int sum =
          column(std::max(x - 1, 0)) + 2 * column(x) + column(std::min(x + 1, in.width() - 1));
      target[x++] = static_cast<uint8_t>((sum + 8) / 16);
    }
  }
  return out;
}

// How much darker (sign -1) or brighter (sign 1) than the background each pixel is.
Result<Plane<uint8_t>> difference(const Plane<uint8_t>& gray, const Plane<uint8_t>& background,
                                  int sign) {
  GOSSAMER_ASSIGN(Plane<uint8_t> ink, Plane<uint8_t>::make(gray.width(), gray.height()));
  for (size_t i = 0; i < ink.size(); ++i) {
    const int excess = (gray.data()[i] - background.data()[i]) * sign;
    ink.data()[i] = static_cast<uint8_t>(std::max(excess, 0));
  }
  return ink;
}

struct Inked {
  Plane<uint8_t> ink;
  Figure figure;
  int sign = 0;
  int noise = 0;
  // The least difference from the background that is no noise.
  int faintest() const { return std::max(kMinContrast, noise * 4); }
};

// Where the figure's own contrast is cut, given its peak: shadows are fainter.
int second_cut(int peak) {
  return peak / 3;
}

// Cuts twice: at the noise, to learn the figure's contrast, then at a third of that.
Result<Inked> find_inked(const Plane<uint8_t>& gray, const Background& background, int sign) {
  Inked found;
  found.sign = sign;
  found.noise = background.noise;
  GOSSAMER_ASSIGN(found.ink, difference(gray, background.level, sign));
  GOSSAMER_ASSIGN(found.figure, find_figure(found.ink, found.faintest()));
  const int high = second_cut(found.figure.peak);
  if (found.figure.rating != 0 && high > found.faintest()) {
    GOSSAMER_ASSIGN(found.figure, find_figure(found.ink, high));
  }
  return found;
}

// Whether a pixel or one next to it is set.
bool is_near(const Plane<uint8_t>& mask, int x, int y) {
  for (int v = std::max(y - 1, 0); v <= std::min(y + 1, mask.height() - 1); ++v) {
    for (int u = std::max(x - 1, 0); u <= std::min(x + 1, mask.width() - 1); ++u) {
      if (mask.row(v)[u] != 0) return true;
    }
  }
  return false;
}

// The whole picture, its longest side `target` pixels.
ResizePlan plan_side(int width, int height, int target) {
  const int longest = std::max(width, height);
  const auto scaled = [&](int side) {
    return std::max((side * target + longest / 2) / longest, 1);
  };
  return ResizePlan::whole(scaled(width), scaled(height));
}

// The part of the larger copy that the box of the smaller one covers, with a margin.
ResizePlan plan_around(const Box& box, const Plane<uint8_t>& small, const ResizePlan& large) {
  constexpr int kMargin = 3;
  const int right = (box.right * large.width + small.width() - 1) / small.width() + kMargin;
  const int bottom = (box.bottom * large.height + small.height() - 1) / small.height() + kMargin;
  ResizePlan plan = large;
  plan.crop_x = std::max(box.left * large.width / small.width() - kMargin, 0);
  plan.crop_y = std::max(box.top * large.height / small.height() - kMargin, 0);
  plan.crop_width = std::min(right, large.width) - plan.crop_x;
  plan.crop_height = std::min(bottom, large.height) - plan.crop_y;
  return plan;
}

// The pixels of a part of the larger copy that are near the figure on the smaller one, where there
// is ink. Cut as in find_inked().
void cut_out(const Plane<uint8_t>& small, const ResizePlan& part, Inked& fine) {
  const Plane<uint8_t>& ink = fine.ink;
  Figure& figure = fine.figure;
  const int low = fine.faintest();
  for (int y = 0; y < ink.height(); ++y) {
    const int small_y = (part.crop_y + y) * small.height() / part.height;
    for (int x = 0; x < ink.width(); ++x) {
      if (ink.row(y)[x] < low) continue;
      const int small_x = (part.crop_x + x) * small.width() / part.width;
      figure.mask.row(y)[x] = is_near(small, small_x, small_y);
    }
  }
  const int high = second_cut(peak_within(figure.mask, ink));
  figure.box = {ink.width(), ink.height(), 0, 0};
  for (int y = 0; y < ink.height(); ++y) {
    for (int x = 0; x < ink.width(); ++x) {
      uint8_t& inside = figure.mask.row(y)[x];
      if (ink.row(y)[x] < high) inside = 0;
      if (inside != 0) figure.box = unite(figure.box, {x, y, x + 1, y + 1});
    }
  }
  figure.peak = peak_within(figure.mask, ink);
}

// The same figure in more detail.
Result<Inked> refine(const ImageView& image, const ResizePlan& large, const Inked& found,
                     const Plane<uint8_t>& level) {
  const Plane<uint8_t>& small = found.figure.mask;
  const ResizePlan part = plan_around(found.figure.box, small, large);
  Inked fine;
  GOSSAMER_ASSIGN(Plane<uint8_t> gray, resize_gray(image, part));
  GOSSAMER_ASSIGN(gray, blur(gray));
  GOSSAMER_ASSIGN(const Plane<uint8_t> background, resize_gray(gray_view(level), part));
  fine.noise = found.noise;
  GOSSAMER_ASSIGN(fine.ink, difference(gray, background, found.sign));
  GOSSAMER_ASSIGN(fine.figure.mask, Plane<uint8_t>::make(gray.width(), gray.height()));
  cut_out(small, part, fine);
  return fine;
}

// Ink of the figure and of the pixels next to it, scaled so that its peak is 255; 0 elsewhere.
Result<Plane<uint8_t>> ink_of(const Inked& found) {
  const Plane<uint8_t>& mask = found.figure.mask;
  GOSSAMER_ASSIGN(Plane<uint8_t> out, Plane<uint8_t>::make(mask.width(), mask.height()));
  const int low = std::min(found.faintest() / 2, found.figure.peak - 1);
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const int ink = found.ink.row(y)[x];
      if (ink <= low || !is_near(mask, x, y)) continue;
      const int value = (ink - low) * 255 / (found.figure.peak - low);
      out.row(y)[x] = static_cast<uint8_t>(std::min(value, 255));
    }
  }
  return out;
}

}  // namespace

Result<FigureInk> find_ink(const ImageView& image) {
  FigureInk result;
  const int longest = std::max(image.width, image.height);
  const ResizePlan large =
      plan_side(image.width, image.height, std::clamp(longest, kMinSide, kMaxInkSide));
  const bool in_two_steps = longest * 2 >= kSearchSide * 3;
  const ResizePlan search =
      in_two_steps ? plan_side(image.width, image.height, kSearchSide) : large;
  GOSSAMER_ASSIGN(Plane<uint8_t> gray, resize_gray(image, search));
  // Making a picture so much smaller has blurred it already.
  if (!in_two_steps) {
    GOSSAMER_ASSIGN(gray, blur(gray));
  }
  GOSSAMER_ASSIGN(const Background background, estimate_background(gray));
  GOSSAMER_ASSIGN(Inked found, find_inked(gray, background, -1));
  GOSSAMER_ASSIGN(Inked bright, find_inked(gray, background, 1));
  if (bright.figure.rating > found.figure.rating) found = std::move(bright);
  const int longest_gray = std::max(gray.width(), gray.height());
  if (found.figure.rating == 0 || found.figure.box.longer_side() * 32 < longest_gray) {
    return result;
  }
  result.part = large;
  if (in_two_steps) {
    result.part = plan_around(found.figure.box, gray, large);
    GOSSAMER_ASSIGN(found, refine(image, large, found, background.level));
    if (found.figure.peak == 0) return result;
  }
  GOSSAMER_ASSIGN(result.ink, ink_of(found));
  result.box = found.figure.box;
  return result;
}

uint64_t ink_bytes(int width, int height) {
  constexpr ResizePlan kLarge = ResizePlan::whole(kMaxInkSide, kMaxInkSide);
  // Ten planes of bytes, two of labels and places, and the marks: at most 32 bytes a pixel. The
  // detailed part, of up to four times as many pixels, has six planes of bytes.
  constexpr uint64_t kPlanes = uint64_t{kMaxInkSide} * kMaxInkSide * 32;
  return resize_bytes(width, height, 1, kLarge) + kPlanes;
}

}  // namespace gossamer
