// See features.h.
#include "ops/features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// Input 0 holds numbers, and rows to work on where `rank` limits them.
Status check_rows(const OpContext& context, int highest_rank) {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number(context, 0));
  return require_rank(context, 0, 1, highest_rank);
}

int64_t features_of(const Shape& shape) {
  return shape[shape.rank() - 1];
}

// A list with a number for each feature, or one for all.
Status check_per_feature(const OpContext& context, size_t count, std::string_view attribute) {
  const int64_t features = features_of(context.shape(0));
  if (count == 1 || static_cast<int64_t>(count) == features) return Status::ok();
  return attribute_error(attribute, "attribute needs one number, or one for each feature")
      .got(concat(count))
      .expected(concat("1 or ", features));
}

// By what a row is divided; 0 where it has no such norm.
double norm_of(NormalizerOp::Norm norm, const TensorView& x, int64_t first, int64_t count) {
  double highest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  double squares = 0;
  for (int64_t i = first; i < first + count; ++i) {
    const double value = real_at(x, i);
    highest = std::max(highest, value);
    sum += std::abs(value);
    squares += value * value;
  }
  if (norm == NormalizerOp::Norm::kMax) return highest;
  return norm == NormalizerOp::Norm::kL1 ? sum : std::sqrt(squares);
}

template <typename T>
OpResult make_imputer_of(DataType type, const std::vector<T>& replaced,
                         const std::vector<T>& values) {
  const auto list = [&](const std::vector<T>& numbers) {
    return Constant::copy_of({type, Shape{static_cast<int64_t>(numbers.size())}, numbers.data()});
  };
  GOSSAMER_ASSIGN(auto before, list(replaced));
  GOSSAMER_ASSIGN(auto after, list(values));
  return make_op<ImputerOp>(std::move(before), std::move(after));
}

// Whether element i of x is the number that is replaced.
bool equals(const TensorView& x, int64_t i, const TensorView& number) {
  if (!is_real(x.type)) return int_at(x, i) == int_at(number, 0);
  const double value = real_at(x, i);
  const double wanted = real_at(number, 0);
  return value == wanted || (std::isnan(value) && std::isnan(wanted));
}

}  // namespace

OpResult make_normalizer(AttributeReader& attributes) {
  static constexpr std::string_view kNorms[] = {"MAX", "L1", "L2"};
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<NormalizerOp>(
      static_cast<NormalizerOp::Norm>(attributes.get_choice("norm", kNorms, 0)));
}

OpResult make_scaler(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  auto offset = attributes.get_floats("offset").value_or(std::vector<float>());
  auto scale = attributes.get_floats("scale").value_or(std::vector<float>());
  if (scale.empty() || scale.size() != offset.size()) {
    attributes.fail("scale", "attribute needs as many numbers as the offset", concat(scale.size()),
                    concat(offset.size(), ", and not 0"));
  }
  return make_op<ScalerOp>(std::move(offset), std::move(scale));
}

OpResult make_binarizer(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  return make_op<BinarizerOp>(attributes.get_float("threshold", 0));
}

OpResult make_imputer(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const auto reals = attributes.get_floats("imputed_value_floats");
  const auto ints = attributes.get_ints("imputed_value_int64s");
  const std::vector<float> replaced_real = {attributes.get_float("replaced_value_float", 0)};
  const std::vector<int64_t> replaced_int = {attributes.get_int("replaced_value_int64", 0)};
  const bool has_reals = reals && !reals->empty();
  const bool has_ints = ints && !ints->empty();
  if (has_reals == has_ints) {
    attributes.fail("imputed_value_floats", "the values must be given in one way",
                    has_ints ? "two lists" : "no list", "one list");
  }
  if (has_ints) return make_imputer_of(DataType::kInt64, replaced_int, *ints);
  return make_imputer_of(DataType::kFloat32, replaced_real, reals.value_or(std::vector<float>()));
}

