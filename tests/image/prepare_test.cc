// What of a picture an input shows, by each way of fitting it.
#include "image/prepare.h"

#include <gtest/gtest.h>

#include <vector>

namespace gossamer {
namespace {

// White, with a black square.
ImageView picture(std::vector<uint8_t>& pixels, int width, int height, int x, int y, int side) {
  pixels.assign(static_cast<size_t>(width) * static_cast<size_t>(height), 255);
  for (int row = y; row < y + side; ++row) {
    std::fill_n(pixels.begin() + row * width + x, side, uint8_t{0});
  }
  return {pixels.data(), width, height, 1, static_cast<size_t>(width)};
}

SeenPart seen_by(std::string_view recipe_text, const ImageView& image, int side) {
  const auto recipe = parse_recipe(recipe_text);
  EXPECT_TRUE(recipe.is_ok());
  std::vector<float> input(static_cast<size_t>(side) * static_cast<size_t>(side));
  SeenPart seen{.left = -1, .top = -1, .right = -1, .bottom = -1};
  const Status status = prepare(
      image, *recipe, {DataType::kFloat32, {1, 1, side, side}, input.data()}, UINT64_MAX, &seen);
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return seen;
}

void expect_part(const SeenPart& seen, const SeenPart& expected, double tolerance = 1e-9) {
  EXPECT_NEAR(seen.left, expected.left, tolerance);
  EXPECT_NEAR(seen.top, expected.top, tolerance);
  EXPECT_NEAR(seen.right, expected.right, tolerance);
  EXPECT_NEAR(seen.bottom, expected.bottom, tolerance);
}

TEST(Prepare, TellsWhatTheInputShows) {
  std::vector<uint8_t> pixels;
  const ImageView wide = picture(pixels, 40, 20, 0, 0, 4);
  expect_part(seen_by("fit=stretch", wide, 8), {0, 0, 1, 1});
  expect_part(seen_by("fit=shorter;resize=8", wide, 8), {0.25, 0, 0.75, 1});
  expect_part(seen_by("fit=shorter;resize=10", wide, 8), {0.3, 0.1, 0.7, 0.9});
  expect_part(seen_by("fit=letterbox", wide, 8), {0, -0.5, 1, 1.5});
}

// The figure's longer side takes `box` pixels of the input, and its middle is in the middle.
TEST(Prepare, TellsWhereTheFigureIs) {
  std::vector<uint8_t> pixels;
  for (const int scale : {1, 4}) {
    const ImageView drawn =
        picture(pixels, 200 * scale, 100 * scale, 110 * scale, 30 * scale, 40 * scale);
    const SeenPart seen = seen_by("fit=foreground;box=20", drawn, 28);
    expect_part(
        seen, {(130 - 28) / 200.0, (50 - 28) / 100.0, (130 + 28) / 200.0, (50 + 28) / 100.0}, 0.03);
  }
  expect_part(seen_by("fit=foreground", picture(pixels, 50, 50, 0, 0, 0), 28), {0, 0, 1, 1});
}

}  // namespace
}  // namespace gossamer
