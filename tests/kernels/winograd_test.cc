// Winograd's forms against the direct sum in double precision: every border, channel counts around
// the vector and panel widths, more tiles than a block holds, and the choice between them.
#include "kernels/winograd/winograd.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/threads_exist.h"
#include "conv_test_support.h"
#include "kernels/sizes.h"
#include "kernels/winograd/winograd_conv.h"

namespace gossamer::test {
namespace {

MakeConv winograd(int m) {
  return [m](const ConvParams& p, const ConvWeights& weights, int residual_input) {
    return make_winograd_conv(p, weights, residual_input, m);
  };
}

// A window of one row, or of one column, with pads of its own on the other axis too.
ConvParams line(bool wide, int64_t taps, int64_t along, int64_t across, int64_t pad,
                int64_t channels) {
  ConvParams p = square(along, channels, channels + 4, taps, 1, 0);
  (wide ? p.kernel_h : p.kernel_w) = 1;
  (wide ? p.in_h : p.in_w) = across;
  (wide ? p.pad_left : p.pad_top) = pad;
  (wide ? p.pad_top : p.pad_left) = pad / 3;
  return shaped(p);
}

TEST(WinogradTest, SweepsBordersAndChannels) {
  std::mt19937 random(31);
  std::set<std::string_view> swept;
  int lines = 0;
  for (const bool wide : {false, true}) {
    for (const int64_t taps : {2, 3, 4, 5, 7, 8, 9}) {
      for (const int64_t along : {9, 11, 17}) {
        for (const int64_t pad : {0, 3}) {
          for (const int64_t channels : {4, 20, 64}) {
            const Extras extras{lines % 2 == 0, lines % 3 != 0, lines % 5 == 0};
            ++lines;
            const ConvParams p = line(wide, taps, along, 1 + lines % 4, pad, channels);
            swept.insert(run_case(p, extras, random, make_winograd_line));
          }
        }
      }
    }
  }
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

struct GroupShape {
  int64_t groups, in, out;  // channels of a group
};
constexpr GroupShape kGroupShapes[] = {
    {2, 8, 8}, {32, 4, 4}, {6, 4, 4}, {4, 16, 16}, {12, 8, 8}, {3, 2, 24},
    {8, 3, 5}, {2, 12, 4}, {4, 1, 2}, {3, 5, 40},  {2, 3, 20}, {16, 32, 32},
};

TEST(WinogradTest, SumsGroups) {
  std::mt19937 random(37);
  int turn = 0;
  for (const int m : {2, 4}) {
    for (const auto& [groups, in, out] : kGroupShapes) {
      for (const int64_t size : {5, 13}) {
        const Extras extras{turn % 2 == 0, turn % 3 != 0, turn % 5 == 0};
        ++turn;
        const ConvParams p = square(size, groups * in, groups * out, 3, 1, 1, groups);
        run_case(p, extras, random, winograd(m));
      }
    }
  }
}

TEST(WinogradTest, GroupsAreChosenWhereTheirSumsFillPanels) {
  EXPECT_NE(choose_winograd(square(28, 256, 256, 3, 1, 1, 32)), 0);
  EXPECT_NE(choose_winograd(square(56, 128, 128, 3, 1, 1, 32)), 0);  // pairs of groups
  EXPECT_EQ(choose_winograd(square(28, 36, 36, 3, 1, 1, 3)), 0);     // 12 channels, in 3 groups
  EXPECT_EQ(choose_winograd(square(28, 256, 256, 3, 2, 1, 32)), 0);
}

TEST(WinogradTest, GroupsMakeWorkForAllThreads) {
  for (const int groups : {1, 4, 16}) {
    ConvParams p = square(28, 64, 64, 3, 1, 1, groups);
    p.threads = 4;
    const WinogradCut cut(p, 4);
    const int64_t items = ceil_div(cut.tiles, cut.block_tiles) * cut.shares;
    EXPECT_GE(items, possible_threads(p.threads)) << groups;  // one, in builds without threads
    EXPECT_LE(items, 3 * p.threads) << groups;
  }
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

TEST(WinogradTest, CutsLinesIntoBlocks) {
  std::mt19937 random(36);
  for (const bool wide : {false, true}) {
    ConvParams p = line(wide, 7, 33, 30, 3, 96);
    p.batch = 2;
    run_case(p, {true, true, true}, random, make_winograd_line);
    const std::vector<float> w(static_cast<size_t>(p.out_channels * p.in_channels * 7));
    const auto kernel = make_winograd_line(p, {w.data(), nullptr, nullptr}, kNoResidual);
    ASSERT_TRUE(kernel.is_ok());
    EXPECT_GT((*kernel)->items(), 4);
  }
}

TEST(WinogradTest, LinesAreChosenWhereTheyPay) {
  ConvParams p = line(true, 7, 17, 17, 3, 192);
  EXPECT_TRUE(prefers_winograd_line(p));
  p.max_weight_bytes = 14 * 192 * 200 * sizeof(float) - 1;
  EXPECT_FALSE(prefers_winograd_line(p));
  EXPECT_TRUE(prefers_winograd_line(line(false, 3, 8, 8, 1, 384)));
  EXPECT_FALSE(prefers_winograd_line(line(true, 7, 1, 17, 3, 192)));  // one tile for one pixel
  EXPECT_FALSE(prefers_winograd_line(line(true, 7, 17, 17, 3, 6)));
  p = line(true, 7, 17, 17, 3, 192);
  p.stride_h = 2;
  EXPECT_FALSE(prefers_winograd_line(shaped(p)));
}

TEST(WinogradTest, AppliesEveryActivation) {
  std::mt19937 random(33);
  for (const Activation& activation : every_activation()) {
    ConvParams row = line(true, 3, 9, 2, 1, 12);
    row.activation = activation;
    run_case(row, {true, true, true}, random, make_winograd_line);
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
