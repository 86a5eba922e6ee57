// Chooses the form of a convolution from its parameters, never from the model it comes from.
#include "kernels/conv/conv_kernels.h"
#include "kernels/gemm/gemm.h"
#include "kernels/winograd/winograd.h"

namespace gossamer {
namespace {

// A stride between output pixels of which there is one, or a dilation between taps of which there
// is one, is never stepped: it may be any number, and 1 spares the kernels products that overflow.
ConvParams without_idle_steps(ConvParams p) {
  if (p.out_h == 1) p.stride_h = 1;
  if (p.out_w == 1) p.stride_w = 1;
  if (p.kernel_h == 1) p.dilation_h = 1;
  if (p.kernel_w == 1) p.dilation_w = 1;
  return p;
}

// One output pixel that sees the whole picture, in the order of memory: a fully connected layer.
bool covers_picture(const ConvParams& p) {
  return p.groups == 1 && p.kernel_h == p.in_h && p.kernel_w == p.in_w && p.out_h == 1 &&
         p.out_w == 1 && p.pad_top == 0 && p.pad_left == 0 && p.dilation_h == 1 &&
         p.dilation_w == 1;
}

// What an output pixel sees is one dense run of memory: a row of a.
Result<std::unique_ptr<Kernel>> make_product(const ConvParams& p, const ConvWeights& weights,
                                             int residual_input) {
  GemmParams gemm = GemmParams::dense(p.batch * p.out_h * p.out_w,
                                      p.kernel_h * p.kernel_w * p.in_channels, p.out_channels);
  gemm.residual_input = residual_input;
  gemm.activation = p.activation;
  gemm.threads = p.threads;
  GOSSAMER_ASSIGN(PackedMatrix packed, pack_conv_panels(p, weights));
  return make_gemm_f32(gemm, std::move(packed));
}

}  // namespace

Result<std::unique_ptr<Kernel>> make_conv_f32(const ConvParams& params, const float* weights_oihw,
                                              const float* scale, const float* bias,
                                              int residual_input) {
  const ConvWeights weights{weights_oihw, scale, bias};
  const ConvParams p = without_idle_steps(params);
  if (p.is_pointwise() || covers_picture(p)) {
    return make_product(p, weights, residual_input);
  }
  if (p.is_depthwise()) return make_depthwise_conv(p, weights, residual_input);
  if (const int m = choose_winograd(p); m != 0) {
    return make_winograd_conv(p, weights, residual_input, m);
  }
  if (prefers_winograd_line(p)) return make_winograd_line(p, weights, residual_input);
  return make_indirect_conv(p, weights, residual_input);
}

}  // namespace gossamer
