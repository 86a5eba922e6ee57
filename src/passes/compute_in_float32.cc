// A network with a convolution or a matrix product computes in float32, whatever floating types it
// states; a graph without either is left as it is and runs in its own types.
//
//   x: float16 -> Conv(w: float16) -> Cast(float32) -> Softmax -> Cast(float16) -> y: float16
//     => x: float16 -> Cast(float32) -> Conv(w: float32) -> Softmax -> Cast(float16) -> y: float16
//
// Kernels exist for float32 alone, and float16 is a way to halve a download, not to compute: what
// is between the casts is at least as exact as stated, and nothing overflows at 65504. A cast to 16
// bits that rounds what becomes whole numbers stays. float64 loses digits that no class depends on;
// constants beyond float32 become its largest or smallest numbers, and what is computed between
// whole numbers stays in float64. Integers that follow from shapes were computed before, exactly.
// Inputs and outputs keep their types, and weights stay in the file: they are converted when they
// are read.
#include "base/text.h"
#include "graph/infer.h"
#include "ops/cast.h"
#include "ops/conv.h"
#include "ops/conv_transpose.h"
#include "ops/elements.h"
#include "ops/gemm.h"
#include "ops/identity.h"
#include "ops/matmul_nbits.h"
#include "passes/float64.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

bool is_other_real(DataType type) {
  return is_real(type) && type != DataType::kFloat32;
}

// Whether output 0 of the node is a floating-point value.
bool gives_real(const Graph& graph, NodeId id) {
  const ValueId output = graph.node(id).outputs[0];
  return output != kNone && is_real(graph.value(output).type);
}

bool has_product(const Graph& graph) {
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (is_product(graph, id) && gives_real(graph, id)) return true;
  }
  return false;
}

std::shared_ptr<const Op> cast_to(DataType type) {
  return std::make_shared<CastOp>(type);
}

// By value: whether it becomes whole numbers, so that its last digit may decide which.
std::vector<bool> find_rounded(const Graph& graph, const std::vector<NodeId>& order) {
  std::vector<bool> rounded(static_cast<size_t>(graph.value_count()));
  for (auto id = order.rbegin(); id != order.rend(); ++id) {
    const Node& node = graph.node(*id);
    const std::string_view type = node.op->type();
    const bool casts = type == CastOp::kType || type == CastOp::kLikeType;
    bool whole = type == "Floor" || type == "Ceil" || type == "Round";
    if (casts) whole = !gives_real(graph, *id);
    if (casts || node.op->is_view()) whole |= rounded[static_cast<size_t>(node.outputs[0])];
    if (whole) rounded[static_cast<size_t>(node.inputs[0])] = true;
  }
  return rounded;
}

// Lets nodes read a value of another type, and all that comes after the casts, as float32.
void widen(Graph& graph, ValueId id) {
  const ValueId widened = graph.insert_unary(cast_to(DataType::kFloat32), id, DataType::kFloat32,
                                             graph.value(id).shape);
  graph.replace_reads(id, widened, graph.value(widened).producer);
}

Status convert_constant(Graph& graph, ValueId id) {
  const Value& value = graph.value(id);
  if (!checked_bytes(DataType::kFloat32, value.shape).has_value()) {
    return Status(Code::kOom, Stage::kPasses, "a constant is too large in float32")
        .tensor(value.name)
        .got(value.shape.to_string());
  }
  const std::string name = value.name;  // the values are about to move
  graph.replace_reads(id, graph.add_constant(name, Constant::as_float32(value.constant)));
  return Status::ok();
}

// What nodes read that none of them made. Constants of float64 are settled already.
Status convert_sources(Graph& graph) {
  const ValueId count = graph.value_count();
  for (ValueId id = 0; id < count; ++id) {
    const Value& value = graph.value(id);
    if (value.producer != kNone || value.users.empty() || !is_other_real(value.type)) continue;
    if (value.constant == nullptr) {
      widen(graph, id);
    } else if (value.type != DataType::kFloat64) {
      GOSSAMER_TRY(convert_constant(graph, id));
    }
  }
  return Status::ok();
}

