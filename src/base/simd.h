// Vectors of four floats, the widest that every target has. Kernels are written once against these
// functions and compile to WebAssembly SIMD (plain or relaxed), SSE/AVX2, NEON, or, where there is
// no SIMD at all, to four scalars. Wider native vectors are left unused on purpose: the code that
// is tested natively is then the code that runs in the browser.
//
// xsimd carries the portable part. It has no relaxed SIMD (its fma on wasm is a multiplication and
// an addition) and leaves NaN in min and max to the instruction set, so madd, min and max are
// settled here. Never compile with -ffast-math: it breaks exp without a warning.
#ifndef GOSSAMER_BASE_SIMD_H_
#define GOSSAMER_BASE_SIMD_H_

#include <cstdint>

// The instruction level of this build, as kernels state it in their names.
#if defined(__wasm_relaxed_simd__)
#define GOSSAMER_SIMD_LEVEL "relaxed"
#elif defined(__wasm_simd128__)
#define GOSSAMER_SIMD_LEVEL "simd128"
#elif defined(__wasm__)
#define GOSSAMER_SIMD_LEVEL "base"
#define XSIMD_WITH_EMULATED 1
#else
#define GOSSAMER_SIMD_LEVEL "native"
#endif
// GOSSAMER_KERNEL_NAME("f32_gemm_6x8") is "f32_gemm_6x8__relaxed".
#define GOSSAMER_KERNEL_NAME(family_and_tile) family_and_tile "__" GOSSAMER_SIMD_LEVEL

#include <xsimd/xsimd.hpp>

#if defined(__wasm_relaxed_simd__)
#include <wasm_simd128.h>
#endif

// Before a loop over registers with a constant trip count: GCC keeps arrays of vectors in memory
// unless the loop over them is unrolled, and does not do that by itself at -O2.
#if defined(__clang__)
#define GOSSAMER_UNROLL _Pragma("clang loop unroll(full)")
#else
#define GOSSAMER_UNROLL _Pragma("GCC unroll 16")
#endif

// Before a function in a kernel's file that runs once for each layer, as packing does: it is
// compiled for size, not for speed.
#if defined(__clang__)
#define GOSSAMER_RUNS_ONCE [[clang::minsize]]
#else
#define GOSSAMER_RUNS_ONCE
#endif

namespace gossamer::simd {

#if defined(__wasm__) && !defined(__wasm_simd128__)
using F32x4 = xsimd::batch<float, xsimd::emulated<128>>;
inline constexpr bool kEmulated = true;  // four scalars: unrolled kernels are large and no faster
#else
using F32x4 = xsimd::make_sized_batch_t<float, 4>;
inline constexpr bool kEmulated = false;
#endif
inline constexpr int kLanes = 4;
static_assert(F32x4::size == kLanes);

// Memory: any alignment that a float has.
inline F32x4 load(const float* p) {
  return F32x4::load_unaligned(p);
}
inline void store(float* p, F32x4 v) {
  v.store_unaligned(p);
}
inline F32x4 splat(float x) {
  return F32x4(x);
}
// One float in every lane; a single instruction on wasm.
inline F32x4 load_splat(const float* p) {
#if defined(__wasm_simd128__)
  return F32x4(wasm_v128_load32_splat(p));
#else
  return F32x4(*p);
#endif
}

// The first n lanes; the others are 0. Touches nothing beyond p[n - 1]. Requires 0 <= n <= 4. A
// call each: inlined into every tail, they would take another kilobyte of the module, compressed.
[[gnu::noinline]] inline F32x4 load_partial(const float* p, int n) {
  // One by one: memcpy of a few bytes is a call.
  float lanes[kLanes] = {};
  if (n > 0) lanes[0] = p[0];
  if (n > 1) lanes[1] = p[1];
  if (n > 2) lanes[2] = p[2];
  if (n > 3) lanes[3] = p[3];
  return load(lanes);
}
[[gnu::noinline]] inline void store_partial(float* p, F32x4 v, int n) {
  float lanes[kLanes];
  store(lanes, v);
  if (n > 0) p[0] = lanes[0];
  if (n > 1) p[1] = lanes[1];
  if (n > 2) p[2] = lanes[2];
  if (n > 3) p[3] = lanes[3];
}
// The first n of four lanes, or all where n is more; those that are not read are 0.
inline F32x4 load_up_to(const float* p, int64_t n) {
  return n >= kLanes ? load(p) : load_partial(p, static_cast<int>(n));
}
inline void store_up_to(float* p, F32x4 v, int64_t n) {
  if (n >= kLanes) return store(p, v);
  store_partial(p, v, static_cast<int>(n));
}
// Copies n floats between places that do not overlap. For the short runs of kernels, which memcpy
// is too far away for.
inline void copy(const float* from, float* to, int64_t n) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(to + i, load(from + i));
  for (; i < n; ++i) to[i] = from[i];
}
inline void fill_zero(float* to, int64_t n) {
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) store(to + i, splat(0));
  for (; i < n; ++i) to[i] = 0;
}

