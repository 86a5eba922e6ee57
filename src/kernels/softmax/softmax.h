// Softmax and its logarithm over rows of n consecutive floats, or over n floats that lie `inner`
// apart, shifted by their maximum so that nothing overflows:
//
//   kSoftmax:    y[i] = e^(x[i] - max) / sum over j of e^(x[j] - max)
//   kLogSoftmax: y[i] = x[i] - max - log(sum over j of e^(x[j] - max))
//
// Alignment: that of a float. Aliasing: y may be x.
#ifndef GOSSAMER_KERNELS_SOFTMAX_SOFTMAX_H_
#define GOSSAMER_KERNELS_SOFTMAX_SOFTMAX_H_

#include <memory>

#include "kernels/kernel.h"

namespace gossamer {

enum class SoftmaxKind { kSoftmax, kLogSoftmax };

// Reads inputs[0], [rows, n].
std::unique_ptr<Kernel> make_softmax_f32(SoftmaxKind kind, int64_t rows, int64_t n);
// Reads inputs[0], [outer, n, inner]. Null in a build that leaves such steps to the reference.
std::unique_ptr<Kernel> make_softmax_columns_f32(SoftmaxKind kind, int64_t outer, int64_t n,
                                                 int64_t inner);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_SOFTMAX_SOFTMAX_H_
