// Resizing against the definition in resize.h, written down once more without vectors, windows that
// are shared, or halves of weights: every pair of extents around the widths of vectors, and
// pictures narrower than a vector. That the definition is Pillow's is golden_test.cc's business.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "image/pixel_rows.h"
#include "image/resize.h"

namespace gossamer {
namespace {

using Filter = Recipe::Filter;

double weigh(double x, Filter filter) {
  x = std::fabs(x);
  if (filter == Filter::kBilinear) return std::max(1 - x, 0.0);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

// `count` lines of `in` values, `step` apart, to `out` values each.
std::vector<uint8_t> resize_lines(const std::vector<uint8_t>& values, int in, int out, int count,
                                  int step, int line_step, Filter filter) {
  const double scale = static_cast<double>(in) / out;
  const double stretch = std::max(scale, 1.0);
  const double support = (filter == Filter::kBilinear ? 1 : 2) * stretch;
  std::vector<uint8_t> result(static_cast<size_t>(out * count));
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), in);
    double total = 0;
    for (int t = first; t < end; ++t) total += weigh((t - centre + 0.5) * (1 / stretch), filter);
    for (int line = 0; line < count; ++line) {
      int64_t sum = 1 << 21;
      for (int t = first; t < end; ++t) {
        const double share = weigh((t - centre + 0.5) * (1 / stretch), filter) / total * (1 << 22);
        sum += static_cast<int64_t>(share < 0 ? share - 0.5 : share + 0.5) *
               values[static_cast<size_t>(t * step + line * line_step)];
      }
      const int64_t byte = std::clamp<int64_t>(sum >> 22, 0, 255);
      result[static_cast<size_t>(line * out + i)] = static_cast<uint8_t>(byte);
    }
  }
  return result;
}

std::vector<uint8_t> reference(const std::vector<uint8_t>& values, int width, int height,
                               int to_width, int to_height, Filter filter) {
  const auto narrow = resize_lines(values, width, to_width, height, 1, width, filter);
  const auto columns = resize_lines(narrow, height, to_height, to_width, to_width, 1, filter);
  std::vector<uint8_t> out(columns.size());
  for (int y = 0; y < to_height; ++y) {
    for (int x = 0; x < to_width; ++x) {
      out[static_cast<size_t>(y * to_width + x)] = columns[static_cast<size_t>(x * to_height + y)];
    }
  }
  return out;
}

// Extremes, so that sums overshoot, and everything between.
std::vector<uint8_t> pattern(int size) {
  std::vector<uint8_t> out(static_cast<size_t>(size));
  uint32_t state = static_cast<uint32_t>(size);
  for (uint8_t& value : out) {
    state = state * 1664525u + 1013904223u;
    value = state >> 31 ? static_cast<uint8_t>(state >> 16) : (state >> 30 & 1) != 0 ? 255 : 0;
  }
  return out;
}

// One plane of values, as gray and as each channel of RGBA, so that both inner loops are seen.
void expect_reference(int width, int height, int to_width, int to_height, Filter filter) {
  const std::vector<uint8_t> gray = pattern(width * height);
  std::vector<uint8_t> rgba;
  for (uint8_t v : gray) {
    rgba.insert(rgba.end(), {v, static_cast<uint8_t>(255 - v), static_cast<uint8_t>(v / 2), 255});
  }
  const ResizePlan plan = ResizePlan::whole(to_width, to_height);
  const auto size = static_cast<size_t>(to_width * to_height);
  for (int pixel_bytes : {1, 4}) {
    const ImageView view{pixel_bytes == 1 ? gray.data() : rgba.data(), width, height, pixel_bytes,
                         static_cast<size_t>(width * pixel_bytes)};
    const PixelRows rows(view, pixel_bytes == 1);
    std::vector<uint8_t> out(size * static_cast<size_t>(pixel_bytes));
    ASSERT_TRUE(resize(rows, plan, filter, out.data(), static_cast<size_t>(to_width * pixel_bytes))
                    .is_ok());
    for (int c = 0; c < std::min(pixel_bytes, 3); ++c) {
      std::vector<uint8_t> plane(gray.size()), got(size);
      for (size_t i = 0; i < plane.size(); ++i)
        plane[i] = pixel_bytes == 1 ? gray[i] : rgba[4 * i + static_cast<size_t>(c)];
      for (size_t i = 0; i < size; ++i)
        got[i] = out[i * static_cast<size_t>(pixel_bytes) + static_cast<size_t>(c)];
      ASSERT_EQ(got, reference(plane, width, height, to_width, to_height, filter))
          << width << 'x' << height << " to " << to_width << 'x' << to_height << ", channel " << c;
    }
  }
}

TEST(ResampleTest, EveryPairOfWidths) {
  for (Filter filter : {Filter::kBilinear, Filter::kBicubic}) {
    for (int width = 1; width <= 40; ++width) {
      for (int to_width : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33}) {
        expect_reference(width, 3, to_width, 2, filter);
      }
    }
  }
}

TEST(ResampleTest, EveryPairOfHeights) {
  for (Filter filter : {Filter::kBilinear, Filter::kBicubic}) {
    for (int height = 1; height <= 20; ++height) {
      for (int to_height = 1; to_height <= 20; ++to_height) {
        expect_reference(3, height, 5, to_height, filter);
      }
    }
  }
}

TEST(ResampleTest, LongWindows) {
  for (Filter filter : {Filter::kBilinear, Filter::kBicubic}) {
    expect_reference(20000, 1, 1, 1, filter);
    expect_reference(1, 20000, 1, 3, filter);
    expect_reference(9999, 2, 7, 2, filter);
  }
}

}  // namespace
}  // namespace gossamer
