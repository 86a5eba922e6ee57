// ONNX stores images as [N, C, H, W]; the kernels want [N, H, W, C], where a 1x1 convolution is a
// plain matrix product and everything vectorises over channels. One walk in topological order:
//
//   * a node that has a channels-last form takes it, between a transpose of its input and one of
//     its output back to channels first;
//   * a node below such a transpose that can work on permuted axes (elementwise, Concat, ...) does
//     so, and the transpose moves below it, until it meets the transpose in front of the next
//     convolution;
//   * a view below such a transpose that splits or joins axes which lie together above it, as a
//     shuffle of channels does, works on those, and the transpose moves below it too.
//
// A chain of transposes, the model's own among them, counts as the one that it amounts to.
// simplify_transposes then cancels the pairs. What is left are real boundaries: the network's
// input, a Flatten of more than one pixel, a shuffle of channels, the heads of attention.
#include <algorithm>
#include <numeric>

#include "ops/checks.h"
#include "ops/transpose.h"
#include "passes/passes.h"
#include "passes/reshapes.h"
#include "passes/transposes.h"

namespace gossamer {
namespace {

// The permutation that the Transposes above `id` amount to; empty where they change nothing.
Permutation transposed_by(const Graph& graph, ValueId id) {
  if (id == kNone) return {};
  Permutation perm = origin_of(graph, id).perm;
  return is_identity(perm) ? Permutation{} : perm;
}

// The axes that a view splits or joins: those between the leading and the trailing ones that it
// keeps.
struct Regrouping {
  Regrouping(const Shape& from, const Shape& to) {
    const int shorter = std::min(from.rank(), to.rank());
    while (first < shorter && from[first] == to[first]) ++first;
    int kept = 0;
    while (kept < shorter - first && from[from.rank() - 1 - kept] == to[to.rank() - 1 - kept]) {
      ++kept;
    }
    from_end = from.rank() - kept;
    to_end = to.rank() - kept;
  }
  int first = 0;         // the first that is not kept
  int from_end, to_end;  // past the last, in the input and the output
};

class LayoutAssigner {
 public:
  explicit LayoutAssigner(Graph& graph) : graph_(graph) {}

  Status run() {
    for (NodeId id : graph_.topological_order()) {
      const Node& node = graph_.node(id);
      if (auto last = node.op->channels_last(); last != nullptr) {
        use_channels_last(id, std::move(last));
      } else if (node.op->is_view() && !node.op->is_elementwise()) {
        GOSSAMER_TRY(sink_view(id));
      } else if (op_cast<TransposeOp>(node.op.get())) {
        read_origin(graph_, id);  // so that no chain grows long
      } else {
        GOSSAMER_TRY(sink(id));
      }
    }
    return Status::ok();
  }

 private:
  ValueId transposed(ValueId id, const Permutation& perm) {
    const DataType type = graph_.value(id).type;
    const Shape shape = permute(graph_.value(id).shape, perm);
    return graph_.insert_unary(std::make_shared<const TransposeOp>(perm), id, type, shape);
  }

  // `id` with its axes in the order `perm`, taken from above a transpose that already ends there.
  ValueId in_order(ValueId id, const Permutation& perm) {
    const auto [value, above] = origin_of(graph_, id);
    const bool there = !above.empty() && is_identity(compose(above, perm));
    return there ? value : transposed(id, perm);
  }

  // Lets output `index` of the node be the old one permuted by `perm`, and transposes it back.
  void permute_output(NodeId id, int index, const Permutation& perm) {
    const ValueId old = graph_.node(id).outputs[static_cast<size_t>(index)];
    if (old == kNone) return;
    const ValueId fresh = graph_.add_value(graph_.value(old).name + "/permuted");
    graph_.value(fresh).type = graph_.value(old).type;
    graph_.value(fresh).shape = permute(graph_.value(old).shape, perm);
    graph_.detach_output(id, index, fresh);
    graph_.add_node(graph_.value(old).name + "/Transpose",
                    std::make_shared<const TransposeOp>(inverse(perm)), {fresh}, {old});
  }

  void use_channels_last(NodeId id, std::shared_ptr<const Op> op) {
    const ValueId input = graph_.node(id).inputs[0];
    const Permutation perm = channels_first_to_last(graph_.value(input).shape.rank());
    const ValueId permuted = in_order(input, perm);
    graph_.set_op(id, std::move(op));
    graph_.set_input(id, 0, permuted);
    permute_output(id, 0, perm);
  }

