// See reshapes.h.
#include "passes/reshapes.h"

#include "ops/reshape.h"

namespace gossamer {
namespace {

std::shared_ptr<const Op> reshape() {
  return std::make_shared<const ReshapeOp>(/*allow_zero=*/true);
}

// The operand that names the shape.
Result<ValueId> add_extents(Graph& graph, const std::string& name, const Shape& shape) {
  GOSSAMER_ASSIGN(auto extents,
                  Constant::copy_of({DataType::kInt64, Shape{shape.rank()}, shape.dims().data()}));
  return graph.add_constant(name + "/shape", std::move(extents));
}

}  // namespace

Status become_reshape(Graph& graph, NodeId id) {
  const Shape shape = graph.value(graph.node(id).outputs[0]).shape;
  GOSSAMER_ASSIGN(const ValueId extents, add_extents(graph, graph.node_label(id), shape));
  graph.set_op(id, reshape());
  graph.set_input(id, 1, extents);
  return Status::ok();
}

Status add_reshape(Graph& graph, const std::string& name, ValueId input, ValueId output) {
  const Shape shape = graph.value(output).shape;
  GOSSAMER_ASSIGN(const ValueId extents, add_extents(graph, name, shape));
  graph.add_node(name + "/Reshape", reshape(), {input, extents}, {output});
  return Status::ok();
}

}  // namespace gossamer
