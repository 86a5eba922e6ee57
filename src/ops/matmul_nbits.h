// MatMulNBits (com.microsoft): a product whose right side is stored in 2, 4 or 8 bits a weight.
//
//   y[..., n] = sum over k of a[..., k] * (q[n, k] - zero[n, block]) * scale[n, block]  +  bias[n]
//
// with block = k / block_size. Each row of B is padded to whole blocks; the first weight of a byte
// lies in its lowest bits. Zero points are packed alike, row by row, or of the type of a; without
// them they are half the range. The weights are widened as they are packed for the product, so that
// it takes the time and memory of any other.
// Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
#ifndef GOSSAMER_OPS_MATMUL_NBITS_H_
#define GOSSAMER_OPS_MATMUL_NBITS_H_

#include <memory>

#include "ops/checks.h"

namespace gossamer {

class MatMulNBitsOp final : public Op {
 public:
  static constexpr std::string_view kType = "MatMulNBits";
  static constexpr int kA = 0;
  static constexpr int kB = 1;       // uint8 [N, blocks, bytes of a block]
  static constexpr int kScales = 2;  // [N, blocks], or as many in one list
  static constexpr int kZeros = 3;   // optional
  static constexpr int kBias = 5;    // optional
  struct Attributes {
    int64_t k = 1, n = 1;
    int64_t bits = 4;
    int64_t block_size = 32;
  };
  explicit MatMulNBitsOp(const Attributes& attributes) : attributes_(attributes) {}

  // What lower() takes: the weights widened, and packed. Each is up to 16 times what is stored.
  double packing_bytes() const {
    return 2.0 * sizeof(float) * static_cast<double>(attributes_.n) *
           static_cast<double>(attributes_.k);
  }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;

 private:
  struct Weights;
  int64_t blocks() const;      // of a row
  int64_t zero_bytes() const;  // of a row of packed zero points
  Status check_zeros(const OpContext& context) const;
  Attributes attributes_;
};

OpResult make_matmul_nbits(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_MATMUL_NBITS_H_
