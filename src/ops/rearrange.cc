// See rearrange.h.
#include "ops/rearrange.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "ops/elements.h"
#include "ops/lowering.h"

namespace gossamer {
namespace {

int64_t read_block_size(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  if (!attributes.has("blocksize")) attributes.fail("blocksize", "attribute is missing");
  return attributes.get_int("blocksize", 1, 1, INT32_MAX);
}

}  // namespace

OpResult make_depth_to_space(AttributeReader& attributes) {
  static constexpr std::string_view kModes[] = {"DCR", "CRD"};
  constexpr int kModesAppear = 11;
  const int64_t size = read_block_size(attributes);
  int mode = 0;
  if (attributes.opset() >= kModesAppear) mode = attributes.get_choice("mode", kModes, 0);
  return make_op<BlockOp>(
      mode == 0 ? BlockOp::Kind::kDepthColumnRow : BlockOp::Kind::kColumnRowDepth, size);
}

OpResult make_space_to_depth(AttributeReader& attributes) {
  return make_op<BlockOp>(BlockOp::Kind::kSpaceToDepth, read_block_size(attributes));
}

OpResult make_reverse_sequence(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  const int64_t batch = attributes.get_int("batch_axis", 1, 0, 1);
  const int64_t time = attributes.get_int("time_axis", 0, 0, 1);
  if (batch == time) attributes.fail("time_axis", "attribute names the axis of the batch");
  return make_op<ReverseSequenceOp>(time == 0);
}

OpResult make_trilu(AttributeReader& attributes) {
  attributes.expect_inputs(1, 2);
  attributes.expect_outputs(1);
  return make_op<TriluOp>(attributes.get_bool("upper", true));
}

Status BlockOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_rank(context, 0, 4, 4));
  Shape shape = context.shape(0);
  int64_t& channels = shape[axes_[1]];
  const bool to_depth = kind_ == Kind::kSpaceToDepth;
  const int64_t pixels = size_ * size_;  // at most 2^62
  bool fits = to_depth || channels % pixels == 0;
  for (const int axis : {axes_[2], axes_[3]}) {
    fits = fits && (!to_depth || shape[axis] % size_ == 0);
    if (to_depth) {
      shape[axis] /= size_;
    } else if (__builtin_mul_overflow(shape[axis], size_, &shape[axis])) {
      return shape_error("the new extent overflows");
    }
  }
  if (!fits) {
    return attribute_error("blocksize", "the input does not consist of whole blocks")
        .got(concat(context.shape(0).to_string(), " in blocks of ", size_));
  }
  if (!to_depth) {
    channels /= pixels;
  } else if (__builtin_mul_overflow(channels, pixels, &channels)) {
    return shape_error("the new extent overflows");
  }
  return set_output(context, 0, context.type(0), shape);
}

BlockOp::Parts BlockOp::parts(const Shape& x) const {
  const Strides dense = dense_strides(x);
  const auto stride = [&](int axis) { return dense[static_cast<size_t>(axis)]; };
  Parts parts;
  const auto add = [&](int64_t extent, int64_t step) {
    parts.strides[static_cast<size_t>(parts.shape.rank())] = step;
    parts.shape.push_back(extent);
  };
  const auto [n, c, h, w] = axes_;
  const int64_t inner = x[c] / (size_ * size_);  // channels of DepthToSpace's output
  for (int axis = 0; axis < x.rank(); ++axis) {
    const bool spatial = axis == h || axis == w;
    if (kind_ == Kind::kSpaceToDepth && axis == c) {
      add(size_, stride(h));
      add(size_, stride(w));
      add(x[c], stride(c));
    } else if (kind_ == Kind::kSpaceToDepth && spatial) {
      add(x[axis] / size_, size_ * stride(axis));
    } else if (axis == c) {
      add(inner, (kind_ == Kind::kDepthColumnRow ? 1 : size_ * size_) * stride(c));
    } else if (spatial) {
      const int64_t within = kind_ == Kind::kDepthColumnRow ? inner : 1;
      add(x[axis], stride(axis));
      add(size_, (axis == h ? size_ : 1) * within * stride(c));
    } else {
      add(x[n], stride(n));
    }
  }
  return parts;
}

