// One number from each row of n consecutive floats:
//
//   kSum:  y[r] = sum over i of x[r, i]
//   kMean: y[r] = that / n
//   kMax:  y[r] = max over i of x[r, i]; NaN if one of them is NaN
//
// Long sums are made of short ones, added in double precision. Alignment: that of a float.
// Aliasing: none.
#ifndef GOSSAMER_KERNELS_REDUCE_REDUCE_H_
#define GOSSAMER_KERNELS_REDUCE_REDUCE_H_

#include <memory>

#include "kernels/kernel.h"

namespace gossamer {

enum class RowReduction { kSum, kMean, kMax };

// Reads inputs[0], [rows, n]. Requires n > 0.
std::unique_ptr<Kernel> make_reduce_rows_f32(RowReduction form, int64_t rows, int64_t n);

// The same and more of n floats that lie `inner` apart, y[outer, inner] from x[outer, n, inner]:
// kMin; kL1, the sum of magnitudes; kSumSquare and its root, kL2; kLogSum, the logarithm of the
// sum.
enum class Reduction { kSum, kMean, kMax, kMin, kL1, kL2, kSumSquare, kLogSum };

// Reads inputs[0]. Requires n > 0. Null in a build that leaves such steps to the reference.
std::unique_ptr<Kernel> make_reduce_columns_f32(Reduction form, int64_t outer, int64_t n,
                                                int64_t inner);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_REDUCE_REDUCE_H_
