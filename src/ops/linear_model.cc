// See linear_model.h.
#include "ops/linear_model.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

#include "base/exponential.h"
#include "base/text.h"
#include "ops/elements.h"
#include "ops/labels.h"

namespace gossamer {
namespace {

float exponential(float x) {
  return static_cast<float>(gossamer::exponential(static_cast<double>(x)));
}

float sigmoid(float x) {
  return 1 / (1 + exponential(-x));
}

// The inverse of the normal distribution: sqrt(2) times the inverse of erf at 2 p - 1, by the
// approximation that onnxruntime takes (S. Winitzki, 2008), whose error is below 0.005.
float probit(float p) {
  constexpr float kA = 0.147f;
  constexpr float kTwoOverPiA = 2 / (3.14159f * kA);
  const float x = 2 * p - 1;
  const float log = logarithm((1 - x) * (1 + x));
  const float half = kTwoOverPiA + 0.5f * log;
  const float root = std::sqrt(-half + std::sqrt(half * half - log / kA));
  return std::sqrt(2.0f) * (x < 0 ? -root : root);
}

// With `keeps_zeros`, a score of 0 stays 0.
void softmax(std::span<float> scores, bool keeps_zeros) {
  constexpr float kZero = 1e-7f;
  const float highest = *std::ranges::max_element(scores);
  float sum = 0;
  for (float& score : scores) {
    const bool is_zero = keeps_zeros && std::abs(score) <= kZero;
    score = is_zero ? score * exponential(-highest) : exponential(score - highest);
    sum += is_zero ? 0 : score;
  }
  if (sum == 0) return;  // every one of them is zero
  for (float& score : scores) score /= sum;
}

void apply(ScoreTransform transform, std::span<float> scores) {
  switch (transform) {
    case ScoreTransform::kIdentity:
      return;
    case ScoreTransform::kSoftmax:
    case ScoreTransform::kSoftmaxZero:
      return softmax(scores, transform == ScoreTransform::kSoftmaxZero);
    case ScoreTransform::kLogistic:
      for (float& score : scores) score = sigmoid(score);
      return;
    case ScoreTransform::kProbit:
      for (float& score : scores) score = probit(score);
      return;
  }
}

// `rows` is 0 where the intercepts tell how many there are.
LinearModel read_model(AttributeReader& attributes, size_t rows) {
  static constexpr std::string_view kTransforms[] = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO",
                                                     "PROBIT"};
  LinearModel model;
  model.transform =
      static_cast<ScoreTransform>(attributes.get_choice("post_transform", kTransforms, 0));
  model.coefficients = attributes.get_floats("coefficients").value_or(std::vector<float>());
  model.intercepts = attributes.get_floats("intercepts").value_or(std::vector<float>(rows));
  if (model.intercepts.empty()) attributes.fail("intercepts", "attribute is missing");
  if (rows != 0 && model.intercepts.size() != rows) {
    attributes.fail("intercepts", "attribute needs a number for each target",
                    concat(model.intercepts.size()), concat(rows));
  }
  const size_t count = std::max<size_t>(1, model.intercepts.size());
  if (model.coefficients.empty() || model.coefficients.size() % count != 0) {
    attributes.fail("coefficients", "attribute does not hold rows of coefficients",
                    concat(model.coefficients.size()), concat("a multiple of ", count));
  }
  return model;
}

double work_of(const LinearModel& model, const OpContext& context) {
  return static_cast<double>(context.shape(0).elements()) * static_cast<double>(model.rows() + 1);
}

}  // namespace

OpResult make_linear_classifier(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(2);
  attributes.get_int("multi_class", 0);  // of the training; says nothing here
  LinearModel model = read_model(attributes, 0);
  GOSSAMER_ASSIGN(auto classes, read_classes(attributes, "classlabels_ints"));
  const int64_t wanted = model.rows() == 1 ? 2 : model.rows();
  const int64_t given = classes->shape().elements();
  if (given < wanted) {
    attributes.fail("classlabels_strings", "attribute needs a name for each class", concat(given),
                    concat(wanted));
  }
  if (model.rows() == 1 && model.transform == ScoreTransform::kProbit) {
    attributes.fail("post_transform", "attribute has no meaning for one row of coefficients",
                    "PROBIT");
  }
  return make_op<LinearClassifierOp>(std::move(model), std::move(classes));
}

