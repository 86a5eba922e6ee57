// The transforms of Winograd's minimal filtering F(m x m, 3 x 3), for m = 2 and m = 4 (Lavin and
// Gray, "Fast Algorithms for Convolutional Neural Networks", 2015). An output tile Y of m x m
// pixels comes from an input tile d of (m + 2) x (m + 2) pixels:
//
//   Y = A^T [ (G g G^T) . (B^T d B) ] A        . is the product element by element
//
// with the polynomial's points 0, 1, -1 (and 2, -2 for m = 4) and infinity. Each matrix is applied
// to the columns, then to the rows; the functions here are one such application, on vectors whose
// lanes are channels.
//
// Cost in multiplications: (m + 2)^2 / (9 m^2) of the direct sum, 0.44 and 0.25. Error: B and A add
// numbers that cancel, and the result's error is a few times that of the direct sum for m = 2, and
// some ten times for m = 4 (tests/kernels/winograd_test.cc bounds it). Both are relative to the
// largest value in the tile, not to what the pixel itself sees: one pixel of 1e6 blurs neighbours
// up to m pixels away by 0.1 and more. So do NaN and infinity spread through their tile, and values
// beyond about 1e36 overflow in the transform, where the direct sum would not. Activations of
// trained networks stay many orders of magnitude within that.
#ifndef GOSSAMER_KERNELS_WINOGRAD_TRANSFORMS_H_
#define GOSSAMER_KERNELS_WINOGRAD_TRANSFORMS_H_

#include "base/simd.h"

namespace gossamer {

template <int kOutput>
struct WinogradTransforms;

template <>
struct WinogradTransforms<2> {
  using F32x4 = simd::F32x4;
  static constexpr int kInput = 4;

  static void input(const F32x4 (&d)[kInput], F32x4 (&t)[kInput]) {
    t[0] = d[0] - d[2];
    t[1] = d[1] + d[2];
    t[2] = d[2] - d[1];
    t[3] = d[1] - d[3];
  }
  static void output(const F32x4 (&m)[kInput], F32x4 (&y)[2]) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] - m[3];
  }
  static void weights(const F32x4 (&g)[3], F32x4 (&u)[kInput]) {
    const F32x4 half = simd::splat(0.5f);
    u[0] = g[0];
    u[1] = half * (g[0] + g[1] + g[2]);
    u[2] = half * (g[0] - g[1] + g[2]);
    u[3] = g[2];
  }
};

template <>
struct WinogradTransforms<4> {
  using F32x4 = simd::F32x4;
  static constexpr int kInput = 6;

  static void input(const F32x4 (&d)[kInput], F32x4 (&t)[kInput]) {
    const F32x4 two = simd::splat(2), four = simd::splat(4), minus_five = simd::splat(-5);
    const F32x4 minus_four = simd::splat(-4);
    t[0] = simd::madd(four, d[0], simd::madd(minus_five, d[2], d[4]));
    const F32x4 even = simd::madd(minus_four, d[2], d[4]), odd = simd::madd(minus_four, d[1], d[3]);
    t[1] = even + odd;
    t[2] = even - odd;
    const F32x4 outer = d[4] - d[2], inner = two * (d[3] - d[1]);
    t[3] = outer + inner;
    t[4] = outer - inner;
    t[5] = simd::madd(four, d[1], simd::madd(minus_five, d[3], d[5]));
  }
  static void output(const F32x4 (&m)[kInput], F32x4 (&y)[4]) {
    const F32x4 two = simd::splat(2), four = simd::splat(4), eight = simd::splat(8);
    const F32x4 sum1 = m[1] + m[2], difference1 = m[1] - m[2];
    const F32x4 sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + sum1 + sum2;
    y[1] = simd::madd(two, difference2, difference1);
    y[2] = simd::madd(four, sum2, sum1);
    y[3] = simd::madd(eight, difference2, difference1) + m[5];
  }
  static void weights(const F32x4 (&g)[3], F32x4 (&u)[kInput]) {
    const F32x4 sixth = simd::splat(-1.0f / 6), twelfth = simd::splat(1.0f / 12);
    const F32x4 ends = g[0] + g[2];
    const F32x4 spread = simd::splat(1.0f / 24) * g[0] + simd::splat(1.0f / 6) * g[2];
    u[0] = simd::splat(0.25f) * g[0];
    u[1] = sixth * (ends + g[1]);
    u[2] = sixth * (ends - g[1]);
    u[3] = spread + twelfth * g[1];
    u[4] = spread - twelfth * g[1];
    u[5] = g[2];
  }
};

