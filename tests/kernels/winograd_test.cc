// Winograd's forms against the direct sum in double precision: every border, channel counts around
// the vector and panel widths, more tiles than a block holds, and the choice between them.
#include "kernels/winograd/winograd.h"

#include <gtest/gtest.h>

#include <limits>

#include "conv_test_support.h"

namespace gossamer::test {
namespace {

MakeConv winograd(int m) {
  return [m](const ConvParams& p, const ConvWeights& weights, int residual_input) {
    return make_winograd_conv(p, weights, residual_input, m);
  };
}

TEST(WinogradTest, SweepsBordersAndChannels) {
  std::mt19937 random(31);
  std::set<std::string_view> swept;
  int turn = 0;
  for (const int m : {2, 4}) {
    for (const int64_t pad : {0, 1, 2}) {
      for (const int64_t size : {3, 4, 6, 7, 9}) {
        for (const int64_t in : {1, 3, 4, 17}) {
          for (const int64_t out : {1, 7, 8, 20}) {
            const Extras extras{turn % 2 == 0, turn % 3 != 0, turn % 5 == 0};
            ++turn;
            swept.insert(run_case(square(size, in, out, 3, 1, pad), extras, random, winograd(m)));
          }
        }
      }
    }
  }
  expect_all_swept("winograd", swept);
}

TEST(WinogradTest, CutsTilesAndChannelsIntoBlocks) {
  std::mt19937 random(32);
  for (const int m : {2, 4}) {
    ConvParams p = square(21, 40, 100, 3, 1, 1);  // more panels than one pass over the tiles takes
    p.batch = 2;
    p.in_w = 34;
    run_case(shaped(p), {true, true, true}, random, winograd(m));
    const std::vector<float> w(40 * 100 * 9);
    const auto kernel = make_winograd_conv(shaped(p), {w.data(), nullptr, nullptr}, kNoResidual, m);
    ASSERT_TRUE(kernel.is_ok());
    EXPECT_GT((*kernel)->items(), 1);
  }
}

TEST(WinogradTest, AppliesEveryActivation) {
  std::mt19937 random(33);
  for (const Activation& activation : every_activation()) {
    for (const int m : {2, 4}) {
      ConvParams p = square(6, 5, 9, 3, 1, 1);
      p.activation = activation;
      run_case(p, {true, true, true}, random, winograd(m));
    }
  }
}

TEST(WinogradTest, TakesUnevenPads) {
  std::mt19937 random(34);
  for (const int m : {2, 4}) {
    ConvParams p = square(8, 5, 9, 3, 1, 0);
    p.pad_left = 2;  // and none at the top; one row more than equal pads give
    p.out_h += 1;
    p.out_w += 3;
    run_case(p, {false, true, false}, random, winograd(m));
  }
}

// What transforms.h says of values that differ by orders of magnitude: the error is relative to the
// largest value of the tile, and neither it nor NaN goes beyond the tiles that hold the value.
TEST(WinogradTest, ErrorsAndNanStayWithinTheirTiles) {
  const ConvParams p = square(24, 8, 8, 3, 1, 1);
  const std::vector<float> w(8 * 8 * 9, 0.1f);
  const auto kernel = make_winograd_conv(p, {w.data(), nullptr, nullptr}, kNoResidual, 4);
  ASSERT_TRUE(kernel.is_ok());
  std::vector<float> x(24 * 24 * 8, 1.0f), plain(x.size()), got(x.size());
  std::vector<float> scratch((*kernel)->scratch_bytes() / sizeof(float));
  const auto run = [&](std::vector<float>& y) {
    const void* inputs[] = {x.data()};
    void* outputs[] = {y.data()};
    ASSERT_TRUE((*kernel)
                    ->run({inputs, outputs, reinterpret_cast<std::byte*>(scratch.data())}, 0,
                          (*kernel)->items())
                    .is_ok());
  };
  run(plain);
  for (const float value : {1e6f, std::numeric_limits<float>::quiet_NaN()}) {
    x[(10 * 24 + 10) * 8] = value;  // in tiles of rows and columns 8 to 11 alone
    run(got);
    for (int64_t pixel = 0; pixel < 24 * 24; ++pixel) {
      const int64_t row = pixel / 24, column = pixel % 24;
      const auto at = static_cast<size_t>(pixel * 8);
      if (row >= 8 && row < 12 && column >= 8 && column < 12) {
        if (value == value) {  // not NaN
          EXPECT_NEAR(got[at], plain[at], 1e6 * 0.1 * 1.0001);
        }
      } else {
        EXPECT_EQ(got[at], plain[at]) << row << ", " << column;
      }
    }
  }
}

TEST(WinogradTest, IsChosenForWideLayersOnly) {
  EXPECT_EQ(choose_winograd(square(56, 64, 64, 3, 1, 1)), 4);
  EXPECT_EQ(choose_winograd(square(28, 128, 128, 3, 1, 1)), 4);
  EXPECT_NE(choose_winograd(square(14, 256, 256, 3, 1, 1)), 0);
  EXPECT_EQ(choose_winograd(square(56, 64, 64, 3, 2, 1)), 0);  // strides
  EXPECT_EQ(choose_winograd(square(56, 64, 64, 5, 1, 2)), 0);  // another window
  EXPECT_EQ(choose_winograd(square(56, 64, 64, 3, 1, 1, 64)), 0);
  EXPECT_EQ(choose_winograd(square(56, 64, 64, 3, 1, 2, 1, 2)), 0);
  EXPECT_EQ(choose_winograd(square(3, 4, 4, 3, 1, 1)), 0);
}

}  // namespace
}  // namespace gossamer::test
