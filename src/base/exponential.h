// Exponentials and logarithms without tables. The C library's exponential function keeps 2 KB of
// doubles in them, which no compression makes smaller: as much of the download as the code of
// several operators.
#ifndef GOSSAMER_BASE_EXPONENTIAL_H_
#define GOSSAMER_BASE_EXPONENTIAL_H_

#include <cmath>

namespace gossamer {

// e to the power of x, within 3e-16 of the result where that is a normal number.
double exponential(double x);

// Emscripten's logarithm of doubles is a polynomial; that of floats brings a table.
inline float logarithm(float x) {
  return static_cast<float>(std::log(static_cast<double>(x)));
}

}  // namespace gossamer

#endif  // GOSSAMER_BASE_EXPONENTIAL_H_
