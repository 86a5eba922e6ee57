// See float64.h.
#include "passes/float64.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/elements.h"

namespace gossamer {
namespace {

// Finds the nodes that are made of integers and constants, and read for integers alone.
class ExactNodes {
 public:
  ExactNodes(const Graph& graph, const std::vector<NodeId>& order)
      : graph_(graph), exact_(static_cast<size_t>(graph.node_count())) {
    for (NodeId id : order) exact_[static_cast<size_t>(id)] = is_of_integers(id);
    for (auto id = order.rbegin(); id != order.rend(); ++id) {
      const auto keeps = [&](ValueId output) {
        return output == kNone || !is_real(graph_.value(output).type) || keeps_digits(output);
      };
      if (!std::ranges::all_of(graph_.node(*id).outputs, keeps)) {
        exact_[static_cast<size_t>(*id)] = false;
      }
    }
  }
  std::vector<bool> take() && { return std::move(exact_); }

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

  const Graph& graph_;
  std::vector<bool> exact_;
};

// Within float32's finite numbers, and 0 only for 0: a mask of -1e300 hides and no more, where
// infinity would make NaN of it, and no epsilon vanishes.
float saturated(double value) {
  constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
  constexpr auto kLeast = static_cast<double>(std::numeric_limits<float>::min());
  if (value == 0 || !std::isfinite(value)) return static_cast<float>(value);
  return static_cast<float>(std::copysign(std::clamp(std::abs(value), kLeast, kMost), value));
}

// The constant in float32, converted whenever it is read; at once where it has numbers that float32
// has not.
Result<std::shared_ptr<const Constant>> narrowed(const std::shared_ptr<const Constant>& constant) {
  auto lazy = Constant::as_float32(constant);
  GOSSAMER_ASSIGN(const auto wide, Constant::make_resident(constant));
  const std::span values(wide->view().as<double>(), static_cast<size_t>(wide->shape().elements()));
  const bool fits = std::ranges::all_of(
      values, [](double value) { return saturated(value) == static_cast<float>(value); });
  if (fits) return lazy;
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(lazy->bytes()));
  std::ranges::transform(values, data.as<float>(), saturated);
  return Constant::resident(DataType::kFloat32, lazy->shape(), std::move(data));
}

Status convert_constant(Graph& graph, ValueId id, const std::vector<bool>& exact) {
  const std::string name = graph.value(id).name;  // the values are about to move
  GOSSAMER_ASSIGN(auto narrow, narrowed(graph.value(id).constant));
  const ValueId converted = graph.add_constant(name, std::move(narrow));
  const std::vector<NodeId> users = graph.value(id).users;
  graph.replace_reads(id, converted);
  NodeId last = kNone;
  for (NodeId user : users) {
    if (user == last || !exact[static_cast<size_t>(user)]) continue;
    last = user;  // one that reads it often is listed as often
    for (size_t i = 0; i < graph.node(user).inputs.size(); ++i) {
      if (graph.node(user).inputs[i] == converted) graph.set_input(user, static_cast<int>(i), id);
    }
  }
  return Status::ok();
}

}  // namespace

Status check_float64(const Graph& /*graph*/) {
  return Status::ok();
}

Result<std::vector<bool>> settle_float64(Graph& graph, const std::vector<NodeId>& order) {
  std::vector<bool> exact = ExactNodes(graph, order).take();
  const ValueId count = graph.value_count();
  for (ValueId id = 0; id < count; ++id) {
    const Value& value = graph.value(id);
    if (value.constant == nullptr || value.users.empty()) continue;
    if (value.type == DataType::kFloat64) GOSSAMER_TRY(convert_constant(graph, id, exact));
  }
  return exact;
}

}  // namespace gossamer
