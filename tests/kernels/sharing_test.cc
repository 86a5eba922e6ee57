// Kernels cut their items by the number of threads that will share them. Their results must not
// tell: here each is made for several numbers of threads, and gives the same bits.
#include <cstring>

#include "conv_test_support.h"
#include "kernels/gemm/gemm.h"

namespace gossamer {
namespace {

using test::GuardedFloats;
using test::run_checked;
using test::square;

constexpr int kCounts[] = {2, 3, 4, 8};

void expect_same_bits(const std::vector<float>& a, const std::vector<float>& b,
                      const std::string& what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  EXPECT_TRUE(a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0) << what;
}

std::vector<float> run_conv(ConvParams p, int threads, const GuardedFloats& weights,
                            std::span<const GuardedFloats* const> inputs, std::mt19937& random,
                            int64_t& items) {
  p.threads = threads;
  auto kernel = make_conv_f32(p, weights.data(), nullptr, nullptr, /*residual_input=*/1);
  EXPECT_TRUE(kernel.is_ok());
  items = (*kernel)->items();
  return run_checked(**kernel, inputs, inputs[1]->count(), random);
}

TEST(Sharing, ChangesNoBitOfAConvolution) {
  std::mt19937 random(14);
  ConvParams wide = square(17, 64, 64, 3, 1, 1);
  wide.kernel_h = 1;
  wide.pad_top = 0;
  wide = test::shaped(wide);
  const ConvParams cases[] = {
      square(28, 32, 136, 3, 1, 1),  // Winograd, 4x4
      square(56, 16, 24, 3, 1, 1),
      square(7, 128, 200, 3, 1, 1),  // Winograd, 2x2
      square(14, 64, 96, 3, 1, 1),
      square(28, 128, 128, 3, 1, 1, 16),  // in groups
      square(28, 128, 128, 3, 1, 1, 32),
      square(15, 48, 104, 3, 2, 1),  // indirect
      square(9, 64, 192, 3, 2, 0, 2),
      square(28, 256, 256, 3, 2, 1, 32),
      square(14, 96, 272, 1, 1, 0),  // a plain product
      square(7, 320, 408, 1, 1, 0),
      square(19, 64, 64, 3, 1, 1, 64),  // depthwise
      wide,                             // Winograd along a line
  };
  int more = 0;
  for (const ConvParams& p : cases) {
    const GuardedFloats weights(
        p.out_channels * (p.in_channels / p.groups) * p.kernel_h * p.kernel_w, random);
    const GuardedFloats x(p.batch * p.in_h * p.in_w * p.in_channels, random);
    const GuardedFloats residual(p.batch * p.out_h * p.out_w * p.out_channels, random);
    const GuardedFloats* inputs[] = {&x, &residual};
    int64_t items_alone = 0;
    const std::vector<float> alone = run_conv(p, 1, weights, inputs, random, items_alone);
    for (const int threads : kCounts) {
      int64_t items = 0;
      const std::vector<float> shared = run_conv(p, threads, weights, inputs, random, items);
      EXPECT_GE(items, items_alone);
      more += items > items_alone ? 1 : 0;
      expect_same_bits(alone, shared,
                       "threads " + std::to_string(threads) + ", items " + std::to_string(items));
    }
  }
  EXPECT_GT(more, 12);  // of 40: otherwise nothing was compared
}

TEST(Sharing, ChangesNoBitOfAProduct) {
  std::mt19937 random(15);
  for (const auto& [m, k, n] : {std::tuple{int64_t{49}, int64_t{200}, int64_t{333}},
                                {int64_t{196}, int64_t{96}, int64_t{160}},
                                {int64_t{1}, int64_t{500}, int64_t{1000}}}) {
    const GuardedFloats a(m * k, random), b(k * n, random);
    const GuardedFloats* inputs[] = {&a};
    std::vector<float> alone;
    for (const int threads : {1, 2, 3, 4, 8}) {
      GemmParams p = GemmParams::dense(m, k, n);
      p.threads = threads;
      auto packed = PackedMatrix::pack({b.data(), n, 1, nullptr}, nullptr, k, n);
      ASSERT_TRUE(packed.is_ok());
      const auto kernel = make_gemm_f32(p, std::move(*packed));
      const std::vector<float> c = run_checked(*kernel, inputs, m * n, random);
      if (threads == 1) alone = c;
      expect_same_bits(alone, c, "threads " + std::to_string(threads));
    }
  }
}

}  // namespace
}  // namespace gossamer
