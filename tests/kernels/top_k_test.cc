// TopK against sorting: every k, both orders, axes, ties and numbers that are none.
#include "kernels/selection/top_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/aligned_buffer.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

// Whether element a of a row comes before element b.
bool comes_before(float a, float b, bool greatest) {
  if (std::isnan(a) || std::isnan(b)) return greatest ? !std::isnan(b) : !std::isnan(a);
  return greatest ? a > b : a < b;
}

void run_case(const TopKParams& p, const GuardedFloats& x, std::mt19937& random) {
  auto kernel = make_top_k_f32(p);
  ASSERT_TRUE(kernel.is_ok());
  const int64_t count = p.outer * p.k * p.inner;
  const GuardedFloats* inputs[] = {&x};
  const auto values = run_checked(**kernel, inputs, count, random);
  auto scratch = AlignedBuffer::allocate((*kernel)->scratch_bytes());
  std::vector<float> again(values.size());
  std::vector<int64_t> places(values.size());
  const void* in[] = {x.data()};
  void* out[] = {again.data(), places.data()};
  ASSERT_TRUE((*kernel)->run({in, out, scratch->data()}, 0, (*kernel)->items()).is_ok());
  for (int64_t row = 0; row < p.outer * p.inner; ++row) {
    const int64_t outer = row / p.inner, inner = row % p.inner;
    const auto element = [&](int64_t i) { return x[(outer * p.size + i) * p.inner + inner]; };
    std::vector<int64_t> order(static_cast<size_t>(p.size));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int64_t a, int64_t b) {
      if (std::isnan(element(a)) && std::isnan(element(b))) return false;
      return comes_before(element(a), element(b), p.greatest);
    });
    for (int64_t i = 0; i < p.k; ++i) {
      const auto at = static_cast<size_t>((outer * p.k + i) * p.inner + inner);
      EXPECT_EQ(places[at], order[static_cast<size_t>(i)]) << p.size << " " << p.k << " " << i;
      EXPECT_EQ(std::bit_cast<uint32_t>(values[at]),
                std::bit_cast<uint32_t>(element(order[static_cast<size_t>(i)])));
    }
  }
}

TEST(TopKTest, Sweeps) {
  std::mt19937 random(71);
  for (const int64_t size : {1, 2, 3, 8, 9, 100}) {
    for (const int64_t k : {int64_t{0}, int64_t{1}, size / 2, size - 1, size}) {
      for (const int64_t inner : {1, 3}) {
        for (const bool greatest : {true, false}) {
          const TopKParams p{
              .outer = 2, .size = size, .inner = inner, .k = k, .greatest = greatest};
          const GuardedFloats plain(2 * size * inner, random);
          run_case(p, plain, random);
          GuardedFloats odd(2 * size * inner, random, -3, 3);
          constexpr float kInfinity = std::numeric_limits<float>::infinity();
          const float numbers[] = {std::nanf(""), -std::nanf(""), kInfinity, -kInfinity,
                                   -0.0f,         0.0f,           1e-45f};
          for (int64_t i = 0; i < odd.count(); ++i) {
            const auto choice = random() % 14;
            odd.data()[i] =
                choice < std::size(numbers) ? numbers[choice] : std::nearbyint(odd[i]);  // ties
          }
          run_case(p, odd, random);
        }
      }
    }
  }
  auto kernel = make_top_k_f32({});
  ASSERT_TRUE(kernel.is_ok());
  expect_all_swept("selection", {(*kernel)->name()});
}

}  // namespace
}  // namespace gossamer::test
