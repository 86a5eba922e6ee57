// Making a plan: lower each node, decide which values share storage, lay the storage out.
#include "plan/plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/aligned_buffer.h"
#include "base/text.h"
#include "base/threads_exist.h"
#include "graph/infer.h"
#include "ops/matmul_nbits.h"
#include "plan/memory_planner.h"

namespace gossamer {
namespace {

constexpr double kMostWork = 1e18;  // that is stated: an operator may ask for more

size_t bytes_of(const Value& value) {
  return static_cast<size_t>(value.shape.elements()) * data_type_size(value.type);
}

Status budget(std::string_view message, uint64_t got, uint64_t allowed, std::string_view unit) {
  return Status(Code::kBudget, Stage::kPlan, message)
      .got(concat(got, unit))
      .expected(concat("at most ", allowed, unit));
}

// Bytes of the tensors that a kernel reads and writes, and of its weights.
double bytes_moved(const OpContext& context, const Kernel& kernel) {
  auto bytes = static_cast<double>(kernel.weight_bytes());
  const auto count = [&](const OpContext::Operand& operand) {
    if (operand.type == DataType::kUndefined || operand.absorbed) return;
    bytes += static_cast<double>(operand.shape.elements()) *
             static_cast<double>(data_type_size(operand.type));
  };
  for (int i = 0; i < context.input_count(); ++i) count(context.input(i));
  for (int i = 0; i < context.output_count(); ++i) count(context.output(i));
  return bytes;
}

// Settles how threads share a step. They take several times more chunks than there are threads, so
// that all end at about the same time, but none so small that taking it costs more than a little.
void share(Step& step, double cost, const PlanOptions& options) {
  constexpr double kChunksEach = 8;
  const auto items = static_cast<double>(step.kernel->items());
  const double most = std::min({cost / options.least_share, items, double(options.threads)});
  if (!(most >= 2)) return;
  step.threads = static_cast<int>(most);
  const double chunks =
      std::min(kChunksEach * step.threads, std::max(8 * cost / options.least_share, 1.0));
  step.grain = std::max<int64_t>(1, static_cast<int64_t>(items / chunks));
}

class Planner {
 public:
  Planner(const Graph& graph, const PlanOptions& options) : graph_(graph), options_(options) {
    storage_.resize(static_cast<size_t>(graph.value_count()), kNone);
  }

  Result<std::shared_ptr<const Plan>> run() {
    for (ValueId input : graph_.inputs()) set_storage(input, input);
    for (NodeId id : graph_.topological_order()) {
      Status lowered = lower(id);
      if (lowered.is_ok()) continue;
      return std::move(lowered)
          .at_node(graph_.node_label(id), graph_.node(id).op->type())
          .at_stage(Stage::kPlan);
    }
    measure_lifetimes();
    share_in_place();
    GOSSAMER_TRY(lay_out());
    GOSSAMER_TRY(locate());
    return std::shared_ptr<const Plan>(std::move(plan_));
  }

 private:
  void set_storage(ValueId id, ValueId owner) { storage_[static_cast<size_t>(id)] = owner; }
  // The value whose bytes this one uses: the end of a chain that merge() makes longer and this
  // shortens.
  ValueId storage_of(ValueId id) {
    auto owner_of = [&](ValueId value) -> ValueId& { return storage_[static_cast<size_t>(value)]; };
    if (owner_of(id) == kNone) return kNone;
    while (owner_of(id) != id) {
      owner_of(id) = owner_of(owner_of(id));
      id = owner_of(id);
    }
    return id;
  }
  Lifetime& life_of(ValueId id) { return lifetimes_[static_cast<size_t>(storage_of(id))]; }

