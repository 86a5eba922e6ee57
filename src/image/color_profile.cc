// See color_profile.h.
#include "image/color_profile.h"

#include <algorithm>
#include <cmath>

#include "image/file_bytes.h"
#include "image/icc_curve.h"

namespace gossamer {
namespace {

using Matrix = std::array<std::array<double, 3>, 3>;
using Column = std::array<double, 3>;

// Red, green and blue of sRGB in XYZ as seen under D50, as ICC profiles of sRGB state them.
constexpr Matrix kSrgb = {{{0.43607, 0.38515, 0.14307},  //
                           {0.22249, 0.71687, 0.06061},
                           {0.01392, 0.09708, 0.71410}}};
constexpr Column kD50 = {0.96422, 1.0, 0.82521};
// Bradford's: from XYZ to the responses that adapt to a white.
constexpr Matrix kBradford = {{{0.8951, 0.2664, -0.1614},  //
                               {-0.7502, 1.7135, 0.0367},
                               {0.0389, -0.0685, 1.0296}}};

Matrix multiply(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      for (size_t k = 0; k < 3; ++k) product[i][j] += a[i][k] * b[k][j];
    }
  }
  return product;
}

Column multiply(const Matrix& a, const Column& x) {
  Column y{};
  for (size_t i = 0; i < 3; ++i) {
    for (size_t k = 0; k < 3; ++k) y[i] += a[i][k] * x[k];
  }
  return y;
}

Matrix scale_columns(const Matrix& m, const Column& factors) {
  Matrix scaled = m;
  for (auto& row : scaled) {
    for (size_t j = 0; j < 3; ++j) row[j] *= factors[j];
  }
  return scaled;
}

// By cofactors; nothing where the determinant is 0 or not a number.
std::optional<Matrix> invert(const Matrix& m) {
  const auto cofactor = [&m](size_t i, size_t j) {
    const size_t a = (i + 1) % 3, b = (i + 2) % 3, c = (j + 1) % 3, d = (j + 2) % 3;
    return m[a][c] * m[b][d] - m[a][d] * m[b][c];
  };
  const double determinant =
      m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
  if (!(std::abs(determinant) > 1e-12)) return std::nullopt;
  Matrix inverse;
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) inverse[j][i] = cofactor(i, j) / determinant;
  }
  return inverse;
}

double srgb_encode(double linear) {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
}

// The tag of this name, or nothing. A profile is a header of 128 bytes, then a list of tags: name,
// offset, length.
Bytes find_tag(Bytes profile, std::string_view name) {
  constexpr size_t kList = 132, kEntry = 12;
  const size_t most = (profile.size() - kList) / kEntry;
  const size_t count = std::min<size_t>(big_endian_32(profile, kList - 4), most);
  for (size_t i = 0; i < count; ++i) {
    const size_t at = kList + i * kEntry;
    if (!starts_with(profile, name, at)) continue;
    const size_t offset = big_endian_32(profile, at + 4), length = big_endian_32(profile, at + 8);
    if (offset > profile.size() || length > profile.size() - offset) return {};
    return profile.subspan(offset, length);
  }
  return {};
}

}  // namespace

ColorTransform::ColorTransform(const std::array<Curve, 3>& curves, const Matrix& to_xyz)
    : curves_(curves), encode_(kSteps + 1) {
  const Matrix mix = multiply(invert(kSrgb).value_or(Matrix{}), to_xyz);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) mix_[i][j] = static_cast<float>(mix[i][j]);
  }
  for (int i = 0; i <= kSteps; ++i) {
    const double encoded = srgb_encode(static_cast<double>(i) / kSteps);
    encode_[static_cast<size_t>(i)] = static_cast<uint8_t>(std::lround(encoded * 255));
  }
}

std::optional<ColorTransform> ColorTransform::from_icc(Bytes profile, bool gray) {
  constexpr size_t kSmallest = 132;
  constexpr std::string_view kColumns[] = {"rXYZ", "gXYZ", "bXYZ"};
  constexpr std::string_view kCurves[] = {"rTRC", "gTRC", "bTRC"};
  if (profile.size() < kSmallest || !starts_with(profile, "acsp", 36)) return std::nullopt;
  const bool of_gray = starts_with(profile, "GRAY", 16);
  if (!of_gray && (!starts_with(profile, "RGB ", 16) || !starts_with(profile, "XYZ ", 20))) {
    return std::nullopt;
  }
  if (of_gray && !gray) return std::nullopt;
  std::array<Curve, 3> curves;
  Matrix to_xyz = kSrgb;
  for (size_t c = 0; c < 3; ++c) {
    const auto curve = read_icc_curve(find_tag(profile, of_gray ? "kTRC" : kCurves[c]));
    if (!curve) return std::nullopt;
    curves[c] = *curve;
    if (of_gray) continue;
    const Bytes column = find_tag(profile, kColumns[c]);
    if (column.size() < 20 || !starts_with(column, "XYZ ")) return std::nullopt;
    for (size_t i = 0; i < 3; ++i) to_xyz[i][c] = read_fixed(column, 8 + 4 * i);
  }
  ColorTransform transform(curves, to_xyz);
  if (!transform.changes_colors()) return std::nullopt;
  return transform;
}

