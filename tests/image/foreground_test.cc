// The foreground recipe: whatever the colours, the light and the size of the drawing, the same
// figure has to come out, bright on exactly 0, 20 pixels long, centred by mass.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <vector>

#include "gossamer/image.h"
#include "image/foreground.h"

namespace gossamer {
namespace {

using Output = std::vector<uint8_t>;

struct Picture {
  Picture(int w, int h, int background)
      : width(w), height(h), pixels(static_cast<size_t>(w * h), static_cast<uint8_t>(background)) {}
  int width, height;
  std::vector<uint8_t> pixels;
  uint8_t& at(int x, int y) { return pixels[static_cast<size_t>(y * width + x)]; }
  ImageView view() const { return {pixels.data(), width, height, 1, static_cast<size_t>(width)}; }
  // A stroke with round ends.
  void line(double x0, double y0, double x1, double y1, double pen, int value) {
    const double length = std::hypot(x1 - x0, y1 - y0);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double along =
            std::clamp(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / (length * length), 0.0, 1.0);
        const double distance = std::hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
        if (distance <= pen / 2) at(x, y) = static_cast<uint8_t>(value);
      }
    }
  }
  void apply(const std::function<double(int x, int y, double value)>& change) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        at(x, y) = static_cast<uint8_t>(std::clamp(change(x, y, at(x, y)), 0.0, 255.0));
      }
    }
  }
};

// A 7 whose box is `size` high with its corner at (left, top).
void draw_seven(Picture& picture, double left, double top, double size, double pen, int value) {
  picture.line(left, top, left + 0.7 * size, top, pen, value);
  picture.line(left + 0.7 * size, top, left + 0.25 * size, top + size, pen, value);
}

Output run(const Picture& picture) {
  Output out(28 * 28, 99);
  const Status status = extract_foreground(picture.view(), {20, 28, 28}, out.data());
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return out;
}

struct Extent {
  int left = 28, top = 28, right = -1, bottom = -1, peak = 0;
  double centre_x = 0, centre_y = 0;
};

Extent measure(const Output& out) {
  Extent e;
  double mass = 0;
  for (int y = 0; y < 28; ++y) {
    for (int x = 0; x < 28; ++x) {
      const int value = out[static_cast<size_t>(y * 28 + x)];
      if (value == 0) continue;
      e.left = std::min(e.left, x);
      e.right = std::max(e.right, x);
      e.top = std::min(e.top, y);
      e.bottom = std::max(e.bottom, y);
      e.peak = std::max(e.peak, value);
      mass += value;
      e.centre_x += value * (x + 0.5);
      e.centre_y += value * (y + 0.5);
    }
  }
  e.centre_x /= mass;
  e.centre_y /= mass;
  return e;
}

// Mean absolute difference in gray levels, at the best of the shifts by up to one pixel: a little
// more ink on one side may round the centre of mass to the next pixel.
double difference(const Output& a, const Output& b) {
  double best = 255;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      double sum = 0;
      for (int y = 1; y < 27; ++y) {
        for (int x = 1; x < 27; ++x) {
          sum += std::abs(a[static_cast<size_t>(y * 28 + x)] -
                          b[static_cast<size_t>((y + dy) * 28 + x + dx)]);
        }
      }
      best = std::min(best, sum / (26 * 26));
    }
  }
  return best;
}

Output reference_seven() {
  Picture picture(280, 280, 255);
  draw_seven(picture, 80, 60, 150, 20, 0);
  return run(picture);
}

TEST(ForegroundTest, FillsTheBoxAndCentresTheMass) {
  const Extent e = measure(reference_seven());
  EXPECT_NEAR(e.bottom - e.top + 1, 20, 1);
  EXPECT_LT(e.right - e.left + 1, 20);
  EXPECT_GE(e.peak, 250);
  EXPECT_NEAR(e.centre_x, 14, 0.51);
  EXPECT_NEAR(e.centre_y, 14, 0.51);
}

TEST(ForegroundTest, PolarityDoesNotMatter) {
  Picture light(280, 280, 0);
  draw_seven(light, 80, 60, 150, 20, 255);
  EXPECT_EQ(run(light), reference_seven());
}

