// See pad.h.
#include "ops/pad.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr int kWidthsBecomeInput = 11;  // opsets
constexpr int kAxesAppear = 18;
constexpr int kWrapAppears = 19;
constexpr int kValue = 2;  // inputs
constexpr int kAxes = 3;
constexpr int64_t kWidest = int64_t{1} << 61;  // no sum of two of these and an extent overflows

Result<PadAxis> axis_of(int64_t extent, int64_t before, int64_t after, PadMode mode) {
  const auto refuse = [&](std::string_view message) {
    return attribute_error("pads", message)
        .got(concat(before, " and ", after, " for an extent of ", extent));
  };
  if (std::min(before, after) < -kWidest || std::max(before, after) > kWidest) {
    return refuse("padding is too wide");
  }
  PadAxis axis;
  axis.cut = std::max<int64_t>(0, -before);
  axis.before = std::max<int64_t>(0, before);
  axis.after = std::max<int64_t>(0, after);
  axis.kept = extent - axis.cut;
  if (axis.kept >= 0) axis.kept -= std::max<int64_t>(0, -after);
  if (axis.kept < 0) return refuse("more is taken away than there is");
  const int64_t added = std::max(axis.before, axis.after);
  if (mode == PadMode::kReflect && added > 0 && added >= axis.kept) {
    return refuse("a mirror image must be narrower than what it mirrors");
  }
  if (mode != PadMode::kConstant && added > 0 && axis.kept == 0) {
    return refuse("there is nothing to repeat");
  }
  return axis;
}

// The element of the input that is at place `i` of the output; -1 where there is none.
int64_t source_of(const PadAxis& axis, int64_t i, PadMode mode) {
  i -= axis.before;
  const bool outside = i < 0 || i >= axis.kept;
  if (outside && mode == PadMode::kConstant) return -1;
  if (outside && mode == PadMode::kEdge) i = i < 0 ? 0 : axis.kept - 1;
  if (outside && mode == PadMode::kReflect) i = i < 0 ? -i : 2 * (axis.kept - 1) - i;
  if (outside && mode == PadMode::kWrap) i = (i % axis.kept + axis.kept) % axis.kept;
  return i + axis.cut;
}

// Writes the output row by row, a row being a run along the last axis that is padded with all the
// axes after it, of which the middle part is one run of the input, too.
class Padder {
 public:
  Padder(const TensorView& x, const PadAxes& axes, PadMode mode, const std::byte* value)
      : x_(x), axes_(axes), mode_(mode), size_(data_type_size(x.type)) {
    for (size_t at = 0; at < kPattern; at += size_) std::memcpy(pattern_ + at, value, size_);
    strides_ = dense_strides(x.shape);
    row_axis_ = x.shape.rank() - 1;
    while (row_axis_ > 0 && axes[static_cast<size_t>(row_axis_)].before == 0 &&
           axes[static_cast<size_t>(row_axis_)].kept == x.shape[row_axis_] &&
           axes[static_cast<size_t>(row_axis_)].after == 0) {
      --row_axis_;
    }
    block_ = static_cast<size_t>(strides_[static_cast<size_t>(row_axis_)]) * size_;
  }

  void run(const MutableTensorView& y) {
    target_ = y.as<std::byte>();
    int64_t rows = 1;
    for (int k = 0; k < row_axis_; ++k) rows *= y.shape[k];
    for (int64_t row = 0; row < rows; ++row) {
      int64_t first = 0;  // in the input; negative outside
      int64_t rest = row;
      for (int k = row_axis_ - 1; k >= 0; --k) {
        const auto a = static_cast<size_t>(k);
        const int64_t source = source_of(axes_[a], rest % y.shape[k], mode_);
        rest /= y.shape[k];
        first = source < 0 || first < 0 ? -1 : first + source * strides_[a];
      }
      write_row(first);
    }
  }

 private:
  void write_row(int64_t first) {
    const PadAxis& axis = axes_[static_cast<size_t>(row_axis_)];
    write_blocks(first, 0, axis.before);
    const size_t middle = static_cast<size_t>(axis.kept) * block_;
    if (first < 0) {
      write_blocks(first, 0, axis.kept);
    } else if (middle > 0) {
      std::memcpy(target_, block(first, axis.cut), middle);
      target_ += middle;
    }
    write_blocks(first, axis.before + axis.kept, axis.after);
  }

  // Places i, i + 1, ... of a row, none of which is in its middle.
  void write_blocks(int64_t first, int64_t i, int64_t count) {
    if (mode_ == PadMode::kConstant) {
      for (size_t left = static_cast<size_t>(count) * block_; left > 0;) {
        const size_t bytes = std::min(left, kPattern);
        std::memcpy(target_, pattern_, bytes);
        target_ += bytes;
        left -= bytes;
      }
      return;
    }
    for (const int64_t end = i + count; i < end; ++i, target_ += block_) {
      const int64_t source = source_of(axes_[static_cast<size_t>(row_axis_)], i, mode_);
      std::memcpy(target_, block(first, source), block_);
    }
  }

  const std::byte* block(int64_t first, int64_t i) const {
    return x_.as<std::byte>() + static_cast<size_t>(first) * size_ +
           static_cast<size_t>(i) * block_;
  }

  const TensorView& x_;
  const PadAxes& axes_;
  PadMode mode_;
  size_t size_;  // of an element
  static constexpr size_t kPattern = 64;
  std::byte pattern_[kPattern];  // the constant, over and over
  Strides strides_;
  int row_axis_;
  size_t block_;  // bytes of one place of a row
  std::byte* target_ = nullptr;
};

}  // namespace