OpResult make_feature_vectorizer(AttributeReader& attributes) {
  attributes.expect_inputs(1, INT32_MAX);
  attributes.expect_outputs(1);
  auto widths = attributes.get_ints("inputdimensions").value_or(std::vector<int64_t>());
  constexpr int64_t kMaxWidth = int64_t{1} << 31;  // so that no sum of them overflows
  const bool fits = std::ranges::all_of(widths, [](int64_t w) { return w > 0 && w < kMaxWidth; });
  if (!fits || static_cast<int>(widths.size()) != attributes.input_count()) {
    attributes.fail("inputdimensions", "attribute needs a number of features for each input",
                    concat(widths.size(), " numbers"),
                    concat(attributes.input_count(), " above 0"));
  }
  return make_op<FeatureVectorizerOp>(std::move(widths));
}

Status NormalizerOp::infer(OpContext& context) const {
  GOSSAMER_TRY(check_rows(context, 2));
  return set_output(context, 0, DataType::kFloat32, context.shape(0));
}

Status NormalizerOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const int64_t features = features_of(x.shape);
  const int64_t count = y.elements();
  for (int64_t first = 0; first < count; first += features) {
    const double norm = norm_of(norm_, x, first, features);
    for (int64_t i = first; i < first + features; ++i) {
      put_real(y, i, real_at(x, i) / (norm == 0 ? 1 : norm));
    }
  }
  return Status::ok();
}

Status ScalerOp::infer(OpContext& context) const {
  GOSSAMER_TRY(check_rows(context, Shape::kMaxRank));
  GOSSAMER_TRY(check_per_feature(context, scale_.size(), "scale"));
  return set_output(context, 0, DataType::kFloat32, context.shape(0));
}

Status ScalerOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const int64_t count = x.elements();
  for (int64_t i = 0; i < count; ++i) {
    const auto k = static_cast<size_t>(i % static_cast<int64_t>(scale_.size()));
    const double offset = static_cast<double>(offset_[k]);
    put_real(args.outputs[0], i, (real_at(x, i) - offset) * static_cast<double>(scale_[k]));
  }
  return Status::ok();
}

Status BinarizerOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number(context, 0));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status BinarizerOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const int64_t count = x.elements();
  for (int64_t i = 0; i < count; ++i) {
    put_number(args.outputs[0], i, real_at(x, i) > static_cast<double>(threshold_) ? 1 : 0);
  }
  return Status::ok();
}

Status ImputerOp::infer(OpContext& context) const {
  GOSSAMER_TRY(check_rows(context, Shape::kMaxRank));
  const bool integers = is_integer(values_->type());
  GOSSAMER_TRY(integers ? require_integer(context, 0) : require_real(context, 0));
  GOSSAMER_TRY(check_per_feature(context, static_cast<size_t>(values_->shape().elements()),
                                 integers ? "imputed_value_int64s" : "imputed_value_floats"));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status ImputerOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const int64_t count = x.elements();
  for (int64_t i = 0; i < count; ++i) {
    if (equals(x, i, replaced_->view())) {
      convert_element(values_->view(), i % values_->shape().elements(), args.outputs[0], i);
    } else {
      convert_element(x, i, args.outputs[0], i);
    }
  }
  return Status::ok();
}

Status FeatureVectorizerOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, std::max(1, context.input_count())));
  int64_t rows = 0;
  int64_t width = 0;
  for (int i = 0; i < context.input_count(); ++i) {
    GOSSAMER_TRY(require_number(context, i));
    GOSSAMER_TRY(require_rank(context, i, 1, 2));
    const Shape& shape = context.shape(i);
    const int64_t own = shape.rank() == 1 ? 1 : shape[0];
    if (i > 0 && own != rows) {
      return shape_error("the inputs have different numbers of rows")
          .got(concat(own))
          .expected(concat(rows));
    }
    rows = own;
    width += widths_[static_cast<size_t>(i)];
  }
  return set_output(context, 0, DataType::kFloat32, Shape{rows, width});
}

Status FeatureVectorizerOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  int64_t at = 0;
  for (int64_t row = 0; row < y.shape[0]; ++row) {
    for (size_t i = 0; i < args.inputs.size(); ++i) {
      const int64_t features = features_of(args.inputs[i].shape);
      for (int64_t k = 0; k < widths_[i]; ++k, ++at) {
        put_real(y, at, k < features ? real_at(args.inputs[i], row * features + k) : 0);
      }
    }
  }
  return Status::ok();
}

}  // namespace gossamer
