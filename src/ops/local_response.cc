// See local_response.h.
#include "ops/local_response.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "kernels/elementwise/power.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// The elements between neighbours along an axis.
int64_t step_of(const Shape& shape, int axis) {
  int64_t step = 1;
  for (int i = axis + 1; i < shape.rank(); ++i) step *= shape[i];
  return step;
}

}  // namespace

OpResult make_lrn(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  LrnOp::Attributes lrn;
  lrn.alpha = attributes.get_float("alpha", lrn.alpha);
  lrn.beta = attributes.get_float("beta", lrn.beta);
  lrn.bias = attributes.get_float("bias", lrn.bias);
  if (!attributes.has("size")) attributes.fail("size", "attribute is missing");
  lrn.size = attributes.get_int("size", 1, 1, INT32_MAX);
  return make_op<LrnOp>(lrn);
}

OpResult make_lp_normalization(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const int64_t axis = attributes.get_int("axis", -1);
  return make_op<LpNormalizationOp>(axis, attributes.get_int("p", 2, 1, 2));
}

Status LrnOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_real(context, 0));
  GOSSAMER_TRY(require_rank(context, 0, 2, Shape::kMaxRank));
  return set_output(context, 0, context.type(0), context.shape(0));
}

double LrnOp::work(const OpContext& context) const {
  const Shape& x = context.shape(0);
  return static_cast<double>(x.elements()) *
         static_cast<double>(std::min(attributes_.size, x[attributes_.channel_axis]));
}

Status LrnOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const int64_t count = x.elements();
  if (count == 0) return Status::ok();  // the other extents may be any number
  const int64_t channels = x.shape[attributes_.channel_axis];
  const int64_t step = step_of(x.shape, attributes_.channel_axis);
  const int64_t below = (attributes_.size - 1) / 2, above = attributes_.size - 1 - below;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = i / step % channels;
    const int64_t first = i - std::min(c, below) * step;
    const int64_t last = i + std::min(channels - 1 - c, above) * step;
    double squares = 0;
    for (int64_t k = first; k <= last; k += step) squares += real_at(x, k) * real_at(x, k);
    const double base =
        static_cast<double>(attributes_.bias) +
        static_cast<double>(attributes_.alpha) / static_cast<double>(attributes_.size) * squares;
    put_real(args.outputs[0], i,
             real_at(x, i) / power(base, static_cast<double>(attributes_.beta)));
  }
  return Status::ok();
}

std::shared_ptr<const Op> LrnOp::permuted(std::span<const int> perm) const {
  Attributes moved = attributes_;
  moved.channel_axis =
      static_cast<int>(std::ranges::find(perm, attributes_.channel_axis) - perm.begin());
  return std::make_shared<LrnOp>(moved);
}

Status LpNormalizationOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_real(context, 0));
  GOSSAMER_TRY(normalise_axis(axis_, context.shape(0).rank()).status());
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status LpNormalizationOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const int64_t count = x.elements();
  if (count == 0) return Status::ok();
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, x.shape.rank()));
  const int64_t step = step_of(x.shape, axis);
  const int64_t length = step * x.shape[axis];
  for (int64_t i = 0; i < count; ++i) {
    if (i / step % x.shape[axis] != 0) continue;  // not the first of a vector
    double sum = 0;
    for (int64_t k = i; k < i + length; k += step) {
      const double value = std::abs(real_at(x, k));
      sum += p_ == 1 ? value : value * value;
    }
    const double norm = p_ == 1 ? sum : std::sqrt(sum);
    for (int64_t k = i; k < i + length; k += step) {
      put_real(args.outputs[0], k, norm == 0 ? 0 : real_at(x, k) / norm);
    }
  }
  return Status::ok();
}

std::shared_ptr<const Op> LpNormalizationOp::permuted(std::span<const int> perm) const {
  const auto axis = normalise_axis(axis_, static_cast<int>(perm.size()));
  if (!axis.is_ok()) return nullptr;
  return std::make_shared<LpNormalizationOp>(std::ranges::find(perm, *axis) - perm.begin(), p_);
}

}  // namespace gossamer
