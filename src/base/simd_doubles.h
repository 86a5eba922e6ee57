// Vectors of two doubles, made of floats: for sums of squares, which float32 has no room for.
// Beside simd.h, which has the floats. The type is the compilers' own, whose operators work lane by
// lane.
#ifndef GOSSAMER_BASE_SIMD_DOUBLES_H_
#define GOSSAMER_BASE_SIMD_DOUBLES_H_

#include <cstdint>
#include <cstring>

namespace gossamer::simd {

using F64x2 [[gnu::vector_size(16)]] = double;
inline constexpr int kDoubleLanes = 2;

// p[0] and p[1] or, where n is 1, p[0] and 0. Any alignment. Requires n > 0.
inline F64x2 widen(const float* p, int64_t n) {
  using F32x2 [[gnu::vector_size(8)]] = float;
  F32x2 pair = {*p, 0};
  if (n >= kDoubleLanes) std::memcpy(&pair, p, sizeof pair);
  return __builtin_convertvector(pair, F64x2);
}

inline F64x2 abs(F64x2 v) {
  return v < 0 ? -v : v;
}

}  // namespace gossamer::simd

#endif  // GOSSAMER_BASE_SIMD_DOUBLES_H_
