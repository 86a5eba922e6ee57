// BatchNormalization as used for inference: each channel is shifted and scaled by statistics that
// were learned.
//
//   y[n, c, ...] = act( (x[n, c, ...] - mean[c]) / sqrt(variance[c] + epsilon) * scale[c] +
//   shift[c] )
//
// act is not ONNX: passes fold an activation that
// follows into the operator, which for the networks that normalise first saves a pass over memory.
// Source: https://onnx.ai/onnx/operators/onnx__BatchNormalization.html
#ifndef GOSSAMER_OPS_NORMALIZATION_H_
#define GOSSAMER_OPS_NORMALIZATION_H_

#include "kernels/activation.h"
#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

class BatchNormalizationOp final : public Op {
 public:
  static constexpr std::string_view kType = "BatchNormalization";
  // Inputs; all but the first have shape [C].
  static constexpr int kX = 0;
  static constexpr int kScale = 1;
  static constexpr int kShift = 2;
  static constexpr int kMean = 3;
  static constexpr int kVariance = 4;

  explicit BatchNormalizationOp(float epsilon, Layout layout = Layout::kChannelsFirst,
                                const Activation& activation = {})
      : epsilon_(epsilon), layout_(layout), activation_(activation) {}
  // Takes mean and variance from the tensor itself. Outputs 1 and 2 are running averages: what the
  // inputs say weighs `momentum`, what was found here the rest.
  static BatchNormalizationOp training(float epsilon, float momentum) {
    BatchNormalizationOp op(epsilon);
    op.trains_ = true;
    op.momentum_ = momentum;
    return op;
  }

  float epsilon() const { return epsilon_; }
  bool trains() const { return trains_; }
  Layout layout() const { return layout_; }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> with_activation(const Activation& activation) const override;
  std::shared_ptr<const Op> channels_last() const override;

 private:
  int64_t channels(const Shape& x) const {
    return x[layout_ == Layout::kChannelsLast ? x.rank() - 1 : 1];
  }
  // Mean and variance of channel c.
  struct Moments {
    double mean, variance;
  };
  Moments moments(const EvaluateArgs& args, int64_t c, int64_t inner) const;

  float epsilon_;
  Layout layout_;
  Activation activation_;
  bool trains_ = false;
  float momentum_ = 0;
};

OpResult make_batch_normalization(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_NORMALIZATION_H_
