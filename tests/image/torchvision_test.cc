// Pictures prepared as torchvision's transforms prepare them, in the sizes that networks take: the
// same bytes before normalisation, the same numbers after it. torchvision.txt is written by
// make_torchvision.py; golden_test.cc has the small sizes and odd shapes, byte for byte.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gossamer/image.h"

namespace gossamer {
namespace {

struct Sample {
  size_t at = 0;
  int byte = 0;
  float value = 0;
};

struct Case {
  int width = 0, height = 0;
  std::string geometry, normalisation, layout;
  int64_t channels = 0, out_height = 0, out_width = 0;
  int tolerance = 0;  // of a byte
  std::string checksum;
  std::vector<Sample> samples;

  Shape shape() const {
    return layout == "nchw" ? Shape{1, channels, out_height, out_width}
                            : Shape{1, out_height, out_width, channels};
  }
  std::string name() const {
    std::ostringstream text;
    text << width << 'x' << height << ' ' << geometry << ' ' << layout << ' ' << channels << 'x'
         << out_height << 'x' << out_width;
    return text.str();
  }
};

std::vector<Case> read_cases() {
  std::ifstream file(GOSSAMER_SOURCE_DIR "/tests/image/torchvision.txt");
  std::vector<Case> cases;
  for (std::string line; std::getline(file, line);) {
    std::istringstream text(line);
    Case c;
    text >> c.width >> c.height >> c.geometry >> c.normalisation >> c.layout >> c.channels >>
        c.out_height >> c.out_width >> c.tolerance >> c.checksum;
    char colon = 0;
    for (Sample s; text >> s.at >> colon >> s.byte >> colon >> s.value;) c.samples.push_back(s);
    cases.push_back(c);
  }
  return cases;
}

// The picture of make_torchvision.py: rings that get finer to the right and below, under noise.
std::vector<uint8_t> scene(int width, int height) {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(width) * static_cast<size_t>(height) * 3);
  for (uint32_t y = 0; y < static_cast<uint32_t>(height); ++y) {
    for (uint32_t x = 0; x < static_cast<uint32_t>(width); ++x) {
      for (uint32_t c = 0; c < 3; ++c) {
        const uint32_t noise = (x * 73856093u) ^ (y * 19349663u) ^ (c * 83492791u);
        out.push_back(
            static_cast<uint8_t>(((x * x + y * y * 3 + x * c * 40) >> 7) + (noise >> 25)));
      }
    }
  }
  return out;
}

std::string fnv1a(const std::vector<uint8_t>& bytes) {
  uint32_t sum = 2166136261u;
  for (uint8_t byte : bytes) sum = (sum ^ byte) * 16777619u;
  char text[9];
  std::snprintf(text, sizeof text, "%08x", static_cast<unsigned>(sum));
  return text;
}

template <typename T>
std::vector<T> prepare(const ImageView& image, const std::string& recipe, DataType type,
                       const Shape& shape) {
  std::vector<T> out(static_cast<size_t>(shape.elements()));
  const Result<Recipe> parsed = parse_recipe(recipe);
  EXPECT_TRUE(parsed.is_ok()) << parsed.status().to_string();
  const Status status = preprocess(image, parsed.value(), {type, shape, out.data()});
  EXPECT_TRUE(status.is_ok()) << status.to_string();
  return out;
}

void expect_same(const ImageView& image, const Case& c) {
  const auto bytes = prepare<uint8_t>(image, c.geometry, DataType::kUint8, c.shape());
  if (c.tolerance == 0) {
    EXPECT_EQ(fnv1a(bytes), c.checksum) << c.name();
  }
  ASSERT_EQ(c.samples.size(), 16u) << c.name();
  for (const Sample& s : c.samples) {
    EXPECT_LE(std::abs(bytes[s.at] - s.byte), c.tolerance) << c.name() << " at " << s.at;
  }
  if (c.tolerance != 0) return;
  const auto values =
      prepare<float>(image, c.geometry + ";" + c.normalisation, DataType::kFloat32, c.shape());
  for (const Sample& s : c.samples) {
    // torch rounds after each of its three steps.
    EXPECT_NEAR(values[s.at], s.value, 4e-7f) << c.name() << " at " << s.at;
  }
}

TEST(TorchvisionTest, EveryCaseEqualsTheTransforms) {
  const std::vector<Case> cases = read_cases();
  ASSERT_EQ(cases.size(), 71u);
  std::vector<uint8_t> pixels;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    if (i == 0 || c.width != cases[i - 1].width || c.height != cases[i - 1].height) {
      pixels = scene(c.width, c.height);
    }
    const size_t stride = static_cast<size_t>(c.width) * 3;
    expect_same({pixels.data(), c.width, c.height, 3, stride}, c);
  }
}

// Pages have RGBA: an opaque picture gives the same as one without alpha.
TEST(TorchvisionTest, OpaqueRgbaEqualsRgb) {
  for (const Case& c : read_cases()) {
    if (c.width * c.height > 640 * 480) continue;
    const std::vector<uint8_t> rgb = scene(c.width, c.height);
    std::vector<uint8_t> rgba;
    for (size_t i = 0; i < rgb.size(); i += 3) {
      rgba.insert(rgba.end(), {rgb[i], rgb[i + 1], rgb[i + 2], 255});
    }
    expect_same({rgba.data(), c.width, c.height, 4, static_cast<size_t>(c.width) * 4}, c);
  }
}

}  // namespace
}  // namespace gossamer
