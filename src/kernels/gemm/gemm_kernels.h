// The kernels that select.cc chooses from; outside this folder only benchmarks include this.
#ifndef GOSSAMER_KERNELS_GEMM_GEMM_KERNELS_H_
#define GOSSAMER_KERNELS_GEMM_GEMM_KERNELS_H_

#include <memory>

#include "kernels/gemm/gemm.h"

namespace gossamer {

std::unique_ptr<Kernel> make_packed_gemm(const GemmParams& params, PackedMatrix b);
// Requires m == 1 and no residual.
std::unique_ptr<Kernel> make_gemv(const GemmParams& params, PackedMatrix b);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_GEMM_GEMM_KERNELS_H_
