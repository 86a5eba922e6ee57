// See graph.h.
#include "graph/graph.h"

#include <algorithm>
#include <cassert>
#include <queue>

#include "base/text.h"

namespace gossamer {

bool Graph::is_output(ValueId id) const {
  return std::ranges::find(outputs_, id) != outputs_.end();
}

NodeId Graph::only_user(ValueId id) const {
  const auto& users = value(id).users;
  return users.size() == 1 && !is_output(id) ? users[0] : kNone;
}

std::vector<NodeId> Graph::topological_order(NodeId first) const {
  // Kahn's algorithm; the smallest ready id goes first, so that the order is the file's own
  // whenever that is valid.
  std::vector<int> waiting(nodes_.size() - static_cast<size_t>(first), 0);
  const auto waiting_of = [&](NodeId id) -> int& {
    return waiting[static_cast<size_t>(id - first)];
  };
  std::priority_queue<NodeId, std::vector<NodeId>, std::greater<>> ready;
  for (NodeId id = first; id < node_count(); ++id) {
    if (node(id).op == nullptr) continue;
    for (ValueId input : node(id).inputs) {
      if (input != kNone && value(input).producer >= first) ++waiting_of(id);
    }
    if (waiting_of(id) == 0) ready.push(id);
  }
  std::vector<NodeId> order;
  while (!ready.empty()) {
    const NodeId id = ready.top();
    ready.pop();
    order.push_back(id);
    for (ValueId output : node(id).outputs) {
      if (output == kNone) continue;
      for (NodeId user : value(output).users) {
        if (user >= first && --waiting_of(user) == 0) ready.push(user);
      }
    }
  }
  return order;
}

std::string Graph::node_label(NodeId id) const {
  return node(id).name.empty() ? concat("#", id) : node(id).name;
}

ValueId Graph::add_value(std::string name) {
  values_.emplace_back();
  input_of_use_.emplace_back();
  values_.back().name = std::move(name);
  return value_count() - 1;
}

ValueId Graph::add_constant(std::string name, std::shared_ptr<const Constant> constant) {
  const ValueId id = add_value(std::move(name));
  Value& added = value(id);
  added.type = constant->type();
  added.shape = constant->shape();
  added.constant = std::move(constant);
  return id;
}

NodeId Graph::add_node(std::string name, std::shared_ptr<const Op> op, std::vector<ValueId> inputs,
                       std::vector<ValueId> outputs) {
  const auto id = static_cast<NodeId>(nodes_.size());
  for (ValueId output : outputs) {
    if (output == kNone) continue;
    assert(value(output).producer == kNone);
    value(output).producer = id;
  }
  use_of_input_.emplace_back(inputs.size(), kNone);
  for (size_t i = 0; i < inputs.size(); ++i) add_use(inputs[i], id, i);
  nodes_.push_back({std::move(name), std::move(op), std::move(inputs), std::move(outputs)});
  return id;
}

void Graph::set_op(NodeId id, std::shared_ptr<const Op> op) {
  nodes_[static_cast<size_t>(id)].op = std::move(op);
}

void Graph::add_use(ValueId id, NodeId user, size_t index) {
  if (id == kNone) return;
  use_of_input_[static_cast<size_t>(user)][index] = static_cast<int32_t>(value(id).users.size());
  value(id).users.push_back(user);
  input_of_use_[static_cast<size_t>(id)].push_back(static_cast<int32_t>(index));
}

// The last user takes the place of the one that leaves.
void Graph::drop_use(NodeId user, size_t index) {
  const ValueId id = nodes_[static_cast<size_t>(user)].inputs[index];
  if (id == kNone) return;
  const int32_t place = use_of_input_[static_cast<size_t>(user)][index];
  auto& users = value(id).users;
  auto& inputs = input_of_use_[static_cast<size_t>(id)];
  use_of_input_[static_cast<size_t>(users.back())][static_cast<size_t>(inputs.back())] = place;
  users[static_cast<size_t>(place)] = users.back();
  inputs[static_cast<size_t>(place)] = inputs.back();
  users.pop_back();
  inputs.pop_back();
}

void Graph::set_input(NodeId id, int index, ValueId to) {
  auto& inputs = nodes_[static_cast<size_t>(id)].inputs;
  const auto at = static_cast<size_t>(index);
  if (at >= inputs.size()) {
    inputs.resize(at + 1, kNone);
    use_of_input_[static_cast<size_t>(id)].resize(at + 1, kNone);
  }
  drop_use(id, at);
  inputs[at] = to;
  add_use(to, id, at);
}

void Graph::replace_uses(ValueId from, ValueId to) {
  if (from == to) return;
  replace_reads(from, to);
  std::ranges::replace(outputs_, from, to);
}

void Graph::replace_reads(ValueId from, ValueId to, NodeId except) {
  const std::vector<NodeId> users = std::move(value(from).users);
  const std::vector<int32_t> inputs = std::move(input_of_use_[static_cast<size_t>(from)]);
  value(from).users.clear();
  input_of_use_[static_cast<size_t>(from)].clear();
  for (size_t i = 0; i < users.size(); ++i) {
    const auto index = static_cast<size_t>(inputs[i]);
    const ValueId read = users[i] == except ? from : to;
    nodes_[static_cast<size_t>(users[i])].inputs[index] = read;
    add_use(read, users[i], index);
  }
}

ValueId Graph::detach_output(NodeId id, int index, ValueId replacement) {
  ValueId& slot = nodes_[static_cast<size_t>(id)].outputs[static_cast<size_t>(index)];
  const ValueId old = std::exchange(slot, replacement);
  if (old != kNone) value(old).producer = kNone;
  if (replacement != kNone) value(replacement).producer = id;
  return old;
}

void Graph::remove_node(NodeId id) {
  Node& removed = nodes_[static_cast<size_t>(id)];
  for (size_t i = 0; i < removed.inputs.size(); ++i) drop_use(id, i);
  for (ValueId output : removed.outputs) {
    if (output != kNone) value(output).producer = kNone;
  }
  removed = {};
  use_of_input_[static_cast<size_t>(id)] = {};
}

ValueId Graph::insert_unary(std::shared_ptr<const Op> op, ValueId input, DataType type,
                            Shape shape) {
  constexpr size_t kMaxPrefix = 100;  // many nodes may be named after one value
  const std::string name =
      concat(std::string_view(value(input).name).substr(0, kMaxPrefix), "/", op->type());
  const ValueId output = add_value(name);
  value(output).type = type;
  value(output).shape = shape;
  add_node(name, std::move(op), {input}, {output});
  return output;
}

int Graph::remove_dead_nodes() {
  std::vector<bool> needed(nodes_.size(), false);
  std::vector<NodeId> open;
  auto need = [&](ValueId id) {
    const NodeId producer = id == kNone ? kNone : value(id).producer;
    if (producer == kNone || needed[static_cast<size_t>(producer)]) return;
    needed[static_cast<size_t>(producer)] = true;
    open.push_back(producer);
  };
  for (ValueId output : outputs_) need(output);
  while (!open.empty()) {
    const NodeId id = open.back();
    open.pop_back();
    for (ValueId input : node(id).inputs) need(input);
  }
  int removed = 0;
  for (NodeId id = 0; id < node_count(); ++id) {
    if (node(id).op == nullptr || needed[static_cast<size_t>(id)]) continue;
    remove_node(id);
    ++removed;
  }
  return removed;
}

}  // namespace gossamer
