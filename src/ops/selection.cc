// See selection.h.
#include "ops/selection.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.h"
#include "kernels/sizes.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// Negative when element i is below element j, 0 when they are equal.
int compare(const TensorView& x, int64_t i, int64_t j) {
  if (!is_real(x.type)) {
    const int64_t a = int_at(x, i), b = int_at(x, j);
    return less_int(x.type, a, b) ? -1 : a != b ? 1 : 0;
  }
  const double a = real_at(x, i), b = real_at(x, j);
  if (a < b) return -1;
  if (a > b) return 1;
  return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
}

// The order of the elements of one row of TopK: which of two places comes first.
struct Row {
  const TensorView& x;
  int64_t first;
  int64_t step;
  bool greatest;

  bool before(int64_t i, int64_t j) const {
    const int order = compare(x, first + i * step, first + j * step);
    if (order == 0) return i < j;
    return (order > 0) == greatest;
  }
};

// Restores a heap whose top is the last in order, after heap[at] changed.
void sift_down(const Row& row, int64_t* heap, int64_t size, int64_t at) {
  while (2 * at + 1 < size) {
    int64_t child = 2 * at + 1;
    if (child + 1 < size && row.before(heap[child], heap[child + 1])) ++child;
    if (!row.before(heap[at], heap[child])) return;
    std::swap(heap[at], heap[child]);
    at = child;
  }
}

// Fills `best` with the places of the k first in order out of n. Requires 0 < k <= n.
void select(const Row& row, int64_t n, int64_t* best, int64_t k) {
  for (int64_t i = 0; i < k; ++i) best[i] = i;
  for (int64_t i = k / 2 - 1; i >= 0; --i) sift_down(row, best, k, i);
  for (int64_t i = k; i < n; ++i) {
    if (!row.before(i, best[0])) continue;
    best[0] = i;
    sift_down(row, best, k, 0);
  }
  for (int64_t size = k - 1; size > 0; --size) {
    std::swap(best[0], best[size]);
    sift_down(row, best, size, 0);
  }
}

// Where axis `axis` goes when axes are permuted; -1 when there is no such axis.
int moved_axis(int64_t axis, std::span<const int> perm) {
  const auto known = normalise_axis(axis, static_cast<int>(perm.size()));
  return known.is_ok() ? static_cast<int>(std::ranges::find(perm, *known) - perm.begin()) : -1;
}

}  // namespace

OpResult make_arg(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  ArgOp::Attributes a;
  a.greatest = attributes.op_type() == "ArgMax";
  a.axis = attributes.get_int("axis", 0);
  a.keep_dims = attributes.get_bool("keepdims", true);
  if (attributes.opset() >= 12) a.last = attributes.get_bool("select_last_index", false);
  return make_op<ArgOp>(a);
}

OpResult make_top_k(AttributeReader& attributes) {
  const bool takes_input = attributes.opset() >= 10;
  attributes.expect_inputs(takes_input ? 2 : 1, takes_input ? 2 : 1);
  attributes.expect_outputs(2);
  TopKOp::Attributes a;
  a.axis = attributes.get_int("axis", -1);
  if (!takes_input) {
    if (!attributes.has("k")) attributes.fail("k", "attribute is missing");
    a.k = attributes.get_int("k", 0);
  }
  if (attributes.opset() >= 11) {
    a.greatest = attributes.get_bool("largest", true);
    attributes.get_bool("sorted", true);  // any order will do otherwise; sorted is one
  }
  return make_op<TopKOp>(a);
}

Status ArgOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_number(context, 0));
  const Shape& x = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.rank()));
  if (x[axis] == 0) return shape_error("there is nothing to choose from").got(x.to_string());
  Shape shape;
  for (int i = 0; i < x.rank(); ++i) {
    if (i != axis) {
      shape.push_back(x[i]);
    } else if (attributes_.keep_dims) {
      shape.push_back(1);
    }
  }
  return set_output(context, 0, DataType::kInt64, shape);
}

