// Convolutions against the formula of conv_params.h in double precision, whatever the kernel.
#ifndef GOSSAMER_TESTS_KERNELS_CONV_TEST_SUPPORT_H_
#define GOSSAMER_TESTS_KERNELS_CONV_TEST_SUPPORT_H_

#include <functional>
#include <random>
#include <string_view>

#include "kernel_test_support.h"
#include "kernels/conv/conv.h"

namespace gossamer::test {

struct Extras {
  bool scale = false, bias = false, residual = false;
};

// Output extents from the input's and equal pads on both sides.
ConvParams shaped(ConvParams p);
ConvParams square(int64_t size, int64_t in_channels, int64_t out_channels, int64_t kernel,
                  int64_t stride, int64_t pad, int64_t groups = 1, int64_t dilation = 1);

using MakeConv = std::function<Result<std::unique_ptr<Kernel>>(
    const ConvParams& params, const ConvWeights& weights, int residual_input)>;

// Makes the kernel, runs it on random tensors and compares. Returns its name. The default maker is
// make_conv_f32. A kernel of Winograd's form may err some times as much as a direct sum, and of the
// largest magnitude in the output: its errors spread over tiles.
std::string_view run_case(const ConvParams& p, Extras extras, std::mt19937& random,
                          const MakeConv& make = {});

}  // namespace gossamer::test

#endif  // GOSSAMER_TESTS_KERNELS_CONV_TEST_SUPPORT_H_
