// Operators that look for the greatest or least elements along an axis: ArgMax, ArgMin, TopK. Among
// equal elements the first counts (or the last, with select_last_index). NaN is above every number.
// Source: https://onnx.ai/onnx/operators/onnx__ArgMax.html and onnx__TopK.html
#ifndef GOSSAMER_OPS_SELECTION_H_
#define GOSSAMER_OPS_SELECTION_H_

#include <optional>

#include "ops/checks.h"

namespace gossamer {

// ArgMax and ArgMin: the index as int64.
class ArgOp final : public Op {
 public:
  struct Attributes {
    bool greatest = true;
    int64_t axis = 0;
    bool keep_dims = true;
    bool last = false;
  };
  explicit ArgOp(const Attributes& attributes) : attributes_(attributes) {}

  std::string_view type() const override { return attributes_.greatest ? "ArgMax" : "ArgMin"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Attributes attributes_;
};

// The k best elements along an axis, best first, and their indices. Before opset 10 k is an
// attribute, since then input 1.
class TopKOp final : public Op {
 public:
  static constexpr std::string_view kType = "TopK";
  struct Attributes {
    std::optional<int64_t> k;
    int64_t axis = -1;
    bool greatest = true;
  };
  explicit TopKOp(const Attributes& attributes) : attributes_(attributes) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  Result<size_t> scratch_bytes(const OpContext& context) const override;
  double work(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Attributes attributes_;
};

OpResult make_arg(AttributeReader& attributes);
OpResult make_top_k(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SELECTION_H_
