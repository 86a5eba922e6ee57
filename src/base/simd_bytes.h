// Vectors of small integers, for what works on pixels: bytes are widened to 16 bits, multiplied and
// added in pairs into 32 bits, and narrowed with saturation. Beside simd.h, which has the floats.
// The types are the compilers' own vectors, whose operators (+, >>, ...) work lane by lane; xsimd
// has no product of pairs, which is the instruction that makes this worth while.
#ifndef GOSSAMER_BASE_SIMD_BYTES_H_
#define GOSSAMER_BASE_SIMD_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__wasm_simd128__)
#include <wasm_simd128.h>
#elif defined(__SSE2__)
#include <immintrin.h>
#endif

namespace gossamer::simd {

// False where these types would be taken apart into scalars; plain loops do better there.
#if defined(__wasm__) && !defined(__wasm_simd128__)
inline constexpr bool kHasByteVectors = false;
#else
inline constexpr bool kHasByteVectors = true;
#endif

using U8x16 [[gnu::vector_size(16)]] = uint8_t;
using U8x8 [[gnu::vector_size(8)]] = uint8_t;
using I16x8 [[gnu::vector_size(16)]] = int16_t;
using U16x8 [[gnu::vector_size(16)]] = uint16_t;
using I32x4 [[gnu::vector_size(16)]] = int32_t;
using U32x4 [[gnu::vector_size(16)]] = uint32_t;

// Memory: any alignment.
template <typename Vector>
Vector load_as(const void* p) {
  Vector v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
// p[0], p[1] in every pair of lanes.
inline I16x8 load_pair_splat(const int16_t* p) {
  int32_t pair;
  std::memcpy(&pair, p, sizeof pair);
  return std::bit_cast<I16x8>(I32x4{pair, pair, pair, pair});
}

// Eight bytes from memory.
inline I16x8 load_widened(const uint8_t* p) {
  return __builtin_convertvector(load_as<U8x8>(p), I16x8);
}
inline I16x8 widen_low(U8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), I16x8);
}
inline I16x8 widen_high(U8x16 v) {
  return __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15),
                                 I16x8);
}

// Lane i: a[2i] b[2i] + a[2i + 1] b[2i + 1].
inline I32x4 dot_pairs(I16x8 a, I16x8 b) {
#if defined(__wasm_simd128__)
  return std::bit_cast<I32x4>(
      wasm_i32x4_dot_i16x8(std::bit_cast<v128_t>(a), std::bit_cast<v128_t>(b)));
#elif defined(__SSE2__)
  return std::bit_cast<I32x4>(_mm_madd_epi16(std::bit_cast<__m128i>(a), std::bit_cast<__m128i>(b)));
#else
  I32x4 sums;
  for (int i = 0; i < 4; ++i) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return sums;
#endif
}

// The 16 numbers of a and b. Requires that they fit bytes.
inline U8x16 narrow(U16x8 a, U16x8 b) {
  return __builtin_shufflevector(std::bit_cast<U8x16>(a), std::bit_cast<U8x16>(b), 0, 2, 4, 6, 8,
                                 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
// The 16 numbers of a, b, c and d, each brought into 0..255. Requires that they fit 16 bits.
inline U8x16 saturate(I32x4 a, I32x4 b, I32x4 c, I32x4 d) {
#if defined(__wasm_simd128__)
  const auto narrow = [](I32x4 low, I32x4 high) {
    return wasm_i16x8_narrow_i32x4(std::bit_cast<v128_t>(low), std::bit_cast<v128_t>(high));
  };
  return std::bit_cast<U8x16>(wasm_u8x16_narrow_i16x8(narrow(a, b), narrow(c, d)));
#elif defined(__SSE2__)
  const auto narrow = [](I32x4 low, I32x4 high) {
    return _mm_packs_epi32(std::bit_cast<__m128i>(low), std::bit_cast<__m128i>(high));
  };
  return std::bit_cast<U8x16>(_mm_packus_epi16(narrow(a, b), narrow(c, d)));
#else
  const I32x4 parts[] = {a, b, c, d};
  U8x16 out;
  for (int i = 0; i < 16; ++i) {
    const int32_t value = parts[i / 4][i % 4];
    out[i] = static_cast<uint8_t>(value < 0 ? 0 : value > 255 ? 255 : value);
  }
  return out;
#endif
}

}  // namespace gossamer::simd

#endif  // GOSSAMER_BASE_SIMD_BYTES_H_