  Status lower(NodeId id) {
    const Node& node = graph_.node(id);
    // A view's output is its input under another shape: no step.
    if (node.op->is_view() && graph_.value(node.inputs[0]).constant == nullptr) {
      set_storage(node.outputs[0], storage_of(node.inputs[0]));
      return Status::ok();
    }
    OpContext context = operands_of(graph_, id);
    bool empty = true;  // nothing to compute, however large the other extents are
    for (size_t i = 0; i < node.outputs.size(); ++i) {
      if (node.outputs[i] == kNone) continue;
      const Value& output = graph_.value(node.outputs[i]);
      context.set_output(static_cast<int>(i), output.type, output.shape);
      set_storage(node.outputs[i], node.outputs[i]);
      empty = empty && output.shape.elements() == 0;
    }
    if (empty) return Status::ok();
    // All that can be known is asked before a kernel packs weights or makes tables for these
    // shapes.
    const double asked = node.op->work(context);
    work_ += asked;
    uint64_t needed = largest_operand(context);
    if (const auto* nbits = op_cast<MatMulNBitsOp>(node.op.get())) {
      needed = std::max(needed, static_cast<uint64_t>(std::min(nbits->packing_bytes(), kMostWork)));
    }
    GOSSAMER_TRY(check_budget(plan_->memory.weight_bytes + needed));
    context.set_max_weight_bytes(
        options_.small_weights ? 0 : options_.max_memory_bytes - plan_->memory.weight_bytes);
    context.set_threads(options_.threads);
    GOSSAMER_ASSIGN(auto kernel, node.op->lower(context));
    const double work = std::max(static_cast<double>(kernel->multiply_adds()), asked);
    Step step;
    step.op = node.op;
    step.info = {.node = graph_.node_label(id),
                 .op = std::string(node.op->type()),
                 .kernel = std::string(kernel->name()),
                 .output_shape = context.output(0).shape.to_string(),
                 .multiply_adds = kernel->multiply_adds(),
                 .work = static_cast<uint64_t>(std::min(work, kMostWork)),
                 .weight_bytes = kernel->weight_bytes()};
    plan_->memory.weight_bytes += kernel->weight_bytes();
    work_ += work - asked;
    step.kernel = std::move(kernel);
    if (threads_exist())
      share(step, step.kernel->cost(bytes_moved(context, *step.kernel)), options_);
    step.info.threads = step.threads;
    uint64_t copies = 0;
    for (int i = 0; i < context.input_count(); ++i) {
      absorbed_.push_back(context.input(i).absorbed);
      if (context.input(i).absorbed) copies += copies_to_come(id, i);
    }
    plan_->steps.push_back(std::move(step));
    nodes_.push_back(id);
    return check_budget(plan_->memory.weight_bytes + copies);
  }

  // A constant that this node has packed, and others like it will: what they will hold at least.
  uint64_t copies_to_come(NodeId id, int input) {
    const Node& node = graph_.node(id);
    const Value& value = graph_.value(node.inputs[static_cast<size_t>(input)]);
    if (value.users.size() < 2 || !packed_.insert(value.constant.get()).second) {
      return 0;
    }
    const auto others = std::ranges::count_if(value.users, [&](NodeId user) {
      return user != id && graph_.node(user).op->type() == node.op->type();
    });
    return static_cast<uint64_t>(others) * value.constant->bytes();
  }

  // What a plan with the node holds at least, beside the weights of others: kernels keep their
  // weights, packed or as they are, and the arena holds what is computed.
  static uint64_t largest_operand(const OpContext& context) {
    uint64_t largest = 0;
    const auto take = [&](const OpContext::Operand& operand) {
      if (operand.type == DataType::kUndefined) return;
      const auto elements = static_cast<uint64_t>(operand.shape.elements());
      largest = std::max(largest, elements * data_type_size(operand.type));
    };
    for (int i = 0; i < context.input_count(); ++i) take(context.input(i));
    for (int i = 0; i < context.output_count(); ++i) take(context.output(i));
    return largest;
  }

  Status check_budget(uint64_t memory) const {
    if (memory > options_.max_memory_bytes) {
      return budget("the model needs more memory than allowed", memory, options_.max_memory_bytes,
                    " bytes");
    }
    const auto allowed = static_cast<double>(options_.max_multiply_adds);
    if (options_.max_multiply_adds != 0 && work_ > allowed) {
      const double counted = std::min(work_, kMostWork);
      return budget("the model needs more work than allowed", static_cast<uint64_t>(counted),
                    options_.max_multiply_adds, " multiply-adds");
    }
    return Status::ok();
  }