Status BlockOp::evaluate(const EvaluateArgs& args) const {
  const auto [shape, strides] = parts(args.inputs[0].shape);
  const MutableTensorView& y = args.outputs[0];
  copy_strided(args.inputs[0], StridedWalk<1>(shape, {strides}), 0, {y.type, shape, y.data});
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> BlockOp::lower(OpContext& context) const {
  const auto [shape, strides] = parts(context.shape(0));
  return make_strided_copy(context, 0, shape, strides, 0);
}

std::shared_ptr<const Op> BlockOp::permuted(std::span<const int> perm) const {
  if (perm.size() != axes_.size()) return nullptr;
  Axes axes{};
  for (size_t i = 0; i < axes.size(); ++i) {
    axes[i] = static_cast<int>(std::ranges::find(perm, axes_[i]) - perm.begin());
  }
  return std::make_shared<BlockOp>(kind_, size_, axes);
}

Status ReverseSequenceOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_rank(context, 0, 2, Shape::kMaxRank));
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt64}));
  const Shape batch{context.shape(0)[time_first_ ? 1 : 0]};
  GOSSAMER_TRY(require_shape(context, 1, batch, "a length for each sequence"));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status ReverseSequenceOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const auto* lengths = args.inputs[1].as<int64_t>();
  if (x.elements() == 0) return Status::ok();
  size_t block = data_type_size(x.type);
  for (int k = 2; k < x.shape.rank(); ++k) block *= static_cast<size_t>(x.shape[k]);
  const int64_t time = x.shape[time_first_ ? 0 : 1];
  const int64_t batch = x.shape[time_first_ ? 1 : 0];
  const auto at = [&](int64_t b, int64_t t) {
    return static_cast<size_t>(time_first_ ? t * batch + b : b * time + t) * block;
  };
  for (int64_t b = 0; b < batch; ++b) {
    const int64_t length = lengths[b];
    if (length < 0 || length > time) {
      return Status(Code::kIndex, Stage::kRun, "a sequence is longer than the tensor")
          .got(concat(length))
          .expected(concat("0 to ", time));
    }
    for (int64_t t = 0; t < time; ++t) {
      const int64_t source = t < length ? length - 1 - t : t;
      std::memcpy(args.outputs[0].as<std::byte>() + at(b, t), x.as<std::byte>() + at(b, source),
                  block);
    }
  }
  return Status::ok();
}

Status TriluOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(require_fixed_size(context, 0));
  GOSSAMER_TRY(require_rank(context, 0, 2, Shape::kMaxRank));
  GOSSAMER_TRY(require_type(context, 1, {DataType::kInt64}));
  if (context.has_input(1) && context.shape(1).elements() != 1) {
    return shape_error("the diagonal must be a single number").got(context.shape(1).to_string());
  }
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status TriluOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  if (y.elements() == 0) return Status::ok();
  const int64_t rows = x.shape[x.shape.rank() - 2];
  const int64_t columns = x.shape[x.shape.rank() - 1];
  int64_t k = 0;
  if (args.inputs.size() > 1 && args.inputs[1].type != DataType::kUndefined) {
    k = std::clamp(args.inputs[1].as<int64_t>()[0], -rows, columns);
  }
  const size_t size = data_type_size(x.type);
  const int64_t all_rows = x.elements() / columns;
  for (int64_t row = 0; row < all_rows; ++row) {
    // The upper triangle begins at column row + k, the lower ends with it.
    const int64_t split = std::clamp<int64_t>(row % rows + k + (upper_ ? 0 : 1), 0, columns);
    const int64_t begin = upper_ ? split : 0;
    const int64_t end = upper_ ? columns : split;
    auto* target = y.as<std::byte>() + static_cast<size_t>(row * columns) * size;
    std::memset(target, 0, static_cast<size_t>(columns) * size);
    const auto offset = static_cast<size_t>(begin) * size;
    std::memcpy(target + offset,
                x.as<std::byte>() + static_cast<size_t>(row * columns) * size + offset,
                static_cast<size_t>(end - begin) * size);
  }
  return Status::ok();
}

}  // namespace gossamer
