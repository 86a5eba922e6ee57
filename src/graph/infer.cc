// See infer.h.
#include "graph/infer.h"

#include <algorithm>

#include "base/text.h"
#include "graph/macro.h"

namespace gossamer {
namespace {

// Folding may not be used to blow a small file up: all folded tensors together have a budget. What
// is beyond it is computed by run(), inside the planned arena.
constexpr uint64_t kFreeBytes = uint64_t{16} << 20;  // for models that store little
constexpr uint64_t kMinSteps = uint64_t{64} << 20;

// What folding may still produce, and how many steps (see Op::work) it may still take.
struct FoldBudget {
  uint64_t bytes = 0;
  double steps = 0;
};

// Enough for every weight to be rearranged a few times.
FoldBudget budget_for(const Graph& graph) {
  uint64_t stored = 0;
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    if (graph.value(id).constant != nullptr) stored += graph.value(id).constant->stored_bytes();
  }
  const uint64_t earned = 4 * stored;
  return {kFreeBytes + earned, static_cast<double>(std::max(kMinSteps, earned))};
}

// Whether the node may be evaluated now; takes its results off the budget if so. There has to be
// room as well for what is held meanwhile: copies of inputs that lie elsewhere, and scratch.
bool can_fold(const Graph& graph, const Node& node, const OpContext& context, FoldBudget& budget) {
  uint64_t held = 0;
  for (ValueId input : node.inputs) {
    if (input == kNone) continue;
    const auto& constant = graph.value(input).constant;
    if (constant == nullptr) return false;
    if (!constant->is_resident()) held += constant->bytes();
  }
  uint64_t output_bytes = 0;
  for (int i = 0; i < context.output_count(); ++i) {
    const auto& output = context.output(i);
    if (output.type == DataType::kUndefined) continue;
    output_bytes += checked_bytes(output.type, output.shape).value_or(SIZE_MAX / 4);
  }
  const double steps = node.op->work(context);
  if (output_bytes > budget.bytes || steps > budget.steps) return false;
  const auto scratch = node.op->scratch_bytes(context);
  if (scratch.is_ok()) held += *scratch;
  if (held > budget.bytes - output_bytes) return false;
  budget.bytes -= output_bytes;
  budget.steps -= steps;
  return true;
}

Status evaluate(Graph& graph, NodeId id, const OpContext& context) {
  std::vector<std::shared_ptr<const Constant>> kept;  // keeps the elements alive during the call
  std::vector<TensorView> inputs;
  for (ValueId input : graph.node(id).inputs) {
    if (input == kNone) {
      inputs.emplace_back();
      continue;
    }
    GOSSAMER_ASSIGN(auto resident, Constant::make_resident(graph.value(input).constant));
    inputs.push_back(resident->view());
    kept.push_back(std::move(resident));
  }
  std::vector<AlignedBuffer> buffers;
  std::vector<MutableTensorView> outputs;
  for (int i = 0; i < context.output_count(); ++i) {
    const auto& output = context.output(i);
    const auto elements = output.type == DataType::kUndefined ? 0 : output.shape.elements();
    GOSSAMER_ASSIGN(AlignedBuffer buffer, AlignedBuffer::allocate(static_cast<size_t>(elements) *
                                                                  data_type_size(output.type)));
    outputs.push_back({output.type, output.shape, buffer.data()});
    buffers.push_back(std::move(buffer));
  }
  const bool empty = std::ranges::all_of(
      outputs, [](const MutableTensorView& o) { return o.data == nullptr || o.elements() == 0; });
  if (!empty) {
    const Op& op = *graph.node(id).op;
    GOSSAMER_ASSIGN(const size_t scratch_bytes, op.scratch_bytes(context));
    GOSSAMER_ASSIGN(AlignedBuffer scratch, AlignedBuffer::allocate(scratch_bytes));
    GOSSAMER_TRY(op.evaluate({inputs, outputs, scratch.data()}));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const ValueId value = graph.node(id).outputs[i];
    if (value == kNone) continue;
    graph.value(value).constant =
        Constant::resident(outputs[i].type, outputs[i].shape, std::move(buffers[i]));
  }
  return Status::ok();
}

// One walk over a graph.
class Inference {
 public:
  Inference(Graph& graph, ValueId& unknown)
      : graph_(graph),
        unknown_(unknown),
        fold_budget_(budget_for(graph)),
        most_steps_(fold_budget_.steps) {}

