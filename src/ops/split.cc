// See split.h.
#include "ops/split.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace gossamer {
namespace {

constexpr int kExtentsBecomeInput = 13;  // opsets
constexpr int kNumOutputsAppears = 18;

}  // namespace

OpResult make_split(AttributeReader& attributes) {
  const int opset = attributes.opset();
  attributes.expect_inputs(1, opset >= kExtentsBecomeInput ? 2 : 1);
  attributes.expect_outputs(INT32_MAX);
  const int64_t axis = attributes.get_int("axis", 0);
  std::optional<std::vector<int64_t>> extents;
  bool uneven = false;
  if (opset < kExtentsBecomeInput) {
    extents = attributes.get_ints("split");
  } else if (opset >= kNumOutputsAppears && attributes.has("num_outputs")) {
    const int64_t outputs = attributes.output_count();
    attributes.get_int("num_outputs", outputs, outputs, outputs);
    if (attributes.input_count() > 1) {
      attributes.fail("num_outputs", "attribute contradicts the extents that are an input");
    }
    uneven = true;
  }
  return make_op<SplitOp>(axis, std::move(extents), uneven);
}

// One for each output, which together are `whole`.
Result<std::vector<int64_t>> SplitOp::extents(const OpContext& context, int64_t whole) const {
  const int64_t count = context.output_count();
  std::vector<int64_t> extents(static_cast<size_t>(count), whole / count);
  if (extents_ || context.has_input(1)) {
    if (extents_) {
      extents = *extents_;
    } else {
      GOSSAMER_ASSIGN(extents, context.ints(1));
    }
  } else if (whole % count != 0) {
    const int64_t each = whole / count + 1;
    if (!uneven_ || each * (count - 1) > whole) {
      return shape_error("the axis cannot be split into as many pieces")
          .got(concat(count, " pieces of ", whole));
    }
    std::ranges::fill(extents, each);
    extents.back() = whole - each * (count - 1);
  }
  int64_t rest = whole;
  bool fits = static_cast<int64_t>(extents.size()) == count;
  for (const int64_t extent : extents) {
    fits = fits && extent >= 0 && extent <= rest;
    rest -= fits ? extent : 0;
  }
  if (fits && rest == 0) return extents;
  return attribute_error("split", "the pieces do not make up the whole")
      .got(concat(extents.size(), " pieces of an extent of ", whole))
      .expected(concat(count, " extents with that sum"));
}

Status SplitOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  Shape shape = context.shape(0);
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, shape.rank()));
  GOSSAMER_ASSIGN(const std::vector<int64_t> pieces, extents(context, shape[axis]));
  for (int i = 0; i < context.output_count(); ++i) {
    shape[axis] = pieces[static_cast<size_t>(i)];
    GOSSAMER_TRY(set_output(context, i, context.type(0), shape));
  }
  return Status::ok();
}

Status SplitOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, x.shape.rank()));
  const auto row_bytes = [&](const Shape& shape) {
    size_t bytes = data_type_size(x.type);
    for (int k = axis; k < shape.rank(); ++k) bytes *= static_cast<size_t>(shape[k]);
    return bytes;
  };
  int64_t rows = 1;
  for (int k = 0; k < axis; ++k) rows *= x.shape[k];
  const size_t x_row = row_bytes(x.shape);
  const auto* piece = x.as<std::byte>();
  for (const MutableTensorView& y : args.outputs) {
    const size_t y_row = row_bytes(y.shape);
    for (int64_t row = 0; y_row > 0 && y.data != nullptr && row < rows; ++row) {
      const auto r = static_cast<size_t>(row);
      std::memcpy(y.as<std::byte>() + r * y_row, piece + r * x_row, y_row);
    }
    piece += y_row;
  }
  return Status::ok();
}

std::shared_ptr<const Op> SplitOp::bound(const OpContext& context) const {
  if (!context.has_input(1)) return nullptr;
  auto extents = context.ints(1);
  if (!extents.is_ok()) return nullptr;
  return std::make_shared<SplitOp>(axis_, std::move(*extents), false);
}

std::shared_ptr<const Op> SplitOp::permuted(std::span<const int> perm) const {
  const auto axis = normalise_axis(axis_, static_cast<int>(perm.size()));
  if (!axis.is_ok()) return nullptr;
  return std::make_shared<SplitOp>(std::ranges::find(perm, *axis) - perm.begin(), extents_,
                                   uneven_);
}

}  // namespace gossamer
