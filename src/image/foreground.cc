// See foreground.h for the steps; they follow here in the same order.
#include "image/foreground.h"

#include <array>

#include "image/ink.h"
#include "image/plane.h"
#include "image/resize.h"

namespace gossamer {
namespace {

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
  GOSSAMER_ASSIGN(Plane<uint8_t> large,
                  resize_gray(gray_view(ink, box.left, box.top, box.width(), box.height()),
                              ResizePlan::whole(scaled(box.width(), target, longest),
                                                scaled(box.height(), target, longest))));
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

struct Corner {
  int left = 0;
  int top = 0;
};

Corner place(const Plane<uint8_t>& figure, const ForegroundSize& size, uint8_t* out) {
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
  if (mass == 0) return {};
  const int left = centred(moment_x, mass, figure.width(), size.width);
  const int top = centred(moment_y, mass, figure.height(), size.height);
  for (int y = 0; y < figure.height(); ++y) {
    uint8_t* row = out + static_cast<size_t>(top + y) * static_cast<size_t>(size.width);
    std::copy_n(figure.row(y), figure.width(), row + left);
  }
  return {left, top};
}

// The part of the picture that the whole input shows, given where the figure is in the picture and
// where it was placed. `large` is the longer side of the figure as draw_large() gave it.
SeenPart seen_part(const FigureInk& found, const ForegroundSize& size, int large, Corner corner) {
  const ResizePlan& part = found.part;
  const double enlarged =
      static_cast<double>(oversampled(size.box)) / static_cast<double>(found.box.longer_side());
  // Pixels of the ink for one of the input, and the margin that widening has added to the figure.
  const double step = large / enlarged / size.box;
  const double margin = (large / enlarged - found.box.longer_side()) / 2;
  const double left = part.crop_x + found.box.left - margin - corner.left * step;
  const double top = part.crop_y + found.box.top - margin - corner.top * step;
  return {left / part.width, top / part.height, (left + size.width * step) / part.width,
          (top + size.height * step) / part.height};
}

}  // namespace

Status extract_foreground(const ImageView& image, const ForegroundSize& size, uint8_t* out,
                          SeenPart* seen) {
  std::fill_n(out, static_cast<size_t>(size.width) * static_cast<size_t>(size.height), uint8_t{0});
  GOSSAMER_ASSIGN(const FigureInk found, find_ink(image));
  if (found.box.width() == 0) return Status::ok();
  GOSSAMER_ASSIGN(const Plane<uint8_t> large, draw_large(found.ink, found.box, size.box));
  const int longest = std::max(large.width(), large.height());
  GOSSAMER_ASSIGN(
      const Plane<uint8_t> figure,
      resize_gray(gray_view(large), ResizePlan::whole(scaled(large.width(), size.box, longest),
                                                      scaled(large.height(), size.box, longest))));
  const Corner corner = place(figure, size, out);
  if (seen != nullptr) *seen = seen_part(found, size, longest, corner);
  return Status::ok();
}

uint64_t foreground_bytes(int width, int height, int box) {
  const int side = oversampled(box) + 2 * kMaxMargin;
  const uint64_t area = static_cast<uint64_t>(side) * static_cast<uint64_t>(side);
  return ink_bytes(width, height) +
         resize_bytes(kMaxInkSide, kMaxInkSide, 1, ResizePlan::whole(side, side)) + 3 * area +
         resize_bytes(side, side, 1, ResizePlan::whole(box, box));
}

}  // namespace gossamer
