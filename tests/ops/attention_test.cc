// Attention in its forms, and RotaryEmbedding. The expected values are onnxruntime's.
#include "ops/attention.h"

#include <cmath>
#include <limits>

#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

constexpr float kTolerance = 1e-5f;

// sin(step), sin(2 * step), ...
Tensor wave(const Shape& shape, double step) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::sin(static_cast<double>(i) * step + step));
  }
  return floats(shape, values);
}

const Tensor kQ = floats({1, 1, 2, 1}, {1, 2});
const Tensor kK = floats({1, 1, 3, 1}, {1, 2, 3});
const Tensor kV = floats({1, 1, 3, 2}, {1, 0, 10, 0, 100, 1});

Node attention(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}, int opset = 23) {
  if (inputs[0].shape.rank() == 4) attributes.push_back(attr_float("scale", 1));
  return {"Attention", opset, std::move(inputs), std::move(attributes)};
}
Tensor mask(const std::vector<uint8_t>& values) {
  return bytes(DataType::kBool, {2, 3}, values);
}

TEST(Attention, WeighsValues) {
  expect_floats(result_of(attention({kQ, kK, kV})), {1, 1, 2, 2},
                {69.061409f, 0.66524094f, 87.870316f, 0.86681336f}, kTolerance);
}

TEST(Attention, CausalWithAndWithoutAPast) {
  const Attribute causal = attr_int("is_causal", 1);
  expect_floats(result_of(attention({kQ, kK, kV}, {causal})), {1, 1, 2, 2}, {1, 0, 8.9271736f, 0},
                kTolerance);
  Node past = attention({kQ, kK, kV, absent(), floats({1, 1, 2, 1}, {5, 6}),
                         floats({1, 1, 2, 2}, {1000, 1, 2000, 1})},
                        {causal});
  past.outputs = {"y", "key", "value"};
  expect_floats(result_of(past), {1, 1, 2, 2}, {1722.5784f, 0.99509835f, 1880.1693f, 0.99966466f},
                kTolerance);
  const auto outputs = run_by_reference(*make(past), past.inputs, past.outputs);
  ASSERT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  expect_floats((*outputs)[1], {1, 1, 5, 1}, {5, 6, 1, 2, 3});
  expect_floats((*outputs)[2], {1, 1, 5, 2}, {1000, 1, 2000, 1, 1, 0, 10, 0, 100, 1});
}

TEST(Attention, StagesOfTheScores) {
  const std::vector<float> stages[] = {
      {1, 2, 3, 2, 4, 6},
      {0.92423433f, 1.5231884f, 1.8102965f, 1.5231884f, 1.9280552f, 1.9901096f},
      {0.92423433f, 0.52318835f, 3.8102965f, 2.5231884f, 1.9280552f, 2.4901096f},
      {0.051040683f, 0.034177825f, 0.91478145f, 0.3969906f, 0.218936f, 0.38407341f}};
  for (int64_t mode = 0; mode < 4; ++mode) {
    Node node = attention({kQ, kK, kV, floats({2, 3}, {0, -1, 2, 1, 0, 0.5f})},
                          {attr_float("softcap", 2), attr_int("qk_matmul_output_mode", mode)});
    node.outputs = {"y", "", "", "scores"};
    const auto outputs = run_by_reference(*make(node), node.inputs, node.outputs);
    ASSERT_TRUE(outputs.is_ok()) << outputs.status().to_string();
    expect_floats((*outputs)[0], {1, 1, 2, 2}, {91.870964f, 0.91478145f, 40.99369f, 0.38407341f},
                  kTolerance);
    expect_floats((*outputs)[3], {1, 1, 2, 3}, stages[mode], kTolerance);
  }
}

