// The normalisations that take mean and variance from the tensor itself:
//
//   y = (x - mean) / sqrt(variance + epsilon) * scale + bias
//
//   InstanceNormalization      over the pixels of each channel of each image
//   GroupNormalization         over the pixels of each group of channels
//   LayerNormalization         over the axes from `axis` on; on request it also gives the mean and
//                              1 / sqrt(variance + epsilon)
//   RMSNormalization           over those, with 0 in place of the mean and no bias
//   MeanVarianceNormalization  over any axes, without scale and bias
//
// They differ in which axes are averaged over and in how scale and bias are spread; one Op lists
// both and serves all of them. What onnxruntime calls SkipLayerNormalization, and without the mean
// SimplifiedLayerNormalization and SkipSimplifiedLayerNormalization, are composites over it: with
// "skip", two tensors and a bias are added first, and the sum is an output, too.
// Source: https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html and its neighbours
#ifndef GOSSAMER_OPS_MEAN_VARIANCE_H_
#define GOSSAMER_OPS_MEAN_VARIANCE_H_

#include <array>
#include <memory>
#include <vector>

#include "ops/checks.h"
#include "ops/window.h"

namespace gossamer {

class MeanVarianceOp final : public Op {
 public:
  enum class Kind { kInstance, kGroup, kLayer, kMeanVariance, kRms };
  // The second and third input, both optional for evaluate().
  static constexpr int kScale = 1;
  static constexpr int kBias = 2;
  struct Attributes {
    Kind kind = Kind::kLayer;
    float epsilon = 1e-5f;
    int64_t axis = -1;          // kLayer, kRms
    bool statistics = false;    // kLayer: outputs beyond the first are wanted
    int64_t groups = 1;         // kGroup
    bool per_channel = true;    // kGroup: scale and bias are; else one value per group
    std::vector<int64_t> axes;  // kMeanVariance
  };

  // An axis of the tensor, some of them merged or split, and how far one step along it moves in
  // scale and bias.
  struct Axis {
    int64_t extent = 1;
    bool averaged = false;
    std::array<int64_t, 2> factor_stride{};
  };
  struct Axes {
    std::array<Axis, Shape::kMaxRank> list;  // in the order of memory
    size_t count = 0;
    void add(const Axis& axis) { list[count++] = axis; }
  };

  explicit MeanVarianceOp(Attributes attributes, Layout layout = Layout::kChannelsFirst)
      : attributes_(std::move(attributes)), layout_(layout) {}

  std::string_view type() const override;
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override { return 4 * Op::work(context); }
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> channels_last() const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  // From an axis on.
  bool is_trailing() const {
    return attributes_.kind == Kind::kLayer || attributes_.kind == Kind::kRms;
  }
  // Requires operands that passed infer(); `scale` and `bias` matter to kLayer and kRms only.
  Result<Axes> axes_of(const Shape& x, const Shape& scale, const Shape& bias) const;
  Status check_factors(const OpContext& context) const;
  // 1 / (sqrt(variance + epsilon) + epsilon_outside): MeanVarianceNormalization adds after the
  // root.
  double inverse_deviation(double variance) const;

  Attributes attributes_;
  Layout layout_;
};

OpResult make_instance_normalization(AttributeReader& attributes);
OpResult make_group_normalization(AttributeReader& attributes);
OpResult make_layer_normalization(AttributeReader& attributes);
OpResult make_rms_normalization(AttributeReader& attributes);
OpResult make_simplified_layer_normalization(AttributeReader& attributes);
OpResult make_skip_layer_normalization(AttributeReader& attributes);  // both of them
OpResult make_mean_variance_normalization(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_MEAN_VARIANCE_H_
