// What the tests of the passes share: small models, and rewriting that compares the numbers.
#ifndef GOSSAMER_TESTS_PASSES_PASSES_TEST_SUPPORT_H_
#define GOSSAMER_TESTS_PASSES_PASSES_TEST_SUPPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/graphs.h"

namespace gossamer::test {

// `count` numbers around zero, no two neighbours alike.
std::vector<float> ramp(size_t count, float step);

// Every element within 1e-4 of its magnitude, or of 1.
void expect_close(const std::vector<float>& a, const std::vector<float>& b);

// Runs one pass (or all) on a copy and checks that the outputs stay the same.
Graph rewrite(const testing::LoadedGraph& loaded, Status (*pass)(Graph&));

// "x" [1, in, size, size] through a 3x3 convolution with a bias, "conv", to "c".
testing::ModelBuilder conv_model(int64_t in, int64_t out, int64_t size);

// Nodes of one type.
int count(const Graph& graph, const std::string& type);

}  // namespace gossamer::test

#endif  // GOSSAMER_TESTS_PASSES_PASSES_TEST_SUPPORT_H_
