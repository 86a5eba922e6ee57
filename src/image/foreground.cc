// See foreground.h for the steps; they follow here in the same order.
#include "image/foreground.h"

#include <array>

#include "image/background.h"
#include "image/figure.h"
#include "image/pixel_rows.h"
#include "image/plane.h"
#include "image/resize.h"

namespace gossamer {
namespace {

constexpr int kMinWorkSide = 64;
constexpr int kMaxWorkSide = 320;
constexpr int kMinContrast = 12;  // gray levels; fainter marks are taken for noise
// Strokes are measured and widened at this multiple of the box, up to a side beyond which the box
// is fine enough by itself.
constexpr int kOversampling = 4;
constexpr int kMaxOversampledSide = 2048;
// In 1/256 pixel of the input: 1.75 pixels.
constexpr int kMinStroke = 7 * 256 / 4;
constexpr int kMaxMargin = kMinStroke * kOversampling / 2 / 256 + 1;  // what widen() may want

int scaled(int side, int target, int longest) {
  return std::max((side * target + longest / 2) / longest, 1);
}

Result<Plane<uint8_t>> scale_gray(const ImageView& image, int width, int height) {
  GOSSAMER_ASSIGN(Plane<uint8_t> plane, Plane<uint8_t>::make(width, height));
  GOSSAMER_TRY(resize(PixelRows(image, /*gray=*/true), ResizePlan::whole(width, height),
                      Recipe::Filter::kBilinear, plane.data(), static_cast<size_t>(width)));
  return plane;
}

// [1 2 1] both ways, the border repeated.
Result<Plane<uint8_t>> blur(const Plane<uint8_t>& in) {
  GOSSAMER_ASSIGN(Plane<uint8_t> out, Plane<uint8_t>::make(in.width(), in.height()));
  for (int y = 0; y < in.height(); ++y) {
    const uint8_t* above = in.row(std::max(y - 1, 0));
    const uint8_t* here = in.row(y);
    const uint8_t* below = in.row(std::min(y + 1, in.height() - 1));
    const auto column = [&](int x) { return above[x] + 2 * here[x] + below[x]; };
    for (int x = 0; x < in.width(); ++x) {
      const int sum =
          column(std::max(x - 1, 0)) + 2 * column(x) + column(std::min(x + 1, in.width() - 1));
      out.row(y)[x] = static_cast<uint8_t>((sum + 8) / 16);
    }
  }
  return out;
}

Result<Plane<uint8_t>> work_copy(const ImageView& image) {
  const int longest = std::max(image.width, image.height);
  const int target = std::clamp(longest, kMinWorkSide, kMaxWorkSide);
  GOSSAMER_ASSIGN(Plane<uint8_t> work, scale_gray(image, scaled(image.width, target, longest),
                                                  scaled(image.height, target, longest)));
  return blur(work);
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
};

// Cuts twice: at the noise, to learn the figure's contrast, then at a third of that.
Result<Inked> find_inked(const Plane<uint8_t>& gray, const Background& background, int sign) {
  Inked found;
  GOSSAMER_ASSIGN(found.ink, difference(gray, background.level, sign));
  const int low = std::max(kMinContrast, background.noise * 4);
  GOSSAMER_ASSIGN(found.figure, find_figure(found.ink, low));
  const int high = found.figure.peak / 3;
  if (found.figure.rating != 0 && high > low) {
    GOSSAMER_ASSIGN(found.figure, find_figure(found.ink, high));
  }
  return found;
}

// Ink of the figure and of the pixels next to it, scaled so that its peak is 255; 0 elsewhere.
Result<Plane<uint8_t>> figure_ink(const Inked& found, int noise) {
  const Plane<uint8_t>& mask = found.figure.mask;
  GOSSAMER_ASSIGN(Plane<uint8_t> out, Plane<uint8_t>::make(mask.width(), mask.height()));
  const int low = std::min(std::max(kMinContrast, noise * 4) / 2, found.figure.peak - 1);
  const auto near_figure = [&mask](int x, int y) {
    for (int v = std::max(y - 1, 0); v <= std::min(y + 1, mask.height() - 1); ++v) {
      for (int u = std::max(x - 1, 0); u <= std::min(x + 1, mask.width() - 1); ++u) {
        if (mask.row(v)[u] != 0) return true;
      }
    }
    return false;
  };
  for (int y = 0; y < mask.height(); ++y) {
    for (int x = 0; x < mask.width(); ++x) {
      const int ink = found.ink.row(y)[x];
      if (ink <= low || !near_figure(x, y)) continue;
      const int value = (ink - low) * 255 / (found.figure.peak - low);
      out.row(y)[x] = static_cast<uint8_t>(std::min(value, 255));
    }
  }
  return out;
}

// Scales the brightest tenth of the inked pixels to 255: thin strokes paled when they were shrunk.
void stretch_peak(Plane<uint8_t>& ink) {
  std::array<uint32_t, 256> histogram{};
  for (size_t i = 0; i < ink.size(); ++i) ++histogram[ink.data()[i]];
  uint64_t inked = 0;
  for (size_t v = 32; v < 256; ++v) inked += histogram[v];
  int peak = 255;
  for (uint64_t above = 0; peak > 32; --peak) {
    above += histogram[static_cast<size_t>(peak)];
    if (above * 10 >= inked) break;
  }
  for (size_t i = 0; i < ink.size(); ++i) {
    ink.data()[i] = static_cast<uint8_t>(std::min(ink.data()[i] * 255 / peak, 255));
  }
}

// Mean stroke width in 1/256 pixel: a stroke of width w and length l has area w l and outline 2 l.
// The outline is the sum of differences between neighbours, which is 4 / pi too long on average.
int stroke_width(const Plane<uint8_t>& ink) {
  int64_t area = 0;
  int64_t outline = 0;
  for (int y = 0; y < ink.height(); ++y) {
    int left = 0;
    for (int x = 0; x < ink.width(); ++x) {
      const int here = ink.row(y)[x];
      const int above = y > 0 ? ink.row(y - 1)[x] : 0;
      area += here;
      outline += std::abs(here - left) + std::abs(here - above);
      if (y == ink.height() - 1) outline += here;
      left = here;
    }
    outline += left;
  }
  return outline == 0 ? 0 : static_cast<int>(area * 652 / outline);  // 652 = 256 * 8 / pi
}

int integer_sqrt(int value) {
  int root = 0;
  while ((root + 1) * (root + 1) <= value) ++root;
  return root;
}

// Every pixel becomes the strongest ink within `radius` (1/256 pixel), fading over one pixel
// beyond. Requires a margin of that width around the ink.
Result<Plane<uint8_t>> widen(const Plane<uint8_t>& ink, int radius) {
  GOSSAMER_ASSIGN(Plane<uint8_t> out, Plane<uint8_t>::make(ink.width(), ink.height()));
  const int reach = radius / 256 + 1;
  for (int dy = -reach; dy <= reach; ++dy) {
    for (int dx = -reach; dx <= reach; ++dx) {
      const int distance = integer_sqrt((dx * dx + dy * dy) << 16);
      const int weight = std::min(radius + 256 - distance, 256);
      if (weight <= 0) continue;
      for (int y = std::max(-dy, 0); y < std::min(ink.height(), ink.height() - dy); ++y) {
        for (int x = std::max(-dx, 0); x < std::min(ink.width(), ink.width() - dx); ++x) {
          const int value = ink.row(y + dy)[x + dx] * weight / 256;
          if (value > out.row(y)[x]) out.row(y)[x] = static_cast<uint8_t>(value);
        }
      }
    }
  }
  return out;
}

// The longer side of the figure while its strokes are widened.
int oversampled(int box) {
  return std::max(std::min(box * kOversampling, kMaxOversampledSide), box);
}

// The figure larger than its box, `side` pixels, its strokes wide enough to survive the way down.
Result<Plane<uint8_t>> draw_large(const Plane<uint8_t>& ink, const Box& box, int side) {
  const int target = oversampled(side);
  const int min_stroke = kMinStroke * target / side;
  const int longest = box.longer_side();
  GOSSAMER_ASSIGN(
      Plane<uint8_t> large,
      scale_gray(gray_view(ink, box.left, box.top, box.width(), box.height()),
                 scaled(box.width(), target, longest), scaled(box.height(), target, longest)));
  stretch_peak(large);
  const int width = stroke_width(large);
  if (width >= min_stroke) return large;
  const int radius = (min_stroke - width) / 2;
  const int margin = radius / 256 + 1;
  GOSSAMER_ASSIGN(Plane<uint8_t> padded,
                  Plane<uint8_t>::make(large.width() + 2 * margin, large.height() + 2 * margin));
  for (int y = 0; y < large.height(); ++y) {
    std::copy_n(large.row(y), large.width(), padded.row(y + margin) + margin);
  }
  return widen(padded, radius);
}

// Where to put `extent` pixels in `room` so that their centre of mass is in the middle of it.
int centred(uint64_t moment, uint64_t mass, int extent, int room) {
  const int64_t twice_mass = 2 * static_cast<int64_t>(mass);
  const int64_t start = room * static_cast<int64_t>(mass) - 2 * static_cast<int64_t>(moment);
  const int64_t rounded = start < 0 ? 0 : start / twice_mass;
  return static_cast<int>(std::min<int64_t>(rounded, room - extent));
}

void place(const Plane<uint8_t>& figure, const ForegroundSize& size, uint8_t* out) {
  uint64_t mass = 0;
  uint64_t moment_x = 0;
  uint64_t moment_y = 0;
  for (int y = 0; y < figure.height(); ++y) {
    for (int x = 0; x < figure.width(); ++x) {
      const uint64_t ink = figure.row(y)[x];
      mass += ink;
      moment_x += ink * static_cast<uint64_t>(x);
      moment_y += ink * static_cast<uint64_t>(y);
    }
  }
  if (mass == 0) return;
  const int left = centred(moment_x, mass, figure.width(), size.width);
  const int top = centred(moment_y, mass, figure.height(), size.height);
  for (int y = 0; y < figure.height(); ++y) {
    uint8_t* row = out + static_cast<size_t>(top + y) * static_cast<size_t>(size.width);
    std::copy_n(figure.row(y), figure.width(), row + left);
  }
}

}  // namespace

Status extract_foreground(const ImageView& image, const ForegroundSize& size, uint8_t* out) {
  std::fill_n(out, static_cast<size_t>(size.width) * static_cast<size_t>(size.height), uint8_t{0});
  GOSSAMER_ASSIGN(const Plane<uint8_t> gray, work_copy(image));
  GOSSAMER_ASSIGN(const Background background, estimate_background(gray));
  GOSSAMER_ASSIGN(Inked found, find_inked(gray, background, -1));
  GOSSAMER_ASSIGN(Inked bright, find_inked(gray, background, 1));
  if (bright.figure.rating > found.figure.rating) found = std::move(bright);
  const int longest_work = std::max(gray.width(), gray.height());
  if (found.figure.rating == 0 || found.figure.box.longer_side() * 32 < longest_work) {
    return Status::ok();
  }
  GOSSAMER_ASSIGN(const Plane<uint8_t> ink, figure_ink(found, background.noise));
  GOSSAMER_ASSIGN(const Plane<uint8_t> large, draw_large(ink, found.figure.box, size.box));
  const int longest = std::max(large.width(), large.height());
  GOSSAMER_ASSIGN(const Plane<uint8_t> figure,
                  scale_gray(gray_view(large), scaled(large.width(), size.box, longest),
                             scaled(large.height(), size.box, longest)));
  place(figure, size, out);
  return Status::ok();
}

uint64_t foreground_bytes(int width, int height, int box) {
  constexpr ResizePlan kWork = ResizePlan::whole(kMaxWorkSide, kMaxWorkSide);
  // Ten planes of bytes, two of labels and places, and the marks: at most 32 bytes a pixel.
  constexpr uint64_t kPlanes = uint64_t{kMaxWorkSide} * kMaxWorkSide * 32;
  const int side = oversampled(box) + 2 * kMaxMargin;
  const uint64_t area = static_cast<uint64_t>(side) * static_cast<uint64_t>(side);
  return resize_bytes(width, height, 1, kWork) + kPlanes +
         resize_bytes(kMaxWorkSide, kMaxWorkSide, 1, ResizePlan::whole(side, side)) + 3 * area +
         resize_bytes(side, side, 1, ResizePlan::whole(box, box));
}

}  // namespace gossamer