TEST(Attention, BooleanMasks) {
  // A row of which nothing is kept gives 0.
  expect_floats(result_of(attention({kQ, kK, kV, mask({1, 0, 1, 0, 0, 0})})), {1, 1, 2, 2},
                {88.198906f, 0.88079703f, 0, 0}, kTolerance);
  expect_floats(
      result_of(attention({kQ, kK, kV, mask({1, 0, 1, 1, 0, 0})}, {attr_float("softcap", 1)})),
      {1, 1, 2, 2}, {56.252045f, 0.55810148f, 1, 0}, kTolerance);
  // The first query may see its own key alone, which the mask hides.
  expect_floats(
      result_of(attention({kQ, kK, kV, mask({0, 1, 1, 1, 0, 1})}, {attr_int("is_causal", 1)})),
      {1, 1, 2, 2}, {0, 0, 1, 0}, kTolerance);
  const Node padded =
      attention({kQ, kK, kV, absent(), absent(), absent(), int64s({1}, {2})}, {}, 24);
  expect_floats(result_of(padded), {1, 1, 2, 2}, {7.5795274f, 0, 8.9271736f, 0}, kTolerance);
}

// The first query may see its own key alone, which the mask hides by a low number.
TEST(Attention, CausalWithAddedMasks) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float lowest = std::numeric_limits<float>::lowest();
  for (const float low : {-infinity, lowest}) {
    const Tensor added = floats({2, 3}, {low, 0, 0, low, 0, 0});
    expect_floats(result_of(attention({kQ, kK, kV, added}, {attr_int("is_causal", 1)})),
                  {1, 1, 2, 2}, {0, 0, 10, 0}, kTolerance);
  }
  const Tensor added = floats({2, 3}, {-1e4f, 0, 0, -1e4f, 0, 0});
  expect_floats(result_of(attention({kQ, kK, kV, added}, {attr_int("is_causal", 1)})), {1, 1, 2, 2},
                {1, 0, 10, 0}, kTolerance);
}

TEST(Attention, HeadsThatShareKeys) {
  const Node node = attention({wave({1, 2, 8}, 0.3), wave({1, 3, 4}, 0.7), wave({1, 3, 4}, 0.9)},
                              {attr_int("q_num_heads", 4), attr_int("kv_num_heads", 2)});
  expect_floats(result_of(node), {1, 2, 8},
                {0.53387064f, 0.45997486f, 0.67271274f, 0.61972767f, -0.10545739f, -0.68980175f,
                 -0.07809617f, -0.63273448f, 0.39680952f, 0.34295768f, -0.0040191896f, -0.01915097f,
                 0.030916007f, 0.39449081f, 0.029308781f, 0.52213061f},
                kTolerance);
}

TEST(Attention, Errors) {
  expect_error(attention({wave({1, 2, 8}, 1), wave({1, 3, 4}, 1), wave({1, 3, 4}, 1)}),
               Code::kShape);
  expect_error(attention({kQ, kK, floats({1, 1, 2, 2}, {1, 0, 1, 0})}), Code::kShape);
  expect_error(attention({kQ, absent(), kV}), Code::kGraph);
  expect_error(attention({kQ, kK, kV, absent(), floats({1, 2, 2, 1}, {5, 6, 7, 8})}), Code::kShape);
  expect_error(attention({kQ, kK, kV, absent(), absent(), absent(), int64s({1}, {2})},
                         {attr_int("is_causal", 1)}, 24),
               Code::kUnsupported);
}

Node contrib(std::string type, std::vector<Tensor> inputs) {
  return {std::move(type), 1, std::move(inputs), {attr_int("num_heads", 2)}, {"y"},
          "com.microsoft"};
}

// The same heads, by another way.
TEST(MultiHeadAttention, IsAttentionOfBiasedInputs) {
  const Tensor q = wave({1, 2, 4}, 0.3), k = wave({1, 3, 4}, 0.7), v = wave({1, 3, 4}, 0.9);
  const Tensor bias = wave({12}, 0.4), scores = wave({1, 2, 2, 3}, 1.1);
  const auto biased = [&](const Tensor& x, size_t first) {
    Tensor y = x;
    auto values = x.to<float>();
    for (size_t i = 0; i < values.size(); ++i) values[i] += bias.to<float>()[first + i % 4];
    return floats(y.shape, values);
  };
  const Node plain = {"Attention",
                      23,
                      {biased(q, 0), biased(k, 4), biased(v, 8), scores},
                      {attr_int("q_num_heads", 2), attr_int("kv_num_heads", 2)}};
  const Tensor expected = result_of(plain);
  expect_floats(expected, {1, 2, 4},
                {0.22508751f, -0.0082054455f, -0.84208035f, -1.6141434f, 0.40425348f, -0.13137846f,
                 -1.3314151f, -1.9230825f},
                kTolerance);
  expect_same(result_of(contrib("MultiHeadAttention", {q, k, v, bias, absent(), scores})), expected,
              kTolerance);
  expect_error(contrib("MultiHeadAttention", {q, k, v, absent(), int64s({1}, {2})}),
               Code::kUnsupported);
  expect_error(contrib("MultiHeadAttention", {q, k, wave({1, 3, 3}, 1)}), Code::kAttribute,
               "num_heads");
}

