// What every operator asks of its operands while shapes are inferred: presence, element types,
// ranks, axes, and outputs that fit in memory. Each check returns the finished error (code, what
// was got, what is expected), so that shape rules read as plain lists of requirements. The caller
// of infer() adds the node's label.
#ifndef GOSSAMER_OPS_CHECKS_H_
#define GOSSAMER_OPS_CHECKS_H_

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/attributes.h"
#include "graph/op.h"
#include "graph/op_table.h"

namespace gossamer {

using OpResult = Result<std::shared_ptr<const Op>>;

// What a maker returns.
template <typename T, typename... Args>
OpResult make_op(Args&&... args) {
  return std::shared_ptr<const Op>(std::make_shared<const T>(std::forward<Args>(args)...));
}

Status shape_error(std::string_view message);
Status attribute_error(std::string_view attribute, std::string_view message);
Status unsupported(std::string_view message);

// Inputs 0 .. count-1 are there. Errors: GRAPH.
Status require_inputs(const OpContext& context, int count);
// Input i, when present, has one of the types. Errors: UNSUPPORTED.
Status require_type(const OpContext& context, int i, std::initializer_list<DataType> allowed);
// All inputs that are present hold float32. Errors: UNSUPPORTED.
Status require_floats(const OpContext& context);
// Input i has elements of a fixed size, which can be moved without being understood. Errors:
// UNSUPPORTED.
Status require_fixed_size(const OpContext& context, int i);
// Inputs i and j hold the same type. Errors: SHAPE.
Status require_same_type(const OpContext& context, int i, int j);
// Input i has exactly this shape; `meaning` explains it: "one value per channel". Errors: SHAPE.
Status require_shape(const OpContext& context, int i, const Shape& expected,
                     std::string_view meaning);
// Input i has low <= rank <= high. Errors: SHAPE.
Status require_rank(const OpContext& context, int i, int low, int high);

// `axis`, counted from the end when negative, as 0 .. rank-1. Errors: ATTRIBUTE.
Result<int> normalise_axis(int64_t axis, int rank, std::string_view attribute = "axis");
// A set of axes as flags. Errors: ATTRIBUTE, also when one is named twice.
struct AxisSet {
  bool contains[Shape::kMaxRank] = {};
  int count = 0;
};
Result<AxisSet> normalise_axes(std::span<const int64_t> axes, int rank,
                               std::string_view attribute = "axes");

// Builds a shape from a list. Errors: UNSUPPORTED for ranks this runtime cannot hold.
Result<Shape> make_shape(const std::vector<int64_t>& dims);
// States output i. Errors: SHAPE when its size overflows.
Status set_output(OpContext& context, int i, DataType type, const Shape& shape);

// A list of integers as a constant of type int64 with the given shape, for outputs that follow from
// shapes. Errors: OOM.
Result<std::shared_ptr<const Constant>> make_int64_constant(const Shape& shape,
                                                            const std::vector<int64_t>& values);

// Copies the bytes of one dense tensor to another of the same size; they may be the same memory.
void copy_elements(const TensorView& from, const MutableTensorView& to);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CHECKS_H_