// In one dimension, F(4, 4): y = A^T [ (G g) . (B^T d) ], with the points 0, 1, -1, 1/2, -1/2, 2
// and infinity, the best of the usual ones in float32: the error is twice that of the direct sum.
struct WinogradLineTransforms {
  using F32x4 = simd::F32x4;
  static constexpr int kInput = 7, kOutput = 4, kTaps = 4;

  static void input(const F32x4 (&d)[kInput], F32x4 (&t)[kInput]) { apply(kB, d, t); }
  static void output(const F32x4 (&m)[kInput], F32x4 (&y)[kOutput]) { apply(kA, m, y); }
  static void weights(const float (&g)[kTaps], float (&u)[kInput]) {
    for (int i = 0; i < kInput; ++i) {
      double sum = 0;
      for (int k = 0; k < kTaps; ++k) sum += kG[i][k] * static_cast<double>(g[k]);
      u[i] = static_cast<float>(sum);
    }
  }

 private:
  static constexpr float kB[kInput][kInput] = {
      {-0.5f, 0.25f, 2.5f, -1.25f, -2, 1, 0}, {0, 0.5f, 0.25f, -2.25f, -1, 1, 0},
      {0, -0.5f, 0.75f, 1.75f, -3, 1, 0},     {0, 1, 1.5f, -2, -1.5f, 1, 0},
      {0, -1, 2.5f, 0, -2.5f, 1, 0},          {0, 0.25f, 0, -1.25f, 0, 1, 0},
      {0, -0.5f, 0.25f, 2.5f, -1.25f, -2, 1}};
  static constexpr float kA[kOutput][kInput] = {{1, 1, 1, 1, 1, 1, 0},
                                                {0, 1, -1, 0.5f, -0.5f, 2, 0},
                                                {0, 1, 1, 0.25f, 0.25f, 4, 0},
                                                {0, 1, -1, 0.125f, -0.125f, 8, 1}};
  static constexpr double kG[kInput][kTaps] = {{-2, 0, 0, 0},
                                               {-2.0 / 3, -2.0 / 3, -2.0 / 3, -2.0 / 3},
                                               {-2.0 / 9, 2.0 / 9, -2.0 / 9, 2.0 / 9},
                                               {16.0 / 9, 8.0 / 9, 4.0 / 9, 2.0 / 9},
                                               {16.0 / 15, -8.0 / 15, 4.0 / 15, -2.0 / 15},
                                               {2.0 / 45, 4.0 / 45, 8.0 / 45, 16.0 / 45},
                                               {0, 0, 0, 1}};

  // Unrolled, so that zeros of the matrix cost nothing.
  template <int kRows>
  static void apply(const float (&matrix)[kRows][kInput], const F32x4 (&x)[kInput],
                    F32x4 (&y)[kRows]) {
    GOSSAMER_UNROLL
    for (int i = 0; i < kRows; ++i) {
      F32x4 sum = simd::splat(0);
      GOSSAMER_UNROLL
      for (int j = 0; j < kInput; ++j) {
        if (matrix[i][j] == 1) {
          sum += x[j];
        } else if (matrix[i][j] != 0) {
          sum = simd::madd(simd::splat(matrix[i][j]), x[j], sum);
        }
      }
      y[i] = sum;
    }
  }
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_WINOGRAD_TRANSFORMS_H_
