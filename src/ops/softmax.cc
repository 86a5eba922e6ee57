// See softmax.h.
#include "ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "base/exponential.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

template <typename T>
OpResult make(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const bool flattens = attributes.opset() < 13;
  return make_op<T>(attributes.get_int("axis", flattens ? 1 : -1), flattens);
}

}  // namespace

OpResult make_softmax(AttributeReader& attributes) {
  return make<SoftmaxOp>(attributes);
}

OpResult make_log_softmax(AttributeReader& attributes) {
  return make<LogSoftmaxOp>(attributes);
}

OpResult make_hardmax(AttributeReader& attributes) {
  return make<HardmaxOp>(attributes);
}

Result<SoftmaxExtents> SoftmaxOp::extents(const Shape& shape) const {
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, shape.rank()));
  SoftmaxExtents e;
  for (int i = 0; i < axis; ++i) e.outer *= shape[i];
  e.size = shape[axis];
  for (int i = axis + 1; i < shape.rank(); ++i) (flattens_ ? e.size : e.inner) *= shape[i];
  return e;
}

Status SoftmaxOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_real(context, 0));
  const auto extents_known = extents(context.shape(0));
  GOSSAMER_TRY(extents_known.status());
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status SoftmaxOp::normalise(const EvaluateArgs& args, Form form) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const SoftmaxExtents e, extents(x.shape));
  if (y.elements() == 0) return Status::ok();
  for (int64_t row = 0; row < e.outer * e.inner; ++row) {
    const int64_t first = row / e.inner * e.size * e.inner + row % e.inner;
    const int64_t end = first + e.size * e.inner;
    int64_t highest_at = first;
    for (int64_t i = first; i < end; i += e.inner) {
      if (real_at(x, i) > real_at(x, highest_at)) highest_at = i;
    }
    const double highest = real_at(x, highest_at);
    double sum = 0;
    for (int64_t i = first; i < end; i += e.inner) sum += exponential(real_at(x, i) - highest);
    for (int64_t i = first; i < end; i += e.inner) {
      const double shifted = real_at(x, i) - highest;
      put_real(y, i,
               form == Form::kSoftmax     ? exponential(shifted) / sum
               : form == Form::kLogarithm ? shifted - std::log(sum)
               : i == highest_at          ? 1
                                          : 0);
    }
  }
  return Status::ok();
}

int SoftmaxOp::permuted_axis(std::span<const int> perm) const {
  const int rank = static_cast<int>(perm.size());
  const auto known = normalise_axis(axis_, rank);
  if (!known.is_ok()) return -1;
  if (!flattens_) return static_cast<int>(std::ranges::find(perm, *known) - perm.begin());
  // The order within the flattened axes, and within the others, does not matter; mixing them does.
  for (int k = 0; k < *known; ++k) {
    if (perm[static_cast<size_t>(k)] >= *known) return -1;
  }
  return *known;
}

std::shared_ptr<const Op> SoftmaxOp::permuted(std::span<const int> perm) const {
  const int axis = permuted_axis(perm);
  return axis < 0 ? nullptr : std::make_shared<SoftmaxOp>(axis, flattens());
}

std::shared_ptr<const Op> LogSoftmaxOp::permuted(std::span<const int> perm) const {
  const int axis = permuted_axis(perm);
  return axis < 0 ? nullptr : std::make_shared<LogSoftmaxOp>(axis, flattens());
}

std::shared_ptr<const Op> HardmaxOp::permuted(std::span<const int> perm) const {
  const int axis = permuted_axis(perm);
  return axis < 0 ? nullptr : std::make_shared<HardmaxOp>(axis, flattens());
}

}  // namespace gossamer