// A Cast or CastLike between floating types has nothing left to do, unless it rounds; one from
// integers gives float32.
void settle_cast(Graph& graph, NodeId id, const std::vector<bool>& rounded) {
  const bool like = graph.node(id).op->type() == CastOp::kLikeType;
  if (!like && graph.op_as<CastOp>(id) == nullptr) return;
  if (!gives_real(graph, id)) return;
  if (like) graph.set_input(id, 1, kNone);
  const ValueId output = graph.node(id).outputs[0];
  const DataType to = graph.value(output).type;
  if (data_type_size(to) == 2 && rounded[static_cast<size_t>(output)]) {
    graph.set_op(id, cast_to(to));
    return;
  }
  const bool vanishes = graph.value(graph.node(id).inputs[0]).type == DataType::kFloat32;
  graph.set_op(id, vanishes ? std::shared_ptr<const Op>(std::make_shared<IdentityOp>())
                            : cast_to(DataType::kFloat32));
}

// An output that the node now gives in float32.
void convert_output(Graph& graph, NodeId id, int index) {
  const ValueId stated = graph.node(id).outputs[static_cast<size_t>(index)];
  const DataType type = graph.value(stated).type;
  if (!graph.is_output(stated)) {
    graph.value(stated).type = DataType::kFloat32;
    return;
  }
  const ValueId computed = graph.add_value(concat(graph.value(stated).name, "/float32"));
  graph.value(computed).type = DataType::kFloat32;
  graph.value(computed).shape = graph.value(stated).shape;
  graph.replace_reads(stated, computed);
  graph.detach_output(id, index, computed);
  graph.add_node(concat(graph.value(stated).name, "/Cast"), cast_to(type), {computed}, {stated});
}

Status convert_node(Graph& graph, NodeId id, const std::vector<bool>& rounded) {
  settle_cast(graph, id, rounded);
  OpContext context = operands_of(graph, id);
  GOSSAMER_TRY(graph.node(id).op->infer(context));
  for (int i = 0; i < context.output_count(); ++i) {
    const ValueId output = graph.node(id).outputs[static_cast<size_t>(i)];
    if (output == kNone || !is_other_real(graph.value(output).type)) continue;
    if (context.output(i).type == DataType::kFloat32) {
      convert_output(graph, id, i);
    } else {
      widen(graph, output);  // the operator states the type itself, as ConstantOfShape does
    }
  }
  return Status::ok();
}

}  // namespace

bool is_product(const Graph& graph, NodeId id) {
  return graph.op_as<ConvOp>(id) != nullptr || graph.op_as<GemmOp>(id) != nullptr ||
         graph.op_as<MatMulOp>(id) != nullptr || graph.op_as<ConvTransposeOp>(id) != nullptr ||
         graph.op_as<MatMulNBitsOp>(id) != nullptr;
}

Status compute_in_float32(Graph& graph) {
  if (!has_product(graph)) return Status::ok();
  bool all_float32 = true, any_float64 = false;
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    all_float32 = all_float32 && !is_other_real(graph.value(id).type);
    any_float64 = any_float64 || graph.value(id).type == DataType::kFloat64;
  }
  if (all_float32) return Status::ok();
  const std::vector<NodeId> order = graph.topological_order();
  std::vector<bool> exact(static_cast<size_t>(graph.node_count()));
  if (any_float64) {
    GOSSAMER_ASSIGN(exact, settle_float64(graph, order));
  }
  const std::vector<bool> rounded = find_rounded(graph, order);
  GOSSAMER_TRY(convert_sources(graph));
  for (NodeId id : order) {
    if (exact[static_cast<size_t>(id)]) continue;
    Status converted = convert_node(graph, id, rounded);
    if (converted.is_ok()) continue;
    return std::move(converted).at_node(graph.node_label(id), graph.node(id).op->type());
  }
  return Status::ok();
}

}  // namespace gossamer