std::optional<Matrix> ColorTransform::from_chromaticities(const std::array<uint32_t, 8>& xy) {
  const auto color = [&xy](size_t i) -> Column {
    const double x = xy[2 * i] / 1e5, y = xy[2 * i + 1] / 1e5;
    return {x / y, 1, (1 - x - y) / y};
  };
  for (size_t i = 1; i < xy.size(); i += 2) {
    if (xy[i] == 0) return std::nullopt;
  }
  const Column white = color(0), red = color(1), green = color(2), blue = color(3);
  Matrix primaries;
  for (size_t i = 0; i < 3; ++i) primaries[i] = {red[i], green[i], blue[i]};
  const auto inverse = invert(primaries);
  if (!inverse) return std::nullopt;
  // So much of each that they make white together, seen as under D50.
  const Matrix native = scale_columns(primaries, multiply(*inverse, white));
  const Column from = multiply(kBradford, white), to = multiply(kBradford, kD50);
  const Column factors = {to[0] / from[0], to[1] / from[1], to[2] / from[2]};
  const Matrix adapt =
      multiply(scale_columns(invert(kBradford).value_or(Matrix{}), factors), kBradford);
  const Matrix to_xyz = multiply(adapt, native);
  for (const auto& row : to_xyz) {
    for (const double value : row) {
      if (!(std::abs(value) < 1e3)) return std::nullopt;
    }
  }
  return to_xyz;
}

std::optional<ColorTransform> ColorTransform::from_numbers(const ColorInfo& info) {
  const uint32_t gamma = info.gamma.value_or(0);
  if (info.is_srgb || gamma == 0) return std::nullopt;
  Matrix to_xyz = kSrgb;
  if (info.chromaticities) {
    const auto known = from_chromaticities(*info.chromaticities);
    if (!known) return std::nullopt;
    to_xyz = *known;
  } else if (std::abs(gamma * 2.2 / 1e5 - 1) < 0.05) {
    return std::nullopt;  // what sRGB is taken for where only the power is stated
  }
  const double exponent = 1e5 / gamma;
  Curve curve;
  for (size_t i = 0; i < curve.size(); ++i) {
    curve[i] = static_cast<float>(std::pow(static_cast<double>(i) / 255, exponent));
  }
  ColorTransform transform({curve, curve, curve}, to_xyz);
  if (!transform.changes_colors()) return std::nullopt;
  return transform;
}

std::array<uint8_t, 3> ColorTransform::convert(uint8_t r, uint8_t g, uint8_t b) const {
  const float red = curves_[0][r], green = curves_[1][g], blue = curves_[2][b];
  std::array<uint8_t, 3> out;
  for (size_t c = 0; c < 3; ++c) {
    const float linear = mix_[c][0] * red + mix_[c][1] * green + mix_[c][2] * blue;
    const float place = std::clamp(linear, 0.0f, 1.0f) * kSteps + 0.5f;
    out[c] = encode_[static_cast<size_t>(place)];
  }
  return out;
}

bool ColorTransform::changes_colors() const {
  constexpr int kStep = 15;
  for (int r = 0; r < 256; r += kStep) {
    for (int g = 0; g < 256; g += kStep) {
      for (int b = 0; b < 256; b += kStep) {
        const int before[] = {r, g, b};
        const auto after =
            convert(static_cast<uint8_t>(r), static_cast<uint8_t>(g), static_cast<uint8_t>(b));
        for (size_t c = 0; c < 3; ++c) {
          if (std::abs(after[c] - before[c]) > 1) return true;
        }
      }
    }
  }
  return false;
}

void ColorTransform::apply(Image& image) const {
  const auto channels = static_cast<size_t>(image.channels);
  const size_t pixels = static_cast<size_t>(image.width) * static_cast<size_t>(image.height);
  uint8_t* pixel = image.pixels.get();
  for (size_t i = 0; i < pixels; ++i, pixel += channels) {
    const bool gray = channels == 1;
    const auto converted = convert(pixel[0], pixel[gray ? 0 : 1], pixel[gray ? 0 : 2]);
    if (gray) {
      pixel[0] = converted[1];
    } else {
      std::copy(converted.begin(), converted.end(), pixel);
    }
  }
}

}  // namespace gossamer
