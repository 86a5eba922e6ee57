// What browsers do with a picture whose file says that its colours are not those of sRGB: they turn
// them into sRGB, which is what models were trained on. Enters: what the file says of its colours,
// unchecked, and the decoded pixels. Leaves: the pixels, changed in place.
//
// A profile of the kind that cameras, phones and editors write is three curves and a matrix:
//
//   linear[c] = curve[c](pixel[c] / 255)
//   XYZ (of D50) = matrix linear
//   pixel' = 255 encode(inverse of sRGB's matrix XYZ),   clipped to 0..255
//
// A PNG without a profile may state the curve as a power (gAMA) and the matrix as chromaticities
// (cHRM). Agrees with Chromium within 1 of 255. What is left as it is: profiles made of tables
// (A2B0 without a matrix), profiles of CMYK and Lab, cICP. Sources: ICC.1:2022 (sections 8.3, 10.6
// and 10.18), PNG third edition (11.3.2), IEC 61966-2-1.
#ifndef GOSSAMER_IMAGE_COLOR_PROFILE_H_
#define GOSSAMER_IMAGE_COLOR_PROFILE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gossamer/image.h"

namespace gossamer {

struct ColorInfo {
  std::vector<std::span<const uint8_t>> icc;  // in pieces; one, deflated, in a PNG
  bool icc_is_deflated = false;
  bool is_srgb = false;
  // In 1/100000: the power that the pixels were raised to, and x, y of white, red, green and blue.
  std::optional<uint32_t> gamma;
  std::optional<std::array<uint32_t, 8>> chromaticities;
};

inline constexpr size_t kMaxProfileBytes = size_t{1} << 18;  // curves and a matrix take 24 KB

class ColorTransform {
 public:
  // Of an ICC profile, for pictures of gray or of colours; nothing when it is of another kind,
  // makes no sense, or changes no colour by more than 1.
  static std::optional<ColorTransform> from_icc(std::span<const uint8_t> profile, bool gray);
  // Of the numbers in a PNG; likewise.
  static std::optional<ColorTransform> from_numbers(const ColorInfo& info);

  void apply(Image& image) const;

 private:
  using Matrix = std::array<std::array<double, 3>, 3>;
  using Curve = std::array<float, 256>;

  ColorTransform(const std::array<Curve, 3>& curves, const Matrix& to_xyz);
  static std::optional<Matrix> from_chromaticities(const std::array<uint32_t, 8>& xy);
  std::array<uint8_t, 3> convert(uint8_t r, uint8_t g, uint8_t b) const;
  bool changes_colors() const;

  std::array<Curve, 3> curves_;              // pixel -> linear
  std::array<std::array<float, 3>, 3> mix_;  // linear -> linear of sRGB
  static constexpr int kSteps = 1 << 14;
  std::vector<uint8_t> encode_;  // linear, in 1 / kSteps -> pixel
};

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_COLOR_PROFILE_H_