  // Moves the transposes above a node below it, when that is possible and pays.
  Status sink(NodeId id) {
    const Permutation perm = common_permutation(id);
    if (perm.empty()) return Status::ok();
    const Op& op = *graph_.node(id).op;
    std::shared_ptr<const Op> permuted =
        op.is_elementwise() ? graph_.node(id).op : op.permuted(perm);
    if (permuted == nullptr) return Status::ok();
    const std::vector<ValueId> inputs = graph_.node(id).inputs;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i] == kNone || graph_.value(inputs[i]).shape.elements() == 1) continue;
      GOSSAMER_ASSIGN(const ValueId full, with_rank(inputs[i], static_cast<int>(perm.size())));
      graph_.set_input(id, static_cast<int>(i), in_order(full, perm));
    }
    graph_.set_op(id, std::move(permuted));
    for (int i = 0; i < std::ssize(graph_.node(id).outputs); ++i) permute_output(id, i, perm);
    return Status::ok();
  }

  // Moves the transposes above a view below it, where the axes that it regroups lie together above
  // them; if in another order, one that puts them in order remains. Not where others read what was
  // transposed: it would be so for each of them.
  Status sink_view(NodeId id) {
    const ValueId input = graph_.node(id).inputs[0];
    const Permutation above = transposed_by(graph_, input);
    const ValueId output = graph_.node(id).outputs[0];
    if (above.empty() || output == kNone || graph_.only_user(input) != id) return Status::ok();
    const Shape &from = graph_.value(input).shape, &to = graph_.value(output).shape;
    const Regrouping axes(from, to);
    const auto regrouped = [&](int axis) { return axis >= axes.first && axis < axes.from_end; };
    Permutation order = inverse(above);
    const auto begin = std::ranges::find_if(order, regrouped);
    const auto end = std::find_if_not(begin, order.end(), regrouped);
    if (begin == order.end() || std::any_of(end, order.end(), regrouped)) return Status::ok();
    std::iota(begin, end, axes.first);  // they are all there
    if (is_identity(order)) return Status::ok();

    Permutation order_after;
    for (auto axis = order.begin(); axis != order.end(); ++axis) {
      if (axis == begin) {
        for (int k = axes.first; k < axes.to_end; ++k) order_after.push_back(k);
      }
      if (regrouped(*axis)) continue;
      order_after.push_back(*axis < axes.first ? *axis : *axis + axes.to_end - axes.from_end);
    }
    graph_.set_input(id, 0, in_order(input, order));
    permute_output(id, 0, order_after);
    return become_reshape(graph_, id);
  }

  // The order in which the node's inputs would lose their transposes; nothing when there are none,
  // when ranks do not fit, or when more elements would have to be transposed than are saved.
  Permutation common_permutation(NodeId id) const {
    const Node& node = graph_.node(id);
    Permutation perm;
    for (ValueId input : node.inputs) {
      const Permutation above = transposed_by(graph_, input);
      if (perm.empty() && !above.empty()) perm = inverse(above);
    }
    int64_t saved = 0;
    for (ValueId input : node.inputs) {
      if (input == kNone) continue;
      const Value& value = graph_.value(input);
      const Permutation above = transposed_by(graph_, input);
      const bool loses =
          !above.empty() && above.size() == perm.size() && is_identity(compose(above, perm));
      if (value.constant == nullptr)
        saved += loses ? value.shape.elements() : -value.shape.elements();
      const bool right_rank = value.shape.rank() == static_cast<int>(perm.size());
      const bool broadcasts = value.constant != nullptr && node.op->is_elementwise() &&
                              value.shape.rank() < static_cast<int>(perm.size());
      if (!right_rank && !broadcasts && value.shape.elements() != 1) return {};
    }
    for (ValueId output : node.outputs) {
      if (output == kNone) continue;
      if (graph_.value(output).shape.rank() != static_cast<int>(perm.size())) return {};
    }
    return saved > 0 ? perm : Permutation{};
  }

  // A constant of lower rank with leading extents of 1, as broadcasting would see it.
  Result<ValueId> with_rank(ValueId id, int rank) {
    const Value& value = graph_.value(id);
    if (value.shape.rank() == rank) return id;
    Shape full;
    for (int i = value.shape.rank(); i < rank; ++i) full.push_back(1);
    for (int64_t dim : value.shape.dims()) full.push_back(dim);
    GOSSAMER_ASSIGN(auto constant, Constant::make_resident(value.constant));
    const TensorView view = constant->view();
    GOSSAMER_ASSIGN(auto reshaped, Constant::copy_of({view.type, full, view.data}));
    return graph_.add_constant(value.name + "/broadcast", std::move(reshaped));
  }

  Graph& graph_;
};

}  // namespace

Status assign_layout(Graph& graph) {
  return LayoutAssigner(graph).run();
}

}  // namespace gossamer
