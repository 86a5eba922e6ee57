// Matrix products in float32.
//
//   c[i, j] = act( bias[j] + residual[i, j] + sum over k of a[i, k] b[k, j] ),  i < m, j < n
//
// a, c and residual are row-major and read or written where they lie, with no packing: with
// channels last, the pixels of a picture are the rows of a 1x1 convolution. A constant b is packed
// once (see panels.h); b is only copied at run time when it is itself computed by the network.
//
// Alignment: that of a float. Aliasing: c may be the residual (each tile of it is read, then
// written, by the same item) and must not overlap a or b. Padding: none; nothing outside the stated
// rows and columns is read or written.
#ifndef GOSSAMER_KERNELS_GEMM_GEMM_H_
#define GOSSAMER_KERNELS_GEMM_GEMM_H_

#include <cstdint>
#include <memory>

#include "gossamer/status.h"
#include "kernels/activation.h"
#include "kernels/gemm/panels.h"
#include "kernels/kernel.h"

namespace gossamer {

struct GemmParams {
  int64_t m = 1, k = 1, n = 1;
  int64_t a_stride = 1;  // elements from one row of a to the next
  int64_t c_stride = 1;  // likewise of c and of the residual
  int a_input = 0;       // which of the kernel's inputs is a
  int residual_input = kNoInput;
  Activation activation;
  int threads = 1;  // that will share the items; results do not depend on it

  static constexpr int kNoInput = -1;
  static GemmParams dense(int64_t m, int64_t k, int64_t n) {
    GemmParams p;
    p.m = m, p.k = k, p.n = n, p.a_stride = k, p.c_stride = n;
    return p;
  }
};

// The product with a constant b of params.k rows and params.n columns, which carries the bias.
// Reads inputs[a_input], and inputs[residual_input] if there is one.
std::unique_ptr<Kernel> make_gemm_f32(const GemmParams& params, PackedMatrix b);

// A stack of products of two computed matrices, all dense: inputs[0] holds matrices [m, k],
// inputs[1] matrices [k, n]. Product number i reads a's matrix number a_index(i) and b's number
// b_index(i); the indices follow from broadcasting the leading extents.
struct MatMulParams {
  static constexpr int kMaxBatchRank = 8;
  int64_t m = 1, k = 1, n = 1;
  int batch_rank = 0;
  int64_t batch[kMaxBatchRank] = {};           // extents of the products
  int64_t a_batch_stride[kMaxBatchRank] = {};  // in matrices; 0 where a is repeated
  int64_t b_batch_stride[kMaxBatchRank] = {};
  Activation activation;
};
// Errors: OOM.
Result<std::unique_ptr<Kernel>> make_matmul_f32(const MatMulParams& params);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_GEMM_GEMM_H_
