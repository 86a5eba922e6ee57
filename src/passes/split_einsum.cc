// Einsum of two operands becomes a product of matrices, with the transposes and reshapes that it
// takes, which other passes find to be none, or move elsewhere:
//
//   bhqd,bhkd->bhqk  =>  MatMul(q, Transpose(k))
//
// The product has kernels; the sum as it is written has the reference alone.
#include "ops/einsum.h"
#include "ops/gemm.h"
#include "ops/transpose.h"
#include "passes/passes.h"
#include "passes/reshapes.h"

namespace gossamer {
namespace {

Shape joined(const Shape& outer, const Shape& rows, const Shape& columns) {
  Shape shape = outer;
  for (const Shape* more : {&rows, &columns}) {
    for (const int64_t extent : *more) shape.push_back(extent);
  }
  return shape;
}

// A value of this shape, to be made.
ValueId add_float(Graph& graph, const std::string& name, const Shape& shape) {
  const ValueId id = graph.add_value(name);
  graph.value(id).type = DataType::kFloat32;
  graph.value(id).shape = shape;
  return id;
}

// The operand with its axes in this order, as matrices of this shape.
Result<ValueId> arrange(Graph& graph, ValueId operand, const std::vector<int>& order,
                        const Shape& matrices) {
  Shape moved;
  for (const int axis : order) moved.push_back(graph.value(operand).shape[axis]);
  const ValueId transposed = graph.insert_unary(std::make_shared<const TransposeOp>(order), operand,
                                                DataType::kFloat32, moved);
  const std::string name = graph.value(transposed).name;
  const ValueId result = add_float(graph, name + "/matrices", matrices);
  GOSSAMER_TRY(add_reshape(graph, name, transposed, result));
  return result;
}

Status split(Graph& graph, NodeId id, const EinsumOp::Product& p) {
  const std::string name = graph.node_label(id);
  const int64_t batch = p.outer.elements(), rows = p.rows.elements(),
                columns = p.columns.elements();
  const std::vector<ValueId> inputs = graph.node(id).inputs;
  GOSSAMER_ASSIGN(const ValueId left,
                  arrange(graph, inputs[0], p.left, Shape{batch, rows, p.terms}));
  GOSSAMER_ASSIGN(const ValueId right,
                  arrange(graph, inputs[1], p.right, Shape{batch, p.terms, columns}));
  const ValueId product = add_float(graph, name + "/product", Shape{batch, rows, columns});
  const ValueId apart = add_float(graph, name + "/apart", joined(p.outer, p.rows, p.columns));
  const ValueId output = graph.detach_output(id, 0, kNone);
  graph.remove_node(id);
  graph.add_node(name, std::make_shared<const MatMulOp>(), {left, right}, {product});
  GOSSAMER_TRY(add_reshape(graph, name, product, apart));
  graph.add_node(name + "/Transpose", std::make_shared<const TransposeOp>(p.output), {apart},
                 {output});
  return Status::ok();
}

}  // namespace

Status split_einsum(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const auto* op = graph.op_as<EinsumOp>(id);
    const std::vector<ValueId>& inputs = graph.node(id).inputs;
    if (op == nullptr || inputs.size() != EinsumOp::kMaxOperands) continue;
    const Value& left = graph.value(inputs[0]);
    const Value& right = graph.value(inputs[1]);
    if (left.type != DataType::kFloat32 || right.type != DataType::kFloat32) continue;
    if (graph.value(graph.node(id).outputs[0]).shape.elements() == 0) continue;
    const auto product = op->as_product(left.shape, right.shape);
    if (product) GOSSAMER_TRY(split(graph, id, *product));
  }
  return Status::ok();
}

}  // namespace gossamer
