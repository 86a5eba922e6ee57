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

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_REDUCE_REDUCE_H_