  // A value lives from the step that writes it to the last that reads it, or a view of it. Inputs
  // and outputs of the graph live throughout: the caller may fill and read them at any time between
  // runs.
  void measure_lifetimes() {
    const auto end = static_cast<int>(nodes_.size());
    lifetimes_.assign(static_cast<size_t>(graph_.value_count()), {end, -1, 0});
    auto touch = [&](ValueId id, int step) {
      if (id == kNone || storage_of(id) == kNone) return;
      Lifetime& life = life_of(id);
      life.first = std::min(life.first, step);
      life.last = std::max(life.last, step);
      life.bytes = bytes_of(graph_.value(storage_of(id)));
    };
    for (int step = 0; step < end; ++step) {
      const Node& node = graph_.node(nodes_[static_cast<size_t>(step)]);
      for (ValueId id : node.inputs) touch(id, step);
      for (ValueId id : node.outputs) touch(id, step);
    }
    for (ValueId id : graph_.inputs()) pin(id);
    for (ValueId id : graph_.outputs()) pin(id);
  }

  void pin(ValueId id) {
    if (storage_of(id) == kNone) return;  // a constant
    life_of(id) = {0, static_cast<int>(nodes_.size()), bytes_of(graph_.value(storage_of(id)))};
  }

  // Lets a kernel that allows it write over an input that nobody reads afterwards.
  void share_in_place() {
    for (size_t step = 0; step < nodes_.size(); ++step) {
      const Node& node = graph_.node(nodes_[step]);
      const ValueId output = node.outputs[0];
      if (output == kNone || life_of(output).last == static_cast<int>(nodes_.size())) continue;
      for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (!can_overwrite(step, i) || !can_share(step, node.inputs[i], output)) continue;
        merge(storage_of(output), storage_of(node.inputs[i]));
        break;
      }
    }
  }

  // The bytes of `input` may become those of `output`: this step is the last to read them, and
  // every operand that is made of them may be overwritten (x + x twice, act(conv(x) + x) not at
  // all).
  bool can_share(size_t step, ValueId input, ValueId output) {
    if (input == kNone || storage_of(input) == kNone) return false;
    const Lifetime& life = life_of(input);
    if (life.last != static_cast<int>(step) || life.bytes != life_of(output).bytes) return false;
    const Node& node = graph_.node(nodes_[step]);
    for (size_t i = 0; i < node.inputs.size(); ++i) {
      if (node.inputs[i] == kNone || storage_of(node.inputs[i]) != storage_of(input)) continue;
      if (!can_overwrite(step, i)) return false;
    }
    return true;
  }

  bool can_overwrite(size_t step, size_t input) const {
    return plan_->steps[step].kernel->can_overwrite_input(static_cast<int>(input));
  }

  void merge(ValueId from, ValueId into) {
    Lifetime& life = lifetimes_[static_cast<size_t>(into)];
    life.last = std::max(life.last, lifetimes_[static_cast<size_t>(from)].last);
    lifetimes_[static_cast<size_t>(from)] = {0, -1, 0};
    set_storage(from, into);
  }

  static Status too_large() {
    return budget("the model needs more memory than can be addressed", UINT64_MAX, PTRDIFF_MAX,
                  " bytes");
  }

  // The scratch of all threads of a step, each with cache lines of its own. False when it cannot be
  // addressed.
  static bool measure_scratch(Step& step, size_t& bytes) {
    constexpr size_t kAlign = AlignedBuffer::kAlignment;
    bytes = step.kernel->scratch_bytes();
    if (bytes == 0 || possible_threads(step.threads) == 1) return true;
    const auto others = static_cast<size_t>(step.threads - 1);
    size_t all = 0;
    if (__builtin_add_overflow(bytes, kAlign - 1, &step.scratch_stride)) return false;
    step.scratch_stride = step.scratch_stride / kAlign * kAlign;
    if (__builtin_mul_overflow(step.scratch_stride, others, &all)) return false;
    return !__builtin_add_overflow(bytes, all, &bytes);
  }