OpResult make_linear_regressor(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  constexpr int64_t kMaxTargets = 1 << 20;
  const int64_t targets = attributes.get_int("targets", 1, 1, kMaxTargets);
  return make_op<LinearRegressorOp>(read_model(attributes, static_cast<size_t>(targets)));
}

Result<int64_t> LinearModel::check_features(const OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number(context, 0));
  GOSSAMER_TRY(require_rank(context, 0, 1, 2));
  const Shape& x = context.shape(0);
  const int64_t features = static_cast<int64_t>(coefficients.size()) / rows();
  if (x[x.rank() - 1] != features) {
    return shape_error("input 0 must hold a number for each coefficient")
        .got(x.to_string())
        .expected(concat(features, " features"));
  }
  return x.rank() == 1 ? 1 : x[0];
}

void LinearModel::score(const TensorView& x, int64_t sample, float* scores) const {
  const int64_t features = x.shape[x.shape.rank() - 1];
  for (size_t row = 0; row < intercepts.size(); ++row) {
    const float* weights = coefficients.data() + static_cast<int64_t>(row) * features;
    auto sum = static_cast<double>(intercepts[row]);
    for (int64_t k = 0; k < features; ++k) {
      sum += real_at(x, sample * features + k) * static_cast<double>(weights[k]);
    }
    scores[row] = static_cast<float>(sum);
  }
}

Status LinearClassifierOp::infer(OpContext& context) const {
  GOSSAMER_ASSIGN(const int64_t samples, model_.check_features(context));
  GOSSAMER_TRY(set_output(context, 0, classes_->type(), Shape{samples}));
  if (context.output_count() < 2) return Status::ok();
  return set_output(context, 1, DataType::kFloat32, Shape{samples, class_count()});
}

double LinearClassifierOp::work(const OpContext& context) const {
  return work_of(model_, context);
}

Result<size_t> LinearClassifierOp::scratch_bytes(const OpContext& /*context*/) const {
  return static_cast<size_t>(class_count()) * sizeof(float);
}

Status LinearClassifierOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& chosen = args.outputs[0];
  const size_t size = data_type_size(chosen.type);
  const auto count = static_cast<size_t>(class_count());
  const std::span<float> scores(reinterpret_cast<float*>(args.scratch), count);
  const int64_t samples = chosen.elements();
  const bool wants_scores = args.outputs.size() > 1 && args.outputs[1].data != nullptr;
  for (int64_t sample = 0; sample < samples; ++sample) {
    model_.score(args.inputs[0], sample, scores.data());
    size_t best = 0;
    if (model_.rows() == 1) {
      best = scores[0] > 0 ? 1 : 0;
      const bool logistic = model_.transform == ScoreTransform::kLogistic;
      const float score = scores[0];
      scores[0] = logistic ? sigmoid(-score) : 1 - score;
      scores[1] = logistic ? sigmoid(score) : score;
    } else {
      best = static_cast<size_t>(std::ranges::max_element(scores) - scores.begin());
      apply(model_.transform, scores);
    }
    std::memcpy(chosen.as<std::byte>() + static_cast<size_t>(sample) * size,
                classes_->view().as<std::byte>() + best * size, size);
    if (!wants_scores) continue;
    std::ranges::copy(scores, args.outputs[1].as<float>() + sample * class_count());
  }
  return Status::ok();
}

Status LinearRegressorOp::infer(OpContext& context) const {
  GOSSAMER_ASSIGN(const int64_t samples, model_.check_features(context));
  return set_output(context, 0, DataType::kFloat32, Shape{samples, model_.rows()});
}

double LinearRegressorOp::work(const OpContext& context) const {
  return work_of(model_, context);
}

Status LinearRegressorOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  for (int64_t sample = 0; sample < y.shape[0]; ++sample) {
    float* scores = y.as<float>() + sample * model_.rows();
    model_.score(args.inputs[0], sample, scores);
    // One target is no distribution: only PROBIT concerns it alone.
    const bool applies = model_.rows() > 1 || model_.transform == ScoreTransform::kProbit;
    if (applies) apply(model_.transform, {scores, static_cast<size_t>(model_.rows())});
  }
  return Status::ok();
}

}  // namespace gossamer
