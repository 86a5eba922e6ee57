// See icc_curve.h.
#include "image/icc_curve.h"

#include <algorithm>
#include <cmath>

#include "image/file_bytes.h"

namespace gossamer {
namespace {

constexpr size_t kHeader = 8;  // the name of the type, and four zeros

float clip(double value) {
  return std::isnan(value) ? 0.0f : static_cast<float>(std::clamp(value, 0.0, 1.0));
}

double power(double base, double exponent) {
  return base <= 0 ? 0 : std::pow(base, exponent);
}

// f(pixel / 255) of each pixel.
template <typename F>
std::array<float, 256> tabulate(const F& f) {
  std::array<float, 256> values;
  for (size_t i = 0; i < values.size(); ++i) values[i] = clip(f(static_cast<double>(i) / 255));
  return values;
}

// No entry: the identity. One: a power, in 8 + 8 bits. More: values to interpolate between.
std::optional<std::array<float, 256>> read_table(Bytes tag) {
  const size_t count = big_endian_32(tag, kHeader);
  const Bytes values = tag.subspan(kHeader + 4);
  if (count > values.size() / 2) return std::nullopt;
  if (count == 0) return tabulate([](double x) { return x; });
  if (count == 1) {
    const double exponent = big_endian_16(values, 0) / 256.0;
    return tabulate([=](double x) { return power(x, exponent); });
  }
  return tabulate([=](double x) {
    const double place = x * static_cast<double>(count - 1);
    const size_t below = std::min(static_cast<size_t>(place), count - 2);
    const double low = big_endian_16(values, 2 * below);
    const double high = big_endian_16(values, 2 * below + 2);
    return (low + (high - low) * (place - static_cast<double>(below))) / 65535;
  });
}

// Y = (a x + b)^g + e from x = d on, c x + f below; the simpler forms leave some of these out.
std::optional<std::array<float, 256>> read_formula(Bytes tag) {
  constexpr size_t kParameters[] = {1, 3, 4, 5, 7};
  const size_t form = big_endian_16(tag, kHeader);
  if (form >= std::size(kParameters) || tag.size() < kHeader + 4 + 4 * kParameters[form]) {
    return std::nullopt;
  }
  std::array<double, 7> p{};
  for (size_t i = 0; i < kParameters[form]; ++i) p[i] = read_fixed(tag, kHeader + 4 + 4 * i);
  auto [g, a, b, c, d, e, f] = p;
  if (form == 0) a = 1;
  if (form == 1 || form == 2) {
    if (a == 0) return std::nullopt;
    d = -b / a;
    e = f = form == 2 ? c : 0;
    c = 0;
  }
  const bool rises = g >= 0 && a >= 0 && c >= 0 && d >= 0;
  if (!rises) return std::nullopt;  // no curve of a device falls
  return tabulate([=](double x) { return x >= d ? power(a * x + b, g) + e : c * x + f; });
}

}  // namespace

double read_fixed(Bytes bytes, size_t at) {
  return static_cast<double>(static_cast<int32_t>(big_endian_32(bytes, at))) / 65536;
}

std::optional<std::array<float, 256>> read_icc_curve(Bytes tag) {
  if (tag.size() < kHeader + 4) return std::nullopt;
  if (starts_with(tag, "curv")) return read_table(tag);
  if (starts_with(tag, "para")) return read_formula(tag);
  return std::nullopt;
}

}  // namespace gossamer
