// LRN, the normalisation between neighbouring channels that AlexNet and GoogLeNet use, and
// LpNormalization, which scales vectors to length 1:
//
//   LRN:             y[n, c, ...] = x / (bias + alpha / size * sum of x[n, i, ...]^2)^beta,
//                    i from c - floor((size - 1) / 2) to c + ceil((size - 1) / 2), inside x
//   LpNormalization: y = x / (sum along `axis` of |x|^p)^(1/p); vectors of length 0 stay 0
//
// Source: https://onnx.ai/onnx/operators/onnx__LRN.html and onnx__LpNormalization.html
#ifndef GOSSAMER_OPS_LOCAL_RESPONSE_H_
#define GOSSAMER_OPS_LOCAL_RESPONSE_H_

#include <memory>

#include "ops/checks.h"

namespace gossamer {

class LrnOp final : public Op {
 public:
  static constexpr std::string_view kType = "LRN";
  struct Attributes {
    float alpha = 1e-4f;
    float beta = 0.75f;
    float bias = 1;
    int64_t size = 1;
    int channel_axis = 1;
  };
  explicit LrnOp(const Attributes& attributes) : attributes_(attributes) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Attributes attributes_;
};

class LpNormalizationOp final : public Op {
 public:
  static constexpr std::string_view kType = "LpNormalization";
  LpNormalizationOp(int64_t axis, int64_t p) : axis_(axis), p_(p) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  int64_t axis_;
  int64_t p_;  // 1 or 2
};

OpResult make_lrn(AttributeReader& attributes);
OpResult make_lp_normalization(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LOCAL_RESPONSE_H_
