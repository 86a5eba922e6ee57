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
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "graph/infer.h"
#include "ops/cast.h"
#include "ops/conv.h"
#include "ops/conv_transpose.h"
#include "ops/elements.h"
#include "ops/gemm.h"
#include "ops/identity.h"
#include "ops/matmul_nbits.h"
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

bool is_product(const Graph& graph, NodeId id) {
  return graph.op_as<ConvOp>(id) != nullptr || graph.op_as<GemmOp>(id) != nullptr ||
         graph.op_as<MatMulOp>(id) != nullptr || graph.op_as<ConvTransposeOp>(id) != nullptr ||
         graph.op_as<MatMulNBitsOp>(id) != nullptr;
}

bool has_product(const Graph& graph) {
  for (NodeId id = 0; id < graph.node_count(); ++id) {
    if (is_product(graph, id) && gives_real(graph, id)) return true;
  }
  return false;
}

// What is left as it is, found before anything is converted.
class Exceptions {
 public:
  Exceptions(const Graph& graph, const std::vector<NodeId>& order)
      : graph_(graph),
        exact_(static_cast<size_t>(graph.node_count())),
        rounded_(static_cast<size_t>(graph.value_count())) {
    for (NodeId id : order) exact_[static_cast<size_t>(id)] = is_of_integers(id);
    for (auto id = order.rbegin(); id != order.rend(); ++id) {
      for (ValueId output : graph_.node(*id).outputs) {
        if (output == kNone) continue;
        if (is_real(graph_.value(output).type) && !keeps_digits(output)) {
          exact_[static_cast<size_t>(*id)] = false;
        }
        rounded_[static_cast<size_t>(output)] = becomes_whole(output);
      }
    }
  }

  // Float64 between whole numbers: made of integers and constants, and read for integers alone.
  // Nodes that were added since are no such.
  bool is_exact(NodeId id) const {
    return static_cast<size_t>(id) < exact_.size() && exact_[static_cast<size_t>(id)];
  }
  // A value in 16 bits that becomes whole numbers: its last digit may decide which.
  bool is_rounded(ValueId id) const {
    const DataType type = graph_.value(id).type;
    return (type == DataType::kFloat16 || type == DataType::kBfloat16) &&
           rounded_[static_cast<size_t>(id)];
  }

 private:
  bool is_of_integers(NodeId id) const {
    return !is_product(graph_, id) &&
           std::ranges::all_of(graph_.node(id).inputs, [&](ValueId input) {
             if (input == kNone || graph_.value(input).constant != nullptr) return true;
             const Value& value = graph_.value(input);
             if (!is_real(value.type)) return true;
             return value.type == DataType::kFloat64 && value.producer != kNone &&
                    exact_[static_cast<size_t>(value.producer)];
           });
  }
  bool keeps_digits(ValueId id) const {
    const Value& value = graph_.value(id);
    return value.type == DataType::kFloat64 && std::ranges::all_of(value.users, [&](NodeId user) {
             return exact_[static_cast<size_t>(user)];
           });
  }
  bool becomes_whole(ValueId id) const {
    return std::ranges::any_of(graph_.value(id).users, [&](NodeId user) {
      const Node& node = graph_.node(user);
      const std::string_view type = node.op->type();
      if (type == "Floor" || type == "Ceil" || type == "Round") return true;
      const bool casts = type == CastOp::kType || type == CastOp::kLikeType;
      if (casts && !gives_real(graph_, user)) return true;
      return (casts || node.op->is_view()) && node.inputs[0] == id &&
             rounded_[static_cast<size_t>(node.outputs[0])];
    });
  }

  const Graph& graph_;
  std::vector<bool> exact_;    // by node
  std::vector<bool> rounded_;  // by value
};

std::shared_ptr<const Op> cast_to(DataType type) {
  return std::make_shared<CastOp>(type);
}

// Within float32's finite numbers, and 0 only for 0: a mask of -1e300 hides and no more, where
// infinity would make NaN of it, and no epsilon vanishes.
float saturated(double value) {
  constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
  constexpr auto kLeast = static_cast<double>(std::numeric_limits<float>::min());
  if (value == 0 || !std::isfinite(value)) return static_cast<float>(value);
  return static_cast<float>(std::copysign(std::clamp(std::abs(value), kLeast, kMost), value));
}

