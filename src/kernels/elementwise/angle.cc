// See angle.h. An angle is a whole number times a power of two. Its product with 2/pi, in quarters
// of a turn, is wanted from the bit that stands for two of them on: what the bits before it
// contribute are whole turns. So 128 bits of 2/pi, from the right place on, give the quarter and
// the angle within it, to 2^-64 of one (after Payne and Hanek, 1983).
#include "kernels/elementwise/angle.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace gossamer {
namespace {

// 2/pi after the point, 32 bits a word, behind the zeros before it.
constexpr int kWholeBits = 64;
constexpr uint32_t kTwoOverPi[] = {
    0x00000000, 0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1, 0xf534ddc0, 0xdb629599, 0x3c439041,
    0xfe5163ab, 0xdebbc561, 0xb7246e3a, 0x424dd2e0, 0x06492eea, 0x09d1921c, 0xfe1deb1c, 0xb129a73e,
    0xe88235f5, 0x2ebb4484, 0xe99c7026, 0xb45f7e41, 0x3991d639, 0x835339f4, 0x9c845f8b, 0xbdf9283b,
    0x1ff897ff, 0xde05980f, 0xef2f118b, 0x5a0a6d1f, 0x6d367ecf, 0x27cb09b7, 0x4f463f66, 0x9e5fea2d,
    0x7527bac7, 0xebe5f17b, 0x3d0739f7, 0x8a5292ea, 0x6bfb5fb1, 0x1f8d5d08};

constexpr int kFractionBits = 52;  // of a double

struct Angle {
  uint32_t quarters;  // of a turn, modulo 4
  double rest;        // from -pi/4 to pi/4
};

// Requires a finite number from 2^-10 on.
Angle reduce(double positive) {
  const auto bits = std::bit_cast<uint64_t>(positive);
  const int exponent = static_cast<int>(bits >> kFractionBits) - 1023 - kFractionBits;
  const uint64_t whole = (bits & ((uint64_t{1} << kFractionBits) - 1)) | uint64_t{1}
                                                                             << kFractionBits;
  // The first bit of 2/pi that counts, and 128 from there on.
  const int first = kWholeBits + exponent - 2;
  const uint32_t* words = kTwoOverPi + first / 32;
  const auto pair = [words, shift = first % 32](int i) {
    const uint64_t both = uint64_t{words[i]} << 32 | words[i + 1];
    return both << shift | uint64_t{words[i + 2]} << shift >> 32;
  };
  const uint64_t high = pair(0), low = pair(2);
  // The product modulo 2^128, of which the upper 66 bits are wanted.
  __extension__ using Wide = unsigned __int128;
  const Wide lower = Wide{low} * whole;
  const uint64_t top = high * whole + static_cast<uint64_t>(lower >> 64);
  const auto next = static_cast<uint64_t>(lower);
  const auto fraction = static_cast<int64_t>(top << 2 | next >> 62);  // of a quarter, rounded
  const auto quarters = static_cast<uint32_t>(top >> 62) + (fraction < 0 ? 1 : 0);
  return {quarters, static_cast<double>(fraction) * 0x1p-64 * 1.57079632679489661923};
}

// Sine and cosine between -pi/4 and pi/4: the polynomials of fdlibm.
double sine_of_rest(double x) {
  const double z = x * x;
  const double p =
      -1.66666666666666324348e-01 +
      z * (8.33333333332248946124e-03 +
           z * (-1.98412698298579493134e-04 +
                z * (2.75573137070700676789e-06 +
                     z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10))));
  return x * (1 + z * p);  // which keeps the sign of 0
}
double cosine_of_rest(double x) {
  const double z = x * x;
  const double p =
      4.16666666666666019037e-02 +
      z * (-1.38888888888741095749e-03 +
           z * (2.48015872894767294178e-05 +
                z * (-2.75573143513906633035e-07 +
                     z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11))));
  return 1 - z / 2 + z * z * p;
}

// The sine of an angle and so many quarters of a turn.
double turned_sine(double x, uint32_t quarters) {
  constexpr double kSmall = 0x1p-10;  // no quarter of a turn, by far
  const double positive = std::abs(x);
  if (!(positive <= std::numeric_limits<double>::max())) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  Angle angle{0, positive};
  if (positive >= kSmall) angle = reduce(positive);
  if (std::signbit(x)) angle = {0 - angle.quarters, -angle.rest};
  quarters += angle.quarters;
  const double size = quarters % 2 == 0 ? sine_of_rest(angle.rest) : cosine_of_rest(angle.rest);
  return (quarters & 2) == 0 ? size : -size;
}

}  // namespace

double sine(double angle) {
  return turned_sine(angle, 0);
}

double cosine(double angle) {
  return turned_sine(angle, 1);
}

}  // namespace gossamer