Status ArgOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.shape.rank()));
  const AxisExtents e = extents_around(x.shape, axis);
  const int sign = attributes_.greatest ? 1 : -1;
  const int64_t count = args.outputs[0].elements();
  for (int64_t i = 0; i < count; ++i) {
    const int64_t first = i / e.inner * e.size * e.inner + i % e.inner;
    int64_t best = 0;
    for (int64_t k = 1; k < e.size; ++k) {
      const int order = sign * compare(x, first + k * e.inner, first + best * e.inner);
      if (order > 0 || (order == 0 && attributes_.last)) best = k;
    }
    put_int(args.outputs[0], i, best);
  }
  return Status::ok();
}

std::shared_ptr<const Op> ArgOp::permuted(std::span<const int> perm) const {
  Attributes moved = attributes_;
  moved.axis = moved_axis(attributes_.axis, perm);
  return moved.axis < 0 || !moved.keep_dims ? nullptr : std::make_shared<ArgOp>(moved);
}

Status TopKOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, attributes_.k ? 1 : 2));
  GOSSAMER_TRY(require_number(context, 0));
  Shape shape = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, shape.rank()));
  int64_t k = attributes_.k.value_or(0);
  if (!attributes_.k) {
    GOSSAMER_ASSIGN(const std::vector<int64_t> values, context.ints(1));
    if (values.size() != 1) {
      return shape_error("input 1 must hold one number").got(concat(values.size(), " of them"));
    }
    k = values[0];
  }
  if (k < 0 || k > shape[axis]) {
    return attribute_error("k", "there are not as many elements along the axis")
        .got(concat(k))
        .expected(concat("0 to ", shape[axis]));
  }
  shape[axis] = k;
  if (context.output_count() > 1) GOSSAMER_TRY(set_output(context, 1, DataType::kInt64, shape));
  return set_output(context, 0, context.type(0), shape);
}

double TopKOp::work(const OpContext& context) const {
  const auto x = static_cast<double>(context.shape(0).elements());
  const auto y = static_cast<double>(context.output(0).shape.elements());
  return x + (x + y) * std::log(y + 1);
}

// The places of the best of one row.
Result<size_t> TopKOp::scratch_bytes(const OpContext& context) const {
  const Shape& shape = context.output(0).shape;
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, shape.rank()));
  return checked_bytes(shape[axis], sizeof(int64_t));
}

Status TopKOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& values = args.outputs[0];
  if (values.elements() == 0) return Status::ok();
  GOSSAMER_ASSIGN(const int axis, normalise_axis(attributes_.axis, x.shape.rank()));
  const AxisExtents e = extents_around(x.shape, axis);
  const int64_t k = values.shape[axis];
  auto* best = reinterpret_cast<int64_t*>(args.scratch);
  const size_t size = data_type_size(x.type);
  for (int64_t row = 0; row < e.outer * e.inner; ++row) {
    const int64_t outer = row / e.inner, inner = row % e.inner;
    const int64_t first = outer * e.size * e.inner + inner;
    select({x, first, e.inner, attributes_.greatest}, e.size, best, k);
    for (int64_t i = 0; i < k; ++i) {
      const int64_t to = (outer * k + i) * e.inner + inner;
      std::memcpy(values.as<std::byte>() + static_cast<size_t>(to) * size,
                  x.as<std::byte>() + static_cast<size_t>(first + best[i] * e.inner) * size, size);
      const bool wanted = args.outputs.size() > 1 && args.outputs[1].data != nullptr;
      if (wanted) put_int(args.outputs[1], to, best[i]);
    }
  }
  return Status::ok();
}

std::shared_ptr<const Op> TopKOp::permuted(std::span<const int> perm) const {
  Attributes moved = attributes_;
  moved.axis = moved_axis(attributes_.axis, perm);
  return moved.axis < 0 ? nullptr : std::make_shared<TopKOp>(moved);
}

}  // namespace gossamer
