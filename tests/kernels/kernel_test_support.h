// What every kernel test shares: tensors between guards, and run_checked(), which holds a kernel to
// the contract of kernels/kernel.h. The expected values come from the tests' own references in
// double precision.
#ifndef GOSSAMER_TESTS_KERNELS_KERNEL_TEST_SUPPORT_H_
#define GOSSAMER_TESTS_KERNELS_KERNEL_TEST_SUPPORT_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/activation.h"
#include "kernels/kernel.h"

namespace gossamer::test {

inline constexpr double kEpsilon = std::numeric_limits<float>::epsilon();

// Elements between guards: NaN in inputs, so that reading outside spoils the result, and a pattern
// in outputs, so that writing outside is noticed. Aligned to 16 bytes, as the arena promises.
class GuardedFloats {
 public:
  explicit GuardedFloats(int64_t count);
  GuardedFloats(int64_t count, std::mt19937& random, float low = -1, float high = 1);
  float* data() { return storage_.data() + offset_; }
  const float* data() const { return storage_.data() + offset_; }
  int64_t count() const { return count_; }
  std::span<const float> values() const { return {data(), static_cast<size_t>(count_)}; }
  float operator[](int64_t i) const { return data()[i]; }
  bool guards_intact() const;

 private:
  std::vector<float> storage_;
  size_t offset_ = 0;
  int64_t count_;
};

// Runs the kernel four times on the inputs, into an output that starts as NaN: all items at once;
// cut at random points in random order with fresh scratch; the same again; and, for each input
// that it may overwrite, in place. Expects the same bits each time, intact guards, unchanged
// inputs, and a name in the table. Returns the output.
std::vector<float> run_checked(const Kernel& kernel, std::span<const GuardedFloats* const> inputs,
                               int64_t output_count, std::mt19937& random);

// |got - want| <= epsilons * epsilon * (magnitude + 1) for each element. `magnitude` is the sum of
// the absolute values of the terms that were added up, so that cancellation is allowed for.
void expect_close(std::span<const float> got, std::span<const double> want,
                  std::span<const double> magnitude, double epsilons, const std::string& what);

double apply_double(const Activation& f, double x);
// Every kind, with bounds that cut through [-1, 1].
std::vector<Activation> every_activation();

// Expects that `swept` holds every row that the table has for the family.
void expect_all_swept(std::string_view family, const std::set<std::string_view>& swept);

}  // namespace gossamer::test

#endif  // GOSSAMER_TESTS_KERNELS_KERNEL_TEST_SUPPORT_H_