  // The nodes from `first` on. Recurses as deep as graphs are nested, which the scan has limited.
  Status run(NodeId first) {
    for (NodeId id : graph_.topological_order(first)) {
      const std::string label = graph_.node_label(id);
      const auto op = graph_.node(id).op;  // which visiting may take out
      Status visited = op->macro() != nullptr ? expand(id, *op->macro()) : visit(id);
      if (visited.is_ok()) continue;
      return std::move(visited).at_node(label, op->type()).at_stage(Stage::kGraph);
    }
    return Status::ok();
  }

  // Of the steps that folding may take, those taken, with something for each node.
  double share() const {
    constexpr double kNodeSteps = 1000, kValueSteps = 200;
    const double walk = kNodeSteps * graph_.node_count() + kValueSteps * graph_.value_count();
    return (most_steps_ - fold_budget_.steps + known_bytes_ + walk) / most_steps_;
  }

 private:
  Status expand(NodeId id, const MacroOp& macro) {
    Expansion expansion(graph_, id, expansion_budget_, [this](NodeId first) { return run(first); });
    Status expanded = macro.expand(expansion);
    if (expansion.unknown() != kNone) unknown_ = expansion.unknown();
    return expanded;
  }

  Status visit(NodeId id) {
    if (reads_sequence(id)) return hand_on_sequence(id);
    OpContext context = operands_of(graph_, id);
    Status inferred = graph_.node(id).op->infer(context);
    if (!inferred.is_ok()) {
      const int input = context.unknown_input();
      if (input >= 0) unknown_ = graph_.node(id).inputs[static_cast<size_t>(input)];
      return inferred;
    }
    // Not out of what folding may take: where that is used up, a model goes on without it.
    known_bytes_ += context.known_bytes();
    if (known_bytes_ > most_steps_) return Status(Code::kLimit, Stage::kGraph, kTooMuchDecides);
    bool known = true;
    for (int i = 0; i < context.output_count(); ++i) {
      const ValueId output = graph_.node(id).outputs[static_cast<size_t>(i)];
      if (output == kNone) continue;
      GOSSAMER_TRY(check_size(context.output(i).type, context.output(i).shape));
      Value& value = graph_.value(output);
      value.type = context.output(i).type;
      value.shape = context.output(i).shape;
      value.constant = context.output(i).constant;
      known = known && value.constant != nullptr;
    }
    if (!known && can_fold(graph_, graph_.node(id), context, fold_budget_)) {
      GOSSAMER_TRY(evaluate(graph_, id, context));
      known = true;
    }
    if (known) graph_.remove_node(id);
    return Status::ok();
  }

  bool reads_sequence(NodeId id) const {
    return std::ranges::any_of(graph_.node(id).inputs, [this](ValueId input) {
      return input != kNone && graph_.value(input).sequence != nullptr;
    });
  }

  // An Identity is all that may read a sequence, beside macros.
  Status hand_on_sequence(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.op->type() != "Identity") {
      return Status(Code::kShape, Stage::kGraph, "an input is a sequence, which is no tensor");
    }
    graph_.value(node.outputs[0]).sequence = graph_.value(node.inputs[0]).sequence;
    graph_.remove_node(id);
    return Status::ok();
  }

  Graph& graph_;
  ValueId& unknown_;
  FoldBudget fold_budget_;
  double most_steps_;
  double known_bytes_ = 0;  // read by what they decide
  ExpansionBudget expansion_budget_;
};

// Sequences end with the walk, so they cannot be a model's output.
Status check_outputs(const Graph& graph) {
  for (ValueId output : graph.outputs()) {
    const Value& value = graph.value(output);
    if (value.sequence == nullptr) continue;
    return Status(Code::kUnsupported, Stage::kGraph, "the model's output is no tensor")
        .tensor(value.name)
        .got(concat("a sequence of ", value.sequence->size()));
  }
  return Status::ok();
}

}  // namespace

OpContext operands_of(const Graph& graph, NodeId id) {
  std::vector<OpContext::Operand> operands;
  for (ValueId input : graph.node(id).inputs) {
    OpContext::Operand operand;
    if (input != kNone) {
      const Value& value = graph.value(input);
      operand = {value.type, value.shape, value.constant, false};
    }
    operands.push_back(std::move(operand));
  }
  return {std::move(operands), graph.node(id).outputs.size()};
}

Status infer_and_fold(Graph& graph, ValueId* unknown, double* share) {
  ValueId ignored = kNone;
  ValueId& blocked = unknown != nullptr ? *unknown : ignored;
  blocked = kNone;
  Inference inference(graph, blocked);
  Status walked = inference.run(0);
  if (share != nullptr) *share += inference.share();
  GOSSAMER_TRY(std::move(walked));
  return check_outputs(graph);
}

}  // namespace gossamer