// The constant in float32, converted whenever it is read; at once where float64 has numbers that
// float32 has not.
Result<std::shared_ptr<const Constant>> narrowed(const std::shared_ptr<const Constant>& constant) {
  auto lazy = Constant::as_float32(constant);
  if (constant->type() != DataType::kFloat64) return lazy;
  GOSSAMER_ASSIGN(const auto wide, Constant::make_resident(constant));
  const std::span values(wide->view().as<double>(), static_cast<size_t>(wide->shape().elements()));
  const bool fits = std::ranges::all_of(
      values, [](double value) { return saturated(value) == static_cast<float>(value); });
  if (fits) return lazy;
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(lazy->bytes()));
  std::ranges::transform(values, data.as<float>(), saturated);
  return Constant::resident(DataType::kFloat32, lazy->shape(), std::move(data));
}

// Lets nodes read a value of another type, and all that comes after the casts, as float32.
void widen(Graph& graph, ValueId id) {
  const ValueId widened = graph.insert_unary(cast_to(DataType::kFloat32), id, DataType::kFloat32,
                                             graph.value(id).shape);
  graph.replace_reads(id, widened, graph.value(widened).producer);
}

Status convert_constant(Graph& graph, ValueId id, const Exceptions& exceptions) {
  const Value& value = graph.value(id);
  if (!checked_bytes(DataType::kFloat32, value.shape).has_value()) {
    return Status(Code::kOom, Stage::kPasses, "a constant is too large in float32")
        .tensor(value.name)
        .got(value.shape.to_string());
  }
  const std::string name = value.name;  // the values are about to move
  GOSSAMER_ASSIGN(auto narrow, narrowed(value.constant));
  const ValueId converted = graph.add_constant(name, std::move(narrow));
  const std::vector<NodeId> users = graph.value(id).users;
  graph.replace_reads(id, converted);
  NodeId last = kNone;
  for (NodeId user : users) {
    if (user == last || !exceptions.is_exact(user)) continue;
    last = user;  // one that reads it often is listed as often
    for (size_t i = 0; i < graph.node(user).inputs.size(); ++i) {
      if (graph.node(user).inputs[i] == converted) graph.set_input(user, static_cast<int>(i), id);
    }
  }
  return Status::ok();
}

// What nodes read that none of them made.
Status convert_sources(Graph& graph, const Exceptions& exceptions) {
  const ValueId count = graph.value_count();
  for (ValueId id = 0; id < count; ++id) {
    const Value& value = graph.value(id);
    if (value.producer != kNone || value.users.empty() || !is_other_real(value.type)) continue;
    if (value.constant != nullptr) {
      GOSSAMER_TRY(convert_constant(graph, id, exceptions));
    } else {
      widen(graph, id);
    }
  }
  return Status::ok();
}

// A Cast or CastLike between floating types has nothing left to do, unless it rounds; one from
// integers gives float32.
void settle_cast(Graph& graph, NodeId id, const Exceptions& exceptions) {
  const bool like = graph.node(id).op->type() == CastOp::kLikeType;
  if (!like && graph.op_as<CastOp>(id) == nullptr) return;
  if (!gives_real(graph, id)) return;
  if (like) graph.set_input(id, 1, kNone);
  const ValueId output = graph.node(id).outputs[0];
  if (exceptions.is_rounded(output)) {
    graph.set_op(id, cast_to(graph.value(output).type));
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

Status convert_node(Graph& graph, NodeId id, const Exceptions& exceptions) {
  if (exceptions.is_exact(id)) return Status::ok();
  settle_cast(graph, id, exceptions);
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

Status compute_in_float32(Graph& graph) {
  if (!has_product(graph)) return Status::ok();
  bool all_float32 = true;
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    all_float32 = all_float32 && !is_other_real(graph.value(id).type);
  }
  if (all_float32) return Status::ok();
  const std::vector<NodeId> order = graph.topological_order();
  const Exceptions exceptions(graph, order);
  GOSSAMER_TRY(convert_sources(graph, exceptions));
  for (NodeId id : order) {
    Status converted = convert_node(graph, id, exceptions);
    if (converted.is_ok()) continue;
    return std::move(converted).at_node(graph.node_label(id), graph.node(id).op->type());
  }
  return Status::ok();
}

}  // namespace gossamer
