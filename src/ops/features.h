// The operators of ai.onnx.ml that prepare features, or finish scores, row by row:
//   Normalizer         x / max(x), x / sum(|x|) or x / sqrt(sum(x x)); a divisor of 0 does nothing
//   Scaler             (x - offset) scale, with numbers for each feature or one for all
//   Binarizer          1 above the threshold, else 0
//   Imputer            a given number in place of another one, which may be NaN
//   FeatureVectorizer  the features of several inputs side by side, cut or filled with zeros
// Source: https://onnx.ai/onnx/operators/onnx_aionnxml_Normalizer.html and its neighbours
#ifndef GOSSAMER_OPS_FEATURES_H_
#define GOSSAMER_OPS_FEATURES_H_

#include <vector>

#include "ops/checks.h"

namespace gossamer {

class NormalizerOp final : public Op {
 public:
  static constexpr std::string_view kType = "Normalizer";

  enum class Norm { kMax, kL1, kL2 };
  explicit NormalizerOp(Norm norm) : norm_(norm) {}
  std::string_view type() const override { return kType; }
  Norm norm() const { return norm_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  Norm norm_;
};

class ScalerOp final : public Op {
 public:
  // Lists of one length: of the features, or 1.
  ScalerOp(std::vector<float> offset, std::vector<float> scale)
      : offset_(std::move(offset)), scale_(std::move(scale)) {}
  std::string_view type() const override { return "Scaler"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::vector<float> offset_;
  std::vector<float> scale_;
};

class BinarizerOp final : public Op {
 public:
  explicit BinarizerOp(float threshold) : threshold_(threshold) {}
  std::string_view type() const override { return "Binarizer"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_elementwise() const override { return true; }

 private:
  float threshold_;
};

class ImputerOp final : public Op {
 public:
  // `values` has a number for each feature, or one, to stand where `replaced` stood. Both hold
  // int64 or both float32.
  ImputerOp(std::shared_ptr<const Constant> replaced, std::shared_ptr<const Constant> values)
      : replaced_(std::move(replaced)), values_(std::move(values)) {}
  std::string_view type() const override { return "Imputer"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::shared_ptr<const Constant> replaced_;
  std::shared_ptr<const Constant> values_;
};

class FeatureVectorizerOp final : public Op {
 public:
  explicit FeatureVectorizerOp(std::vector<int64_t> widths) : widths_(std::move(widths)) {}
  std::string_view type() const override { return "FeatureVectorizer"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::vector<int64_t> widths_;  // features of each input in the output
};

OpResult make_normalizer(AttributeReader& attributes);
OpResult make_scaler(AttributeReader& attributes);
OpResult make_binarizer(AttributeReader& attributes);
OpResult make_imputer(AttributeReader& attributes);
OpResult make_feature_vectorizer(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_FEATURES_H_