  Status lay_out() {
    std::vector<Lifetime> used;
    offsets_.assign(lifetimes_.size(), 0);
    std::vector<size_t> ids;  // of tensors, then of steps
    for (size_t i = 0; i < lifetimes_.size(); ++i) {
      if (lifetimes_[i].last < lifetimes_[i].first || storage_[i] != static_cast<ValueId>(i))
        continue;
      used.push_back(lifetimes_[i]);
      ids.push_back(i);
    }
    const size_t tensors = used.size();
    for (size_t step = 0; step < plan_->steps.size(); ++step) {
      size_t scratch = 0;
      if (!measure_scratch(plan_->steps[step], scratch)) return too_large();
      if (scratch == 0) continue;
      used.push_back({static_cast<int>(step), static_cast<int>(step), scratch});
      ids.push_back(step);
    }
    const auto layout = plan_memory(used);
    if (!layout.has_value()) return too_large();
    for (size_t k = 0; k < ids.size(); ++k) {
      size_t& offset = k < tensors ? offsets_[ids[k]] : plan_->steps[ids[k]].scratch_offset;
      offset = layout->offsets[k];
    }
    plan_->arena_bytes = layout->total;
    plan_->memory.arena_bytes = plan_->arena_bytes;
    plan_->memory.live_bytes = layout->live;
    return check_budget(plan_->memory.weight_bytes + plan_->arena_bytes);
  }

  // Where steps read a constant: one copy for all of them if it lies in the model's source.
  Result<const void*> elements_of(const std::shared_ptr<const Constant>& constant) {
    const auto known = residents_.find(constant.get());
    if (known != residents_.end()) return known->second;
    GOSSAMER_TRY(check_budget(plan_->memory.weight_bytes + constant->bytes() + plan_->arena_bytes));
    GOSSAMER_ASSIGN(auto resident, Constant::make_resident(constant));
    const void* elements = resident->view().data;
    residents_.emplace(constant.get(), elements);
    plan_->memory.weight_bytes += resident->bytes();
    plan_->constants.push_back(std::move(resident));
    return elements;
  }

  Result<Location> location(ValueId id, bool absorbed) {
    Location location;
    if (id == kNone || absorbed) return location;
    if (const auto& constant = graph_.value(id).constant; constant != nullptr) {
      GOSSAMER_ASSIGN(const void* elements, elements_of(constant));
      return Location{Location::Kind::kConstant, 0, elements};
    }
    location.kind = Location::Kind::kArena;
    location.offset = offsets_[static_cast<size_t>(storage_of(id))];
    return location;
  }

  Status locate() {
    size_t operand = 0;
    for (size_t step = 0; step < nodes_.size(); ++step) {
      const Node& node = graph_.node(nodes_[step]);
      for (ValueId input : node.inputs) {
        GOSSAMER_ASSIGN(Location at, location(input, absorbed_[operand++]));
        plan_->steps[step].inputs.push_back(at);
      }
      for (ValueId output : node.outputs) {
        GOSSAMER_ASSIGN(Location at, location(output, false));
        plan_->steps[step].outputs.push_back(at);
      }
    }
    auto describe = [&](std::span<const ValueId> ids, std::vector<TensorInfo>& infos,
                        std::vector<Location>& locations) -> Status {
      for (ValueId id : ids) {
        const Value& value = graph_.value(id);
        infos.push_back({value.name, value.type, value.shape});
        GOSSAMER_ASSIGN(Location at, location(id, false));
        locations.push_back(at);
      }
      return Status::ok();
    };
    GOSSAMER_TRY(describe(graph_.inputs(), plan_->inputs, plan_->input_locations));
    return describe(graph_.outputs(), plan_->outputs, plan_->output_locations);
  }

  const Graph& graph_;
  const PlanOptions& options_;
  std::shared_ptr<Plan> plan_ = std::make_shared<Plan>();
  std::vector<NodeId> nodes_;        // per step
  std::vector<bool> absorbed_;       // per operand of each step, in order
  std::vector<ValueId> storage_;     // per value: kNone, itself, or one on the way to its owner
  std::vector<Lifetime> lifetimes_;  // per value that owns storage
  std::vector<size_t> offsets_;
  // The graph's constants that are in plan_->constants, as they are or copied: their elements.
  std::map<const Constant*, const void*> residents_;
  std::set<const Constant*> packed_;  // by one of several nodes
  double work_ = 0;                   // multiply-adds, or steps like them
};

}  // namespace

Result<std::shared_ptr<const Plan>> Plan::make(const Graph& graph, const PlanOptions& options) {
  auto plan = Planner(graph, options).run();
  if (plan.is_ok() || plan.status().code() != Code::kBudget || options.small_weights) return plan;
  PlanOptions small = options;
  small.small_weights = true;
  return Planner(graph, small).run();
}

}  // namespace gossamer
