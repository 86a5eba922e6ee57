// See softmax.h.
#include "ops/softmax.h"

#include <algorithm>
#include <cmath>

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
  GOSSAMER_TRY(require_floats(context));
  const auto extents_known = extents(context.shape(0));
  GOSSAMER_TRY(extents_known.status());
  return set_output(context, 0, DataType::kFloat32, context.shape(0));
}

Status SoftmaxOp::normalise(const EvaluateArgs& args, bool logarithm) const {
  GOSSAMER_ASSIGN(const SoftmaxExtents e, extents(args.inputs[0].shape));
  if (args.outputs[0].elements() == 0) return Status::ok();
  for (int64_t row = 0; row < e.outer * e.inner; ++row) {
    const int64_t first = row / e.inner * e.size * e.inner + row % e.inner;
    const float* x = args.inputs[0].as<float>() + first;
    float* y = args.outputs[0].as<float>() + first;
    float highest = x[0];
    for (int64_t i = 1; i < e.size; ++i) highest = std::max(highest, x[i * e.inner]);
    double sum = 0;
    for (int64_t i = 0; i < e.size; ++i) {
      sum += std::exp(static_cast<double>(x[i * e.inner] - highest));
    }
    for (int64_t i = 0; i < e.size; ++i) {
      const auto shifted = static_cast<double>(x[i * e.inner] - highest);
      y[i * e.inner] =
          static_cast<float>(logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum);
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

}  // namespace gossamer
