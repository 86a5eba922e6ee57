// Pictures brought to size must be the same bytes as Pillow's. golden.txt is written by
// make_golden.py; it covers the three filters, torchvision's crop, ImageOps.pad, gray and alpha.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gossamer/image.h"

namespace gossamer {
namespace {

struct Case {
  std::string kind, filter, hex;
  int in_width = 0, in_height = 0, channels = 0, out_width = 0, out_height = 0, extra = 0;
  int out_channels() const { return kind == "gray" || channels == 1 ? 1 : 3; }
};

std::vector<Case> read_cases() {
  std::ifstream file(GOSSAMER_SOURCE_DIR "/tests/image/golden.txt");
  std::vector<Case> cases;
  for (Case c; file >> c.kind >> c.filter >> c.in_width >> c.in_height >> c.channels >>
               c.out_width >> c.out_height >> c.extra >> c.hex;) {
    cases.push_back(c);
  }
  return cases;
}

// The generator of make_golden.py.
std::vector<uint8_t> noise(int width, int height, int channels) {
  uint32_t state = static_cast<uint32_t>(width * 1000 + height);
  std::vector<uint8_t> out(static_cast<size_t>(width * height * channels));
  for (uint8_t& value : out) {
    state = (state * 1103515245u + 12345u) & 0x7fffffffu;
    value = static_cast<uint8_t>(state >> 16);
  }
  return out;
}

std::string recipe_text(const Case& c) {
  std::ostringstream text;
  text << "scale=1;filter=" << c.filter << ";channels=" << (c.out_channels() == 1 ? "gray" : "rgb");
  if (c.kind == "shorter") text << ";fit=shorter;resize=" << c.extra;
  if (c.kind == "letterbox") text << ";fit=letterbox;fill=10,20,30";
  return text.str();
}

std::string to_hex(const std::vector<float>& values) {
  std::string out;
  for (float value : values) {
    const int byte = static_cast<int>(value);
    EXPECT_EQ(static_cast<float>(byte), value);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

TEST(GoldenTest, EveryCaseEqualsPillow) {
  const std::vector<Case> cases = read_cases();
  ASSERT_EQ(cases.size(), 72u);
  for (const Case& c : cases) {
    const std::vector<uint8_t> pixels = noise(c.in_width, c.in_height, c.channels);
    const ImageView view{pixels.data(), c.in_width, c.in_height, c.channels,
                         static_cast<size_t>(c.in_width * c.channels)};
    const Result<Recipe> recipe = parse_recipe(recipe_text(c));
    ASSERT_TRUE(recipe.is_ok()) << recipe.status().to_string();
    std::vector<float> values(static_cast<size_t>(c.out_width * c.out_height * c.out_channels()));
    const MutableTensorView input{
        DataType::kFloat32, {1, c.out_height, c.out_width, c.out_channels()}, values.data()};
    const Status status = preprocess(view, recipe.value(), input);
    ASSERT_TRUE(status.is_ok()) << status.to_string();
    EXPECT_EQ(to_hex(values), c.hex)
        << c.kind << ' ' << c.filter << ' ' << c.in_width << 'x' << c.in_height << 'x' << c.channels
        << " to " << c.out_width << 'x' << c.out_height;
  }
}

}  // namespace
}  // namespace gossamer
