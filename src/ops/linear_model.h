// LinearClassifier and LinearRegressor of ai.onnx.ml: for each row of features a score per class
// (or target), the product with its row of coefficients plus its intercept, and a transform of the
// scores. A classifier also gives the class of the greatest score. With one row of coefficients it
// has two classes: the score is that of the second, which is chosen where it is above 0, and the
// first one's is 1 - s, or sigmoid(-s) beside sigmoid(s). That is how onnxruntime does it; the
// specification leaves it open.
// Source: https://onnx.ai/onnx/operators/onnx_aionnxml_LinearClassifier.html
#ifndef GOSSAMER_OPS_LINEAR_MODEL_H_
#define GOSSAMER_OPS_LINEAR_MODEL_H_

#include <vector>

#include "ops/checks.h"

namespace gossamer {

enum class ScoreTransform { kIdentity, kSoftmax, kLogistic, kSoftmaxZero, kProbit };

// What both compute.
struct LinearModel {
  std::vector<float> coefficients;  // [rows][features]
  std::vector<float> intercepts;    // a number for each row
  ScoreTransform transform = ScoreTransform::kIdentity;

  int64_t rows() const { return static_cast<int64_t>(intercepts.size()); }
  // Input 0 holds rows of as many features as there are coefficients; gives how many rows of it
  // there are. Errors: GRAPH, UNSUPPORTED, SHAPE.
  Result<int64_t> check_features(const OpContext& context) const;
  // Scores of row `sample` of x, before the transform.
  void score(const TensorView& x, int64_t sample, float* scores) const;
};

class LinearClassifierOp final : public Op {
 public:
  static constexpr std::string_view kType = "LinearClassifier";

  // `classes` is a list with a name for each class.
  LinearClassifierOp(LinearModel model, std::shared_ptr<const Constant> classes)
      : model_(std::move(model)), classes_(std::move(classes)) {}
  std::string_view type() const override { return kType; }
  ScoreTransform transform() const { return model_.transform; }
  // Then it has two classes, and the transform is of the second's score.
  bool has_one_row() const { return model_.rows() == 1; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  double work(const OpContext& context) const override;
  Result<size_t> scratch_bytes(const OpContext& context) const override;  // a row of scores
  std::shared_ptr<const Constant> class_names(const OpContext& /*context*/) const override {
    return classes_;
  }

 private:
  int64_t class_count() const { return model_.rows() == 1 ? 2 : model_.rows(); }
  LinearModel model_;
  std::shared_ptr<const Constant> classes_;
};

class LinearRegressorOp final : public Op {
 public:
  explicit LinearRegressorOp(LinearModel model) : model_(std::move(model)) {}
  std::string_view type() const override { return "LinearRegressor"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  double work(const OpContext& context) const override;

 private:
  LinearModel model_;
};

OpResult make_linear_classifier(AttributeReader& attributes);
OpResult make_linear_regressor(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LINEAR_MODEL_H_
