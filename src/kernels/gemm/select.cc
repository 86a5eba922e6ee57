// Chooses the kernel of a product from its sizes alone.
#include "kernels/gemm/gemm_kernels.h"

namespace gossamer {

std::unique_ptr<Kernel> make_gemm_f32(const GemmParams& params, PackedMatrix b) {
  if (params.m == 1 && params.residual_input == GemmParams::kNoInput) {
    return make_gemv(params, std::move(b));
  }
  return make_packed_gemm(params, std::move(b));
}

}  // namespace gossamer