OpResult make_pad(AttributeReader& attributes) {
  static constexpr std::string_view kModes[] = {"constant", "reflect", "edge", "wrap"};
  const int opset = attributes.opset();
  attributes.expect_outputs(1);
  const auto modes = std::span(kModes).first(opset >= kWrapAppears ? 4 : 3);
  const auto mode = static_cast<PadMode>(attributes.get_choice("mode", modes, 0));
  if (opset >= kWidthsBecomeInput) {
    attributes.expect_inputs(2, opset >= kAxesAppear ? 4 : 3);
    return make_op<PadOp>(mode, std::nullopt);
  }
  attributes.expect_inputs(1, 1);
  if (!attributes.has("pads")) attributes.fail("pads", "attribute is missing");
  PadOp::Fixed fixed;
  const auto pads = attributes.get_ints("pads").value_or(std::vector<int64_t>{});
  GOSSAMER_ASSIGN(fixed.widths, int_list("pads", pads));
  fixed.value = static_cast<double>(attributes.get_float("value", 0));
  return make_op<PadOp>(mode, fixed);
}

// For all axes, whatever the input says about some of them.
Result<IntList> PadOp::widths(const Parameters& parameters) const {
  IntList given;
  IntList named;
  if (fixed_) {
    given = fixed_->widths;
  } else {
    GOSSAMER_ASSIGN(given, parameters.ints(1, "pads"));
    GOSSAMER_ASSIGN(named, parameters.ints(kAxes, "axes"));
  }
  const int rank = parameters.shape(0).rank();
  const size_t count = named.present ? named.size : static_cast<size_t>(rank);
  if (given.size != 2 * count) {
    return attribute_error("pads", "the list of widths does not match the axes")
        .got(concat(given.size, " values"))
        .expected(concat(2 * count, " values"));
  }
  IntList all;
  all.size = 2 * static_cast<size_t>(rank);
  all.present = true;
  std::array<bool, Shape::kMaxRank> seen{};
  for (size_t i = 0; i < count; ++i) {
    const int64_t stated = named.present ? named[i] : static_cast<int64_t>(i);
    GOSSAMER_ASSIGN(const int axis, normalise_axis(stated, rank, "axes"));
    const auto a = static_cast<size_t>(axis);
    if (seen[a]) return attribute_error("axes", "axis is named twice").got(concat(axis));
    seen[a] = true;
    all[a] = given[i];
    all[a + static_cast<size_t>(rank)] = given[i + count];
  }
  return all;
}

Result<PadAxes> PadOp::axes(const Parameters& parameters) const {
  GOSSAMER_ASSIGN(const IntList all, widths(parameters));
  const Shape& x = parameters.shape(0);
  PadAxes axes;
  for (int k = 0; k < x.rank(); ++k) {
    const auto a = static_cast<size_t>(k);
    GOSSAMER_ASSIGN(axes[a], axis_of(x[k], all[a], all[a + static_cast<size_t>(x.rank())], mode_));
  }
  return axes;
}

Status PadOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, fixed_ ? 1 : 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  if (context.has_input(kValue)) {
    GOSSAMER_TRY(require_same_type(context, 0, kValue));
    if (context.shape(kValue).elements() != 1) {
      return shape_error("the constant must be a single value")
          .got(context.shape(kValue).to_string());
    }
  }
  GOSSAMER_ASSIGN(const PadAxes all, axes(Parameters(context)));
  Shape shape = context.shape(0);
  for (int k = 0; k < shape.rank(); ++k) {
    const PadAxis& axis = all[static_cast<size_t>(k)];
    if (__builtin_add_overflow(axis.before + axis.after, axis.kept, &shape[k])) {
      return attribute_error("pads", "padding is too wide");
    }
  }
  return set_output(context, 0, context.type(0), shape);
}

Status PadOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  GOSSAMER_ASSIGN(const PadAxes all, axes(Parameters(args)));
  if (x.shape.rank() == 0) {
    copy_elements(x, args.outputs[0]);
    return Status::ok();
  }
  std::array<std::byte, sizeof(int64_t)> value{};
  if (Parameters(args).has(kValue)) {
    std::memcpy(value.data(), args.inputs[kValue].data, data_type_size(x.type));
  } else if (fixed_) {
    put_number({x.type, {}, value.data()}, 0, fixed_->value);
  }
  if (args.outputs[0].elements() > 0) {
    Padder(x, all, mode_, value.data()).run(args.outputs[0]);
  }
  return Status::ok();
}

std::shared_ptr<const Op> PadOp::bound(const OpContext& context) const {
  if (fixed_) return nullptr;
  const auto all = widths(Parameters(context));
  if (!all.is_ok()) return nullptr;
  Fixed fixed{*all, 0};
  if (context.has_input(kValue)) {
    const auto value = context.known(kValue);
    // A double holds every value but large integers of 64 bits.
    const DataType type = context.type(kValue);
    if (!value.is_ok() || type == DataType::kInt64 || type == DataType::kUint64) return nullptr;
    fixed.value = real_at((*value)->view(), 0);
  }
  return std::make_shared<PadOp>(mode_, fixed);
}

std::shared_ptr<const Op> PadOp::permuted(std::span<const int> perm) const {
  if (!fixed_ || fixed_->widths.size != 2 * perm.size()) return nullptr;
  return std::make_shared<PadOp>(mode_, Fixed{permute_list(fixed_->widths, perm), fixed_->value});
}

}  // namespace gossamer