TEST(PackedAttention, SplitsOneProduct) {
  const Tensor x = wave({1, 2, 3}, 0.3), weights = known(wave({3, 12}, 0.7));
  const Tensor y = result_of(contrib("Attention", {x, weights, known(wave({12}, 0.4))}));
  expect_floats(y, {1, 2, 4},
                {-0.56261659f, -0.97856271f, -1.179008f, -1.1136711f, -0.57143593f, -0.99413908f,
                 -1.1818417f, -1.1150647f},
                kTolerance);
  expect_error(contrib("Attention", {x, known(wave({3, 9}, 1))}), Code::kAttribute, "num_heads");
}

Node rotary(std::vector<Tensor> inputs, std::vector<Attribute> attributes = {}) {
  return {"RotaryEmbedding", 23, std::move(inputs), std::move(attributes)};
}

TEST(RotaryEmbedding, HalvesAndNeighbours) {
  const std::vector<Tensor> inputs = {wave({1, 2, 2, 4}, 0.3), wave({3, 2}, 0.5), wave({3, 2}, 0.2),
                                      int64s({1, 2}, {2, 0})};
  expect_floats(result_of(rotary(inputs)), {1, 2, 2, 4},
                {-0.48228624f, -0.78901452f, 0.717471f, 0.65779823f, 0.30673134f, 0.55642676f,
                 0.61201626f, 0.94761682f, 0.38851336f, 0.43236122f, 0.26522136f, 0.069080867f,
                 -0.1355274f, -0.34548095f, -0.60529095f, -1.1776512f},
                kTolerance);
  expect_floats(result_of(rotary(inputs, {attr_int("interleaved", 1)})), {1, 2, 2, 4},
                {-0.29826966f, 0.58659446f, -0.7581538f, 0.86162066f, 0.28475094f, 0.66505909f,
                 0.46332788f, 0.9045322f, 0.13702656f, 0.44408414f, 0.39018527f, -0.20947364f,
                 -0.15657729f, -0.55449373f, -0.43463847f, -1.2189118f},
                kTolerance);
}

TEST(RotaryEmbedding, PartOfAHead) {
  const Node node = rotary({wave({1, 2, 8}, 0.3), wave({1, 2, 1}, 0.5), wave({1, 2, 1}, 0.2)},
                           {attr_int("num_heads", 2), attr_int("rotary_embedding_dim", 2)});
  expect_floats(result_of(node), {1, 2, 8},
                {0.029502802f, 0.32941484f, 0.78332692f, 0.93203908f, 0.28475094f, 0.66505909f,
                 0.8632094f, 0.6754632f, 0.30467305f, 0.28517795f, -0.15774569f, -0.44252044f,
                 -0.23932764f, -1.0012344f, -0.97753012f, -0.99616462f},
                kTolerance);
}

TEST(RotaryEmbedding, Errors) {
  const Tensor x = wave({1, 2, 2, 4}, 1), table = wave({3, 2}, 1);
  expect_error(rotary({wave({1, 2, 8}, 1), table, table}), Code::kAttribute, "num_heads");
  expect_error(rotary({x, table, table}, {attr_int("rotary_embedding_dim", 6)}), Code::kAttribute,
               "rotary_embedding_dim");
  expect_error(rotary({x, table, table, int64s({1, 2}, {3, 0})}), Code::kIndex);
  expect_error(rotary({x, table, table}), Code::kShape);
}

}  // namespace
}  // namespace gossamer::op_test
