// Lowers one operator and compares the kernel it chose with its own scalar reference, on random
// elements of several magnitudes. An element may be wrong by 1e-5 of what the reference makes of
// the absolute values of its operands: for sums of products that is the sum of their magnitudes, in
// units of which floating-point errors are counted. NaN and infinity must be where the reference
// has them. Constants are given both as they lie in memory and as they lie in a model's bytes, and
// what the kernel has packed is overwritten before it runs.
#ifndef GOSSAMER_TESTS_OPS_LOWER_TEST_UTIL_H_
#define GOSSAMER_TESTS_OPS_LOWER_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "graph/op.h"
#include "ops/window.h"

namespace gossamer::lower_test {

// An input of a node under test; its elements are random.
struct Input {
  Shape shape;
  bool constant = false;
  bool present = true;
};
Input computed(const Shape& shape);
Input constant(const Shape& shape);
Input absent();

// What elements are like. The largest are such that products of four can be represented; those of
// tiny ones cannot be.
enum class Values { kUnit, kLarge, kTiny, kDenormal, kNotFinite };
inline constexpr Values kAllValues[] = {Values::kUnit, Values::kLarge, Values::kTiny,
                                        Values::kDenormal, Values::kNotFinite};

// A node with its operands, the reference's result and the kernel's.
class LoweredNode {
 public:
  LoweredNode(const Op& op, const std::vector<Input>& inputs, Values values = Values::kUnit);

  // Lowers, runs both, compares, and returns the kernel's name up to the level.
  std::string compare();
  // The inputs that the kernel keeps a copy of; known after compare().
  const std::set<int>& absorbed() const { return absorbed_; }

 private:
  std::shared_ptr<const Constant> make_constant(const Shape& shape, const AlignedBuffer& data);
  // What the reference makes of these operands.
  AlignedBuffer evaluate(const std::vector<TensorView>& inputs);
  // Of each element of the output: what its errors are relative to.
  AlignedBuffer magnitudes();
  float largest_operand() const;
  void expect_close(const float* got);

  const Op& op_;
  std::mt19937 random_{8};
  std::vector<AlignedBuffer> data_;
  std::vector<TensorView> views_;
  std::vector<std::vector<std::byte>> stored_;
  std::vector<std::unique_ptr<ModelSource>> sources_;
  std::unique_ptr<OpContext> context_;
  std::set<int> absorbed_;
};

// compare() of a node that is made for it, with elements of every kind.
std::string kernel_of(const Op& op, const std::vector<Input>& inputs);

WindowAttributes window(std::vector<int64_t> kernel, std::vector<int64_t> strides = {},
                        std::vector<int64_t> pads = {}, std::vector<int64_t> dilations = {});

}  // namespace gossamer::lower_test

#endif  // GOSSAMER_TESTS_OPS_LOWER_TEST_UTIL_H_
