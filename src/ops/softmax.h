// Softmax and LogSoftmax: e^x over its sum, and the logarithm of that, shifted by the maximum so
// that nothing overflows; Hardmax: 1 at the first maximum and 0 elsewhere. Before opset 13 the axes
// from `axis` on are flattened and normalised together; since then only `axis` is. Source:
// https://onnx.ai/onnx/operators/onnx__Softmax.html
#ifndef GOSSAMER_OPS_SOFTMAX_H_
#define GOSSAMER_OPS_SOFTMAX_H_

#include "ops/checks.h"

namespace gossamer {

// A tensor seen as [outer, size, inner], normalised along the middle.
struct SoftmaxExtents {
  int64_t outer = 1;
  int64_t size = 1;
  int64_t inner = 1;
};

class SoftmaxOp : public Op {
 public:
  static constexpr std::string_view kType = "Softmax";

  SoftmaxOp(int64_t axis, bool flattens) : axis_(axis), flattens_(flattens) {}

  // Errors: ATTRIBUTE when the axis lies outside the tensor.
  Result<SoftmaxExtents> extents(const Shape& shape) const;

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override {
    return normalise(args, Form::kSoftmax);
  }
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 protected:
  enum class Form { kSoftmax, kLogarithm, kHard };
  Status normalise(const EvaluateArgs& args, Form form) const;
  // The axis that takes this one's place when axes are permuted, or -1 when there is none.
  int permuted_axis(std::span<const int> perm) const;
  bool flattens() const { return flattens_; }

 private:
  int64_t axis_;
  bool flattens_;
};

class LogSoftmaxOp final : public SoftmaxOp {
 public:
  static constexpr std::string_view kType = "LogSoftmax";
  using SoftmaxOp::SoftmaxOp;
  std::string_view type() const override { return kType; }
  Status evaluate(const EvaluateArgs& args) const override {
    return normalise(args, Form::kLogarithm);
  }
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;
};

class HardmaxOp final : public SoftmaxOp {
 public:
  static constexpr std::string_view kType = "Hardmax";
  using SoftmaxOp::SoftmaxOp;
  std::string_view type() const override { return kType; }
  Status evaluate(const EvaluateArgs& args) const override { return normalise(args, Form::kHard); }
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;
};

OpResult make_softmax(AttributeReader& attributes);
OpResult make_log_softmax(AttributeReader& attributes);
OpResult make_hardmax(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SOFTMAX_H_
