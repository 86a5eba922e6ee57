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

std::shared_ptr<const Op> transpose(const EinsumOp::Axes& axes) {
  return std::make_shared<const TransposeOp>(
      std::vector<int>(axes.list.begin(), axes.list.begin() + axes.count));
}

// A value of this shape that is the other one reshaped.
Result<ValueId> reshaped(Graph& graph, ValueId from, const Shape& shape) {
  const std::string name = graph.value(from).name;
  const ValueId id = graph.add_value(name);
  graph.value(id).type = DataType::kFloat32;
  graph.value(id).shape = shape;
  GOSSAMER_TRY(add_reshape(graph, name, from, id));
  return id;
}

// The operand with its axes in this order, as matrices of this shape.
Result<ValueId> arrange(Graph& graph, ValueId operand, const EinsumOp::Axes& axes,
                        const Shape& matrices) {
  Shape moved;
  for (int i = 0; i < axes.count; ++i) {
    moved.push_back(graph.value(operand).shape[axes.list[static_cast<size_t>(i)]]);
  }
  const ValueId transposed =
      graph.insert_unary(transpose(axes), operand, DataType::kFloat32, moved);
  return reshaped(graph, transposed, matrices);
}

// The node becomes the product; its output comes from the last transpose.
Status split(Graph& graph, NodeId id, const EinsumOp::Product& p) {
  const int64_t batch = p.outer.elements(), rows = p.rows.elements(),
                columns = p.columns.elements();
  const ValueId operands[] = {graph.node(id).inputs[0], graph.node(id).inputs[1]};
  GOSSAMER_ASSIGN(const ValueId left,
                  arrange(graph, operands[0], p.left, Shape{batch, rows, p.terms}));
  GOSSAMER_ASSIGN(const ValueId right,
                  arrange(graph, operands[1], p.right, Shape{batch, p.terms, columns}));
  graph.set_input(id, 0, left);
  graph.set_input(id, 1, right);
  graph.set_op(id, std::make_shared<const MatMulOp>());
  const ValueId product = graph.add_value(graph.node_label(id));
  graph.value(product).type = DataType::kFloat32;
  graph.value(product).shape = Shape{batch, rows, columns};
  const ValueId output = graph.detach_output(id, 0, product);
  Shape apart = p.outer;
  for (const Shape* more : {&p.rows, &p.columns}) {
    for (const int64_t extent : *more) apart.push_back(extent);
  }
  GOSSAMER_ASSIGN(const ValueId parts, reshaped(graph, product, apart));
  graph.add_node({}, transpose(p.output), {parts}, {output});
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
    EinsumOp::Product product;
    if (!op->as_product(left.shape, right.shape, product)) continue;
    GOSSAMER_TRY(split(graph, id, product));
  }
  return Status::ok();
}

}  // namespace gossamer
