// See transpose.h.
#include "ops/transpose.h"

#include <algorithm>

#include "base/text.h"

namespace gossamer {

OpResult make_transpose(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  std::vector<int> perm;
  const auto list = attributes.get_ints("perm");
  if (!list) return make_op<TransposeOp>(std::move(perm));
  if (list->size() > static_cast<size_t>(Shape::kMaxRank)) {
    return unsupported("tensor has too many dimensions")
        .attribute("perm")
        .got(concat(list->size()))
        .expected(concat("at most ", Shape::kMaxRank));
  }
  std::vector<bool> seen(list->size());
  for (int64_t axis : *list) {
    const bool valid =
        axis >= 0 && axis < static_cast<int64_t>(list->size()) && !seen[static_cast<size_t>(axis)];
    if (!valid) {
      attributes.fail("perm", "attribute is not a permutation", Shape(*list).to_string(),
                      concat("each of 0 to ", list->size() - 1, " once"));
      break;
    }
    seen[static_cast<size_t>(axis)] = true;
    perm.push_back(static_cast<int>(axis));
  }
  return make_op<TransposeOp>(std::move(perm));
}

Status TransposeOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  const Shape& from = context.shape(0);
  if (!perm_.empty() && static_cast<int>(perm_.size()) != from.rank()) {
    return attribute_error("perm", "attribute does not match the input's rank")
        .got(concat(perm_.size(), " axes for ", from.to_string()))
        .expected(concat(from.rank(), " axes"));
  }
  Shape shape;
  for (int axis = 0; axis < from.rank(); ++axis) {
    shape.push_back(from[source_axis(axis, from.rank())]);
  }
  return set_output(context, 0, context.type(0), shape);
}

Strides TransposeOp::input_strides(const Shape& x) const {
  const Strides dense = dense_strides(x);
  Strides strides{};
  for (int axis = 0; axis < x.rank(); ++axis) {
    strides[static_cast<size_t>(axis)] = dense[static_cast<size_t>(source_axis(axis, x.rank()))];
  }
  return strides;
}

Status TransposeOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const Strides strides = input_strides(args.inputs[0].shape);
  copy_strided(args.inputs[0], StridedWalk<1>(y.shape, {strides}), 0, y);
  return Status::ok();
}

// Old output axis j is input axis p[j], p being this op's permutation and q the new one. The new
// output's axis k is the old output's q[k], the old input's p[q[k]], and thus the new input's
// inverse(q)[p[q[k]]].
std::shared_ptr<const Op> TransposeOp::permuted(std::span<const int> q) const {
  const int rank = static_cast<int>(q.size());
  if (!perm_.empty() && perm_.size() != q.size()) return nullptr;
  std::vector<int> perm;
  for (int axis : q) {
    const int old_input = source_axis(axis, rank);
    perm.push_back(static_cast<int>(std::ranges::find(q, old_input) - q.begin()));
  }
  return std::make_shared<TransposeOp>(std::move(perm));
}

}  // namespace gossamer
