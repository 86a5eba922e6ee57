// Convolutions against the formula of conv_params.h evaluated in double precision: every form,
// window, stride, dilation, padding, grouping, epilogue and channel count around the vector widths.
#include <gtest/gtest.h>

#include <limits>

#include "base/simd.h"
#include "conv_test_support.h"
#include "kernels/conv/conv.h"
#include "kernels/table.h"

namespace gossamer::test {
namespace {

TEST(ConvTest, SweepsWindowsStridesPadsAndChannels) {
  std::mt19937 random(11);
  std::set<std::string_view> swept;
  int turn = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (int64_t pad = 0; pad < kernel; ++pad) {
        for (const int64_t channels : {1, 3, 8, 13}) {
          for (const int64_t out_channels : {1, 7, 8, 20}) {
            const Extras extras{turn % 2 == 0, turn % 3 == 0, turn % 5 == 0};
            swept.insert(run_case(square(7 + turn % 3, channels, out_channels, kernel, stride, pad),
                                  extras, random));
            ++turn;
          }
        }
      }
    }
  }
  for (const int64_t kernel : {3, 5, 4}) {
    swept.insert(run_case(square(9, 8, 8, kernel, 1, 1, 8), {}, random));
  }
  swept.insert(kernel_name::kConvTranspose);  // conv_transpose_test.cc has it
  expect_all_swept("conv", swept);
}

TEST(ConvTest, SweepsDepthwise) {
  std::mt19937 random(12);
  int turn = 0;
  for (const int64_t kernel : {1, 2, 3, 5, 7}) {
    for (const int64_t stride : {1, 2, 3}) {
      for (const int64_t dilation : {1, 2, 3}) {
        for (int64_t pad = 0; pad <= kernel; ++pad) {
          for (const int64_t channels : {2, 4, 5, 8, 19, 24}) {
            const int64_t size = 13 + turn % 4;
            const Extras extras{turn % 2 == 0, turn % 3 == 0, turn % 5 == 0};
            ++turn;
            if ((kernel - 1) * dilation + 1 > size + 2 * pad) continue;
            const auto p =
                square(size, channels, channels, kernel, stride, pad, channels, dilation);
            const auto name = run_case(p, extras, random);
            EXPECT_EQ(name.substr(0, 10), "f32_dwconv");
          }
        }
      }
    }
  }
}

TEST(ConvTest, SweepsGroupsAndDilations) {
  std::mt19937 random(13);
  for (const int64_t groups : {1, 2, 3}) {
    for (const int64_t per_group : {1, 4, 5}) {
      for (const int64_t out_per_group : {1, 2, 9}) {
        for (const int64_t dilation : {1, 2, 3}) {
          for (const int64_t pad : {0, 1, 3}) {
            const auto p = square(9, groups * per_group, groups * out_per_group, 3, 1 + pad % 2,
                                  pad, groups, dilation);
            run_case(p, {true, true, dilation == 2}, random);
          }
        }
      }
    }
  }
}

TEST(ConvTest, AppliesEveryActivationInEveryForm) {
  std::mt19937 random(14);
  for (const Activation& activation : every_activation()) {
    for (ConvParams p :
         {square(6, 5, 9, 1, 1, 0), square(1, 5, 9, 1, 1, 0), square(6, 5, 9, 3, 2, 1),
          square(6, 6, 6, 3, 1, 1, 6), square(6, 6, 9, 3, 1, 1, 3), square(7, 16, 16, 3, 1, 1, 16),
          square(7, 8, 8, 5, 2, 2, 8)}) {
      p.activation = activation;
      run_case(p, {true, true, false}, random);
      run_case(p, {false, true, true}, random);
    }
  }
}

TEST(ConvTest, HandlesBatchesOfDepthwiseWindows) {
  std::mt19937 random(16);
  for (const int64_t stride : {1, 2}) {
    ConvParams p = square(9, 24, 24, 3, stride, 1, 24);
    p.batch = 3;
    const auto name = run_case(shaped(p), {true, true, true}, random).substr(0, 14);
    EXPECT_EQ(name, simd::kEmulated ? "f32_dwconv_any" : "f32_dwconv_3x3");
  }
}

TEST(ConvTest, HandlesUnevenPicturesAndBatches) {
  std::mt19937 random(15);
  for (const int64_t groups : {1, 2, 6}) {
    ConvParams p;
    p.batch = 3;
    p.in_h = 5, p.in_w = 11, p.in_channels = 6, p.out_channels = 6;
    p.kernel_h = 2, p.kernel_w = 5;
    p.stride_h = 1, p.stride_w = 2;
    p.dilation_h = 2, p.dilation_w = 1;
    p.pad_top = 1, p.pad_left = 3;
    p.groups = groups;
    p = shaped(p);
    run_case(p, {true, true, true}, random);
    // One row or column more than equal pads give: pads at the end may be larger.
    p.out_h += 1;
    p.out_w += 1;
    run_case(p, {true, true, true}, random);
    // A signal: no height.
    p.in_h = p.kernel_h = p.out_h = p.stride_h = p.dilation_h = 1;
    p.pad_top = 0;
    run_case(p, {false, true, false}, random);
  }
}

TEST(ConvTest, WindowsWhollyOutsideThePictureGiveTheBias) {
  std::mt19937 random(16);
  for (const int64_t groups : {1, 2, 4}) {
    run_case(square(2, 4, 4, 3, 1, 4, groups), {true, true, true}, random);
    run_case(square(3, 4, 4, 1, 2, 3, groups), {true, true, false}, random);
  }
}

TEST(ConvTest, WindowOverTheWholePictureIsAProduct) {
  std::mt19937 random(17);
  const ConvParams p = square(6, 5, 33, 6, 1, 0);
  const auto name = run_case(p, {true, true, false}, random);
  EXPECT_EQ(name.substr(0, 8), "f32_gemv");
  ConvParams batch = p;
  batch.batch = 7;
  EXPECT_EQ(run_case(batch, {true, true, true}, random).substr(0, 8), "f32_gemm");
}

TEST(ConvTest, LargeLayersAreCutIntoItems) {
  std::mt19937 random(18);
  const ConvParams p = square(40, 70, 130, 3, 2, 1);
  run_case(p, {true, true, true}, random);
  const std::vector<float> w(static_cast<size_t>(130 * 70 * 9));
  const auto kernel = make_conv_f32(p, w.data(), nullptr, nullptr, kNoResidual);
  ASSERT_TRUE(kernel.is_ok());
  EXPECT_GT((*kernel)->items(), 10);
}

TEST(ConvTest, StepsThatAreNeverTakenMayBeHuge) {
  std::mt19937 random(19);
  for (const int64_t groups : {1, 2, 4}) {
    ConvParams p = square(3, 4, 4, 1, 1, 1, groups);
    p.dilation_h = p.dilation_w = std::numeric_limits<int64_t>::max();
    run_case(p, {false, true, false}, random);
    p = square(3, 4, 4, 3, 1, 0, groups);
    p.stride_h = p.stride_w = std::numeric_limits<int64_t>::max();
    run_case(p, {false, true, false}, random);
  }
}

}  // namespace
}  // namespace gossamer::test
