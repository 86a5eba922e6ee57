// Matrix products against a reference in double precision, on sizes around the extents of tiles,
// panels and blocks, with every epilogue.
#include "kernels/gemm/gemm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/text.h"
#include "kernel_test_support.h"

namespace gossamer::test {
namespace {

// Partial sums of k terms in [-1, 1] round at random: their error grows with the square root of k.
double epsilons_for(int64_t k) {
  return 4 + std::sqrt(static_cast<double>(k));
}

struct Expected {
  std::vector<double> values, magnitudes;
};

// What the kernel must leave in c, gaps between rows (NaN) included.
struct GemmCase {
  GemmParams p;
  bool with_bias = false;
  bool with_residual = false;
};

std::string describe(const GemmCase& c) {
  return concat(c.p.m, "x", c.p.k, "x", c.p.n, " strides ", c.p.a_stride, ",", c.p.c_stride,
                c.with_bias ? " bias" : "", c.with_residual ? " residual" : "", " activation ",
                static_cast<int>(c.p.activation.kind));
}

std::string_view run_case(GemmCase c, std::mt19937& random) {
  GemmParams& p = c.p;
  const GuardedFloats a((p.m - 1) * p.a_stride + p.k, random);
  const GuardedFloats b(p.k * p.n, random);
  const GuardedFloats scale(p.n, random, 0.5f, 2);
  const GuardedFloats bias(p.n, random);
  const int64_t c_count = (p.m - 1) * p.c_stride + p.n;
  const GuardedFloats residual(c_count, random);
  if (c.with_residual) p.residual_input = 1;
  auto packed = PackedMatrix::pack({b.data(), p.n, 1, scale.data()},
                                   c.with_bias ? bias.data() : nullptr, p.k, p.n);
  EXPECT_TRUE(packed.is_ok());
  const auto kernel = make_gemm_f32(p, std::move(packed).value());
  EXPECT_EQ(kernel->multiply_adds(), static_cast<uint64_t>(p.m * p.k * p.n));
  EXPECT_GE(kernel->weight_bytes(), static_cast<uint64_t>(p.k * p.n) * sizeof(float));

  // Elements between rows belong to somebody else: they keep what the run found there. In place,
  // that is the residual; the gaps are compared as copies of it only when rows are dense.
  const GuardedFloats* inputs[] = {&a, &residual};
  const bool dense = p.c_stride == p.n;
  std::vector<float> got;
  if (dense || !c.with_residual) {
    got = run_checked(*kernel, {inputs, c.with_residual ? 2u : 1u}, c_count, random);
  } else {
    GuardedFloats out(c_count);
    const void* in[] = {a.data(), residual.data()};
    void* outs[] = {out.data()};
    EXPECT_TRUE(kernel->run({in, outs, nullptr}, 0, kernel->items()).is_ok());
    got.assign(out.values().begin(), out.values().end());
  }

  std::vector<float> used;
  Expected want;
  for (int64_t i = 0; i < p.m; ++i) {
    for (int64_t j = 0; j < p.n; ++j) {
      double sum = c.with_bias ? bias[j] : 0;
      double magnitude = std::abs(sum);
      if (c.with_residual) {
        sum += residual[i * p.c_stride + j];
        magnitude += std::abs(residual[i * p.c_stride + j]);
      }
      for (int64_t k = 0; k < p.k; ++k) {
        const double term = static_cast<double>(a[i * p.a_stride + k]) *
                            static_cast<double>(b[k * p.n + j]) * static_cast<double>(scale[j]);
        sum += term;
        magnitude += std::abs(term);
      }
      used.push_back(got[static_cast<size_t>(i * p.c_stride + j)]);
      want.values.push_back(apply_double(p.activation, sum));
      want.magnitudes.push_back(magnitude);
    }
    for (int64_t j = p.n; j < p.c_stride && i + 1 < p.m; ++j) {
      EXPECT_TRUE(std::isnan(got[static_cast<size_t>(i * p.c_stride + j)])) << describe(c);
    }
  }
  expect_close(used, want.values, want.magnitudes, epsilons_for(p.k), describe(c));
  return kernel->name();
}

std::string_view run_matmul(const MatMulParams& p, int64_t a_matrices, int64_t b_matrices,
                            std::mt19937& random) {
  const GuardedFloats a(a_matrices * p.m * p.k, random);
  const GuardedFloats b(b_matrices * p.k * p.n, random);
  const auto kernel = make_matmul_f32(p);
  EXPECT_TRUE(kernel.is_ok());
  int64_t products = 1;
  for (int i = 0; i < p.batch_rank; ++i) products *= p.batch[i];
  const GuardedFloats* inputs[] = {&a, &b};
  const auto got = run_checked(**kernel, inputs, products * p.m * p.n, random);
  Expected want;
  for (int64_t product = 0; product < products; ++product) {
    int64_t a_index = 0, b_index = 0, rest = product;
    for (int axis = p.batch_rank - 1; axis >= 0; --axis) {
      a_index += rest % p.batch[axis] * p.a_batch_stride[axis];
      b_index += rest % p.batch[axis] * p.b_batch_stride[axis];
      rest /= p.batch[axis];
    }
    for (int64_t i = 0; i < p.m; ++i) {
      for (int64_t j = 0; j < p.n; ++j) {
        double sum = 0, magnitude = 0;
        for (int64_t k = 0; k < p.k; ++k) {
          const double term = static_cast<double>(a[(a_index * p.m + i) * p.k + k]) *
                              static_cast<double>(b[(b_index * p.k + k) * p.n + j]);
          sum += term;
          magnitude += std::abs(term);
        }
        want.values.push_back(apply_double(p.activation, sum));
        want.magnitudes.push_back(magnitude);
      }
    }
  }
  expect_close(got, want.values, want.magnitudes, epsilons_for(p.k), "matmul");
  return (*kernel)->name();
}

TEST(GemmTest, AgreesWithReferenceOnAllSizes) {
  std::mt19937 random(1);
  std::set<std::string_view> swept;
  for (const int64_t m : {1, 2, 3, 5, 6, 7, 47, 49, 97}) {
    for (const int64_t k : {1, 3, 4, 5, 31, 64}) {
      for (const int64_t n : {1, 3, 4, 5, 7, 8, 9, 15, 17, 33}) {
        GemmCase c{GemmParams::dense(m, k, n), (n + k) % 2 == 0, (m + n) % 3 == 0};
        swept.insert(run_case(c, random));
      }
    }
  }
  MatMulParams p;
  p.m = 13, p.k = 9, p.n = 11;
  swept.insert(run_matmul(p, 1, 1, random));
  expect_all_swept("gemm", swept);
}

TEST(GemmTest, LargeProductsAreCutIntoItems) {
  std::mt19937 random(2);
  run_case({GemmParams::dense(50, 700, 129), true, true}, random);
  run_case({GemmParams::dense(1, 1025, 257), true, false}, random);
  GemmParams p = GemmParams::dense(1, 1025, 257);
  const auto packed = [&] {
    const std::vector<float> b(static_cast<size_t>(p.k * p.n));
    return PackedMatrix::pack({b.data(), p.n, 1, nullptr}, nullptr, p.k, p.n);
  };
  EXPECT_GT(make_gemm_f32(p, packed().value())->items(), 3);
  p.m = 200;
  EXPECT_GT(make_gemm_f32(p, packed().value())->items(), 8);
}

TEST(GemmTest, AProductWithoutRowsIsNoWork) {
  auto packed = PackedMatrix::allocate(4, 2);
  ASSERT_TRUE(packed.is_ok());
  EXPECT_EQ(make_gemm_f32(GemmParams::dense(0, 4, 16), std::move(packed).value())->items(), 0);
}

TEST(GemmTest, AppliesEveryActivation) {
  std::mt19937 random(3);
  for (const Activation& activation : every_activation()) {
    for (const int64_t m : {1, 7, 50}) {
      for (const int64_t n : {5, 8, 19}) {
        GemmCase c{GemmParams::dense(m, 6, n), true, m == 7};
        c.p.activation = activation;
        run_case(c, random);
      }
    }
  }
}

TEST(GemmTest, LeavesGapsBetweenRowsAlone) {
  std::mt19937 random(4);
  for (const int64_t n : {1, 7, 8, 21}) {
    for (const int64_t gap : {1, 2, 5}) {
      GemmCase c{GemmParams::dense(11, 10, n), true, gap == 2};
      c.p.a_stride += gap;
      c.p.c_stride += gap;
      c.p.activation = every_activation()[static_cast<size_t>(gap)];
      run_case(c, random);
    }
  }
}

TEST(GemmTest, SumOfNothingIsTheBias) {
  std::mt19937 random(5);
  run_case({GemmParams::dense(3, 0, 9), true, false}, random);
  run_case({GemmParams::dense(1, 0, 9), true, false}, random);
}

TEST(GemmTest, NanReachesTheOutputThroughClip) {
  for (const int64_t m : {1, 3}) {
    GemmParams p = GemmParams::dense(m, 1, 9);
    p.activation = Activation::clip(-1, 1);
    const std::vector<float> b(9, 1.0f);
    auto packed = PackedMatrix::pack({b.data(), 9, 1, nullptr}, nullptr, 1, 9);
    const auto kernel = make_gemm_f32(p, std::move(packed).value());
    const std::vector<float> a(static_cast<size_t>(m), std::numeric_limits<float>::quiet_NaN());
    std::vector<float> out(static_cast<size_t>(m * 9));
    const void* inputs[] = {a.data()};
    void* outputs[] = {out.data()};
    ASSERT_TRUE(kernel->run({inputs, outputs, nullptr}, 0, kernel->items()).is_ok());
    for (const float f : out) EXPECT_TRUE(std::isnan(f));
  }
}

TEST(GemmTest, PackingPutsEveryElementInItsPlaceWhateverTheOrder) {
  std::mt19937 random(3);
  for (const int64_t k : {1, 15, 16, 17, 37}) {
    for (const int64_t n : {1, 7, 8, 21, 24}) {
      const GuardedFloats values(k * n, random);
      const GuardedFloats scale(n, random);
      for (const bool by_rows : {true, false}) {
        for (const float* scales : {static_cast<const float*>(nullptr), scale.data()}) {
          const StridedMatrix b{values.data(), by_rows ? n : 1, by_rows ? 1 : k, scales};
          const auto packed = PackedMatrix::pack(b, nullptr, k, n);
          ASSERT_TRUE(packed.is_ok());
          for (int64_t i = 0; i < k * panel_count(n) * kPanelWidth; ++i) {
            const int64_t row = i / kPanelWidth % k;
            const int64_t column = i / kPanelWidth / k * kPanelWidth + i % kPanelWidth;
            const float factor = scales != nullptr && column < n ? scales[column] : 1;
            const float expected =
                column < n ? values.data()[row * b.row_stride + column * b.column_stride] * factor
                           : 0;
            ASSERT_EQ(packed->panel(0)[i], expected) << k << "x" << n << " at " << i;
          }
        }
      }
    }
  }
}

TEST(GemmTest, PackingRefusesWhatCannotBeAddressed) {
  const auto packed = PackedMatrix::allocate(int64_t{1} << 59, 1);
  ASSERT_FALSE(packed.is_ok());
  EXPECT_EQ(packed.status().code(), Code::kOom);
}

TEST(MatMulTest, BroadcastsStacksOfMatrices) {
  std::mt19937 random(6);
  MatMulParams p;
  p.m = 7, p.k = 5, p.n = 9;
  p.batch_rank = 2;
  p.batch[0] = 2, p.batch[1] = 3;
  p.a_batch_stride[0] = 3, p.a_batch_stride[1] = 1;
  p.b_batch_stride[0] = 0, p.b_batch_stride[1] = 1;
  run_matmul(p, 6, 3, random);
  p.b_batch_stride[1] = 0;
  run_matmul(p, 6, 1, random);
  p.a_batch_stride[0] = 1, p.a_batch_stride[1] = 0;
  p.b_batch_stride[0] = 0, p.b_batch_stride[1] = 1;
  run_matmul(p, 2, 3, random);
}

TEST(MatMulTest, AgreesWithReferenceOnAllSizes) {
  std::mt19937 random(7);
  for (const int64_t m : {1, 5, 6, 13}) {
    for (const int64_t k : {1, 4, 17}) {
      for (const int64_t n : {1, 7, 8, 9, 24}) {
        MatMulParams p;
        p.m = m, p.k = k, p.n = n;
        for (const Activation& activation : every_activation()) {
          p.activation = activation;
          run_matmul(p, 1, 1, random);
        }
      }
    }
  }
}

}  // namespace
}  // namespace gossamer::test