TEST(ForegroundTest, ContrastAndPaperColourHardlyMatter) {
  for (const auto& [paper, ink] : {std::pair{200, 120}, {90, 160}, {255, 215}}) {
    Picture picture(280, 280, paper);
    draw_seven(picture, 80, 60, 150, 20, ink);
    EXPECT_LT(difference(run(picture), reference_seven()), 2.0) << paper << ' ' << ink;
  }
}

TEST(ForegroundTest, PlaceAndSizeHardlyMatter) {
  Picture corner(280, 280, 255);
  draw_seven(corner, 15, 15, 75, 10, 0);
  EXPECT_LT(difference(run(corner), reference_seven()), 6.0);
  Picture large(1200, 900, 255);
  draw_seven(large, 300, 100, 600, 80, 0);
  EXPECT_LT(difference(run(large), reference_seven()), 6.0);
}

TEST(ForegroundTest, UnevenLightAndNoiseHardlyMatter) {
  Picture picture(320, 240, 220);
  draw_seven(picture, 100, 40, 150, 20, 60);
  uint32_t state = 7;
  picture.apply([&state](int x, int y, double value) {
    state = state * 1664525u + 1013904223u;
    const double noise = static_cast<double>(state >> 24) / 255.0 * 24 - 12;
    return value * (1.0 - 0.4 * x / 320 - 0.2 * y / 240) + noise;
  });
  EXPECT_LT(difference(run(picture), reference_seven()), 6.0);
}

TEST(ForegroundTest, ASheetOnADarkTableIsNotTheFigure) {
  Picture picture(320, 240, 230);
  draw_seven(picture, 130, 50, 120, 14, 40);
  picture.apply([](int x, int y, double value) { return x < 60 || y > 215 ? 35.0 : value; });
  Picture alone(320, 240, 230);
  draw_seven(alone, 130, 50, 120, 14, 40);
  EXPECT_LT(difference(run(picture), run(alone)), 4.0);
}

TEST(ForegroundTest, SpecksAreDropped) {
  Picture picture(280, 280, 255);
  draw_seven(picture, 80, 60, 150, 20, 0);
  picture.line(20, 20, 21, 20, 3, 0);
  picture.line(250, 260, 251, 260, 4, 0);
  EXPECT_LT(difference(run(picture), reference_seven()), 0.5);
}

TEST(ForegroundTest, SeparateStrokesOfOneFigureStayTogether) {
  // A 5 whose bar does not touch the rest.
  Picture picture(280, 280, 255);
  picture.line(110, 60, 180, 60, 14, 0);
  picture.line(100, 90, 100, 140, 14, 0);
  picture.line(100, 140, 180, 160, 14, 0);
  picture.line(180, 160, 110, 220, 14, 0);
  const Extent e = measure(run(picture));
  Picture without(280, 280, 255);
  without.line(100, 90, 100, 140, 14, 0);
  without.line(100, 140, 180, 160, 14, 0);
  without.line(180, 160, 110, 220, 14, 0);
  EXPECT_GT(difference(run(picture), run(without)), 10.0);
  EXPECT_NEAR(e.bottom - e.top + 1, 20, 1);
}

// From 240 pixels on the figure is looked for on a smaller copy.
TEST(ForegroundTest, PicturesThatAreSearchedOnACopyKeepTheirDetail) {
  for (int side : {239, 240, 241, 448, 700}) {
    Picture picture(side, side * 3 / 4, 255);
    draw_seven(picture, 0.3 * side, 0.2 * side, 0.4 * side, 0.045 * side, 0);
    draw_seven(picture, 0.45 * side, 0.4 * side, 0.2 * side, 0.01 * side, 0);
    Picture other(600, 450, 255);
    draw_seven(other, 180, 120, 240, 27, 0);
    draw_seven(other, 270, 240, 120, 6, 0);
    EXPECT_LT(difference(run(picture), run(other)), 4.0) << side;
  }
}

