// See checks.h.
#include "ops/checks.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/text.h"

namespace gossamer {

Status shape_error(std::string_view message) {
  return Status(Code::kShape, Stage::kGraph, message);
}

Status attribute_error(std::string_view attribute, std::string_view message) {
  return Status(Code::kAttribute, Stage::kGraph, message).attribute(attribute);
}

Status unsupported(std::string_view message) {
  return Status(Code::kUnsupported, Stage::kGraph, message);
}

Status require_inputs(const OpContext& context, int count) {
  for (int i = 0; i < count; ++i) {
    if (context.has_input(i)) continue;
    return Status(Code::kGraph, Stage::kGraph, concat("required input ", i, " is absent"));
  }
  return Status::ok();
}

Status require_type(const OpContext& context, int i, std::initializer_list<DataType> allowed) {
  if (!context.has_input(i)) return Status::ok();
  std::string names;
  for (DataType type : allowed) {
    if (context.type(i) == type) return Status::ok();
    names += concat(names.empty() ? "" : " or ", data_type_name(type));
  }
  return unsupported(concat("element type of input ", i, " is not supported"))
      .got(data_type_name(context.type(i)))
      .expected(names);
}

Status require_floats(const OpContext& context) {
  for (int i = 0; i < context.input_count(); ++i) {
    GOSSAMER_TRY(require_type(context, i, {DataType::kFloat32}));
  }
  return Status::ok();
}

Status require_fixed_size(const OpContext& context, int i) {
  if (data_type_size(context.type(i)) != 0) return Status::ok();
  return unsupported(concat("element type of input ", i, " is not supported"))
      .got(data_type_name(context.type(i)))
      .expected("a type of fixed size");
}

Status require_same_type(const OpContext& context, int i, int j) {
  if (context.type(i) == context.type(j)) return Status::ok();
  return shape_error(concat("inputs ", i, " and ", j, " differ in element type"))
      .got(concat(data_type_name(context.type(i)), " and ", data_type_name(context.type(j))))
      .expected("the same type");
}

Status require_shape(const OpContext& context, int i, const Shape& expected,
                     std::string_view meaning) {
  if (context.shape(i) == expected) return Status::ok();
  return shape_error(concat("input ", i, " must hold ", meaning))
      .got(context.shape(i).to_string())
      .expected(expected.to_string());
}

Status require_rank(const OpContext& context, int i, int low, int high) {
  const int rank = context.shape(i).rank();
  if (rank >= low && rank <= high) return Status::ok();
  return shape_error(concat("input ", i, " has the wrong rank"))
      .got(context.shape(i).to_string())
      .expected(low == high ? concat("rank ", low) : concat("rank ", low, " to ", high));
}

Result<int> normalise_axis(int64_t axis, int rank, std::string_view attribute) {
  if (axis >= -rank && axis < rank) return static_cast<int>(axis < 0 ? axis + rank : axis);
  Status error = attribute_error(attribute, "axis lies outside the tensor").got(concat(axis));
  return std::move(error).expected(rank == 0 ? "no axis, for a scalar"
                                             : concat(-rank, " to ", rank - 1));
}

Result<AxisSet> normalise_axes(std::span<const int64_t> axes, int rank,
                               std::string_view attribute) {
  AxisSet set;
  for (int64_t axis : axes) {
    GOSSAMER_ASSIGN(const int index, normalise_axis(axis, rank, attribute));
    if (set.contains[index]) {
      return attribute_error(attribute, "axis is named twice").got(concat(axis));
    }
    set.contains[index] = true;
    ++set.count;
  }
  return set;
}

Result<Shape> make_shape(const std::vector<int64_t>& dims) {
  if (dims.size() > static_cast<size_t>(Shape::kMaxRank)) {
    return unsupported("tensor has too many dimensions")
        .got(concat(dims.size()))
        .expected(concat("at most ", Shape::kMaxRank));
  }
  return Shape(dims);
}

Status set_output(OpContext& context, int i, DataType type, const Shape& shape) {
  const auto elements = shape.checked_elements();
  const auto limit = PTRDIFF_MAX / static_cast<int64_t>(std::max<size_t>(1, data_type_size(type)));
  if (!elements || *elements > limit) {
    return shape_error(concat("output ", i, " is too large to address"))
        .got(shape.to_string())
        .expected(concat("at most ", limit, " elements"));
  }
  context.set_output(i, type, shape);
  return Status::ok();
}

Result<std::shared_ptr<const Constant>> make_int64_constant(const Shape& shape,
                                                            const std::vector<int64_t>& values) {
  return Constant::copy_of({DataType::kInt64, shape, values.data()});
}

void copy_elements(const TensorView& from, const MutableTensorView& to) {
  if (to.bytes() > 0 && from.data != to.data) std::memcpy(to.data, from.data, to.bytes());
}

}  // namespace gossamer