// a < b ? b : a and b < a ? b : a, lane by lane: a NaN in `a` stays when b is a number. SSE keeps
// its second operand when one is NaN, wasm's pmin and pmax their first. ARM makes NaN of either.
inline F32x4 max(F32x4 a, F32x4 b) {
#if defined(__wasm__)
  return xsimd::max(a, b);
#else
  return xsimd::max(b, a);
#endif
}
inline F32x4 min(F32x4 a, F32x4 b) {
#if defined(__wasm__)
  return xsimd::min(a, b);
#else
  return xsimd::min(b, a);
#endif
}
// The larger or smaller, and NaN when either is NaN.
inline F32x4 max_or_nan(F32x4 a, F32x4 b) {
  return xsimd::select(b == b, max(a, b), b);  // NOLINT(misc-redundant-expression): NaN
}
inline F32x4 min_or_nan(F32x4 a, F32x4 b) {
  return xsimd::select(b == b, min(a, b), b);  // NOLINT(misc-redundant-expression): NaN
}
// NaN stays NaN. Where low > high the result is high, as ONNX asks of Clip.
inline F32x4 clip(F32x4 x, F32x4 low, F32x4 high) {
  return min(max(x, low), high);
}

// a b + c. Rounded once or twice, as the target does it faster: builds agree within a tolerance
// only, but on one machine a build always rounds the same way.
inline F32x4 madd(F32x4 a, F32x4 b, F32x4 c) {
#if defined(__wasm_relaxed_simd__)
  return F32x4(wasm_f32x4_relaxed_madd(a, b, c));
#else
  return xsimd::fma(a, b, c);
#endif
}

// e^x within 2 units in the last place; 0 where the result would be below 2^-125.5, infinity where
// it would be beyond the range; NaN stays NaN. A third of the instructions of xsimd's.
inline F32x4 exp(F32x4 x) {
  // x = n ln 2 + r, |r| <= ln 2 / 2. Adding 1.5 * 2^23 + 126 rounds, and leaves the exponent field
  // of 2^(n - 1) in the lowest bits. It is 0, and the number zero, for the smallest n.
  const F32x4 bounded = clip(x, splat(-87.3f), splat(89.0f));
  const F32x4 shift = splat(12583038.0f);
  const F32x4 shifted = madd(bounded, splat(1.44269504f), shift);
  const F32x4 n = shifted - shift;
  // ln 2 in two parts, the first with so few bits that its product with n is exact.
  F32x4 r = madd(n, splat(-0.693359375f), bounded);
  r = madd(n, splat(2.12194440e-4f), r);
  // 2 e^r: the polynomial of degree 6 with the least relative error, 2e-9.
  F32x4 p = madd(splat(0.002768721431493759f), r, splat(0.016748391091823578f));
  p = madd(p, r, splat(0.0833360105752945f));
  p = madd(p, r, splat(0.33332860469818115f));
  p = madd(p, r, splat(0.9999998807907104f));
  p = madd(p, r, splat(2.0f));
  p = madd(p, r, splat(2.0f));
  const auto exponent = xsimd::bitwise_cast<int32_t>(shifted) << 23;
  return p * xsimd::bitwise_cast<float>(exponent);
}

inline float reduce_add(F32x4 v) {
  float lanes[kLanes];
  store(lanes, v);
  return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}
inline float reduce_max(F32x4 v) {
  float lanes[kLanes];
  store(lanes, v);
  const float a = lanes[0] < lanes[2] ? lanes[2] : lanes[0];
  const float b = lanes[1] < lanes[3] ? lanes[3] : lanes[1];
  return a < b ? b : a;
}

}  // namespace gossamer::simd

#endif  // GOSSAMER_BASE_SIMD_H_