TEST(ForegroundTest, InkMayCoverMostOfTheFigureSBox) {
  for (int side : {200, 320, 640}) {
    Picture picture(side, side, 255);
    picture.line(0.35 * side, 0.3 * side, 0.6 * side, 0.7 * side, 0.35 * side, 0);
    const Extent e = measure(run(picture));
    EXPECT_NEAR(e.bottom - e.top + 1, 20, 1) << side;
    EXPECT_GE(e.peak, 250) << side;
  }
}

TEST(ForegroundTest, HairlinesOnALargeCanvasStayVisible) {
  for (int pen : {2, 4}) {
    Picture picture(1000, 1000, 255);
    draw_seven(picture, 200, 100, 700, pen, 0);
    EXPECT_GE(measure(run(picture)).peak, 150) << pen;
  }
}

TEST(ForegroundTest, EmptyPicturesGiveZeros) {
  const Output zeros(28 * 28, 0);
  for (int level : {0, 128, 255}) EXPECT_EQ(run(Picture(280, 280, level)), zeros) << level;
  EXPECT_EQ(run(Picture(1, 1, 50)), zeros);
  EXPECT_EQ(run(Picture(500, 1, 50)), zeros);
  Picture noisy(320, 240, 150);
  uint32_t state = 3;
  noisy.apply([&state](int, int, double value) {
    state = state * 1664525u + 1013904223u;
    return value + static_cast<double>(state >> 24) / 255.0 * 30 - 15;
  });
  EXPECT_EQ(run(noisy), zeros);
}

TEST(ForegroundTest, AFigureMayCoverMostOfThePicture) {
  Picture picture(200, 200, 220);
  picture.line(30, 100, 170, 100, 150, 60);  // a band that leaves a tenth of the picture free
  picture.line(100, 30, 100, 170, 150, 60);
  const Extent e = measure(run(picture));
  EXPECT_NEAR(e.right - e.left + 1, 20, 1);
  EXPECT_NEAR(e.bottom - e.top + 1, 20, 1);
  EXPECT_GE(e.peak, 250);
}

TEST(ForegroundTest, TinyPicturesAreEnlarged) {
  // A 1 of one pixel's width on 8 x 8, as in scikit-learn's digits with a margin.
  Picture picture(12, 12, 0);
  for (int y = 2; y < 10; ++y) picture.at(6, y) = 255;
  const Extent e = measure(run(picture));
  EXPECT_GE(e.peak, 200);
  EXPECT_NEAR(e.bottom - e.top + 1, 20, 1);
  EXPECT_LT(e.right - e.left + 1, 8);
}

TEST(ForegroundTest, OtherSizesAndBoxes) {
  Picture picture(100, 100, 255);
  draw_seven(picture, 30, 20, 60, 8, 0);
  Output out(40 * 32, 99);
  ASSERT_TRUE(extract_foreground(picture.view(), {32, 40, 32}, out.data()).is_ok());
  int inked_rows = 0;
  for (int y = 0; y < 32; ++y) {
    inked_rows += std::any_of(out.begin() + y * 40, out.begin() + (y + 1) * 40,
                              [](uint8_t v) { return v != 0; });
  }
  EXPECT_NEAR(inked_rows, 32, 1);
  ASSERT_TRUE(extract_foreground(picture.view(), {1, 1, 1}, out.data()).is_ok());
}

// Beyond 2048 pixels the figure is no longer drawn larger than its box before it is placed.
TEST(ForegroundTest, FillsALargeBox) {
  Picture picture(100, 100, 240);
  draw_seven(picture, 30, 20, 60, 6, 20);
  constexpr int kSide = 3000;
  for (const int box : {600, 2100}) {
    Output out(size_t{kSide} * kSide);
    ASSERT_TRUE(extract_foreground(picture.view(), {box, kSide, kSide}, out.data()).is_ok());
    int top = kSide, bottom = -1;
    for (int y = 0; y < kSide; ++y) {
      const auto row = out.begin() + ptrdiff_t{y} * kSide;
      if (std::all_of(row, row + kSide, [](uint8_t value) { return value < 64; })) continue;
      top = std::min(top, y);
      bottom = y;
    }
    EXPECT_NEAR(bottom - top + 1, box, box / 20);
    EXPECT_GT(top, 0);
    EXPECT_LT(bottom, kSide - 1);
  }
}

}  // namespace
}  // namespace gossamer
