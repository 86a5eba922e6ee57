// The network as a graph of typed values. Values and nodes are held by index and never move, so
// that passes can rewire while they walk. All surgery goes through the methods here, which keep the
// lists of users right; passes contain no surgery of their own.
//
// A Graph can be copied; copies share Ops and Constants.
#ifndef GOSSAMER_GRAPH_GRAPH_H_
#define GOSSAMER_GRAPH_GRAPH_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/constant.h"
#include "base/string_table.h"
#include "graph/op.h"

namespace gossamer {

using ValueId = int32_t;
using NodeId = int32_t;
inline constexpr int32_t kNone = -1;  // no value, no node

// A sequence of tensors. It exists while shapes are inferred; then its elements are all that is
// left.
using Sequence = std::vector<ValueId>;

struct Value {
  std::string name;
  DataType type = DataType::kUndefined;  // kUndefined until shapes are inferred
  Shape shape;
  std::shared_ptr<const Constant> constant;  // weights, and whatever was folded
  std::shared_ptr<const Sequence> sequence;  // set when the value is one, which has no type
  NodeId producer = kNone;
  std::vector<NodeId> users;  // one entry per use: x + x lists the node twice
};

struct Node {
  std::string name;
  std::shared_ptr<const Op> op;  // null once removed
  std::vector<ValueId> inputs;   // kNone where an optional input is absent
  std::vector<ValueId> outputs;  // kNone where an output is not wanted
};

class Graph {
 public:
  // --- Reading
  const Value& value(ValueId id) const { return values_[static_cast<size_t>(id)]; }
  Value& value(ValueId id) { return values_[static_cast<size_t>(id)]; }
  const Node& node(NodeId id) const { return nodes_[static_cast<size_t>(id)]; }
  int32_t value_count() const { return static_cast<int32_t>(values_.size()); }
  int32_t node_count() const {
    return static_cast<int32_t>(nodes_.size());
  }  // removed ones included
  std::span<const ValueId> inputs() const { return inputs_; }
  std::span<const ValueId> outputs() const { return outputs_; }
  bool is_output(ValueId id) const;
  // The node's op as a T, or null. See op_cast.
  template <typename T>
  const T* op_as(NodeId id) const {
    return op_cast<T>(node(id).op.get());
  }
  // The only node that reads the value; kNone when there are none or several, or when it is an
  // output.
  NodeId only_user(ValueId id) const;
  // What the elements of string tensors stand for. Copies of the graph share it.
  const std::shared_ptr<StringTable>& strings() const { return strings_; }
  // The live nodes from `first` on, each after the producers of its inputs; stable with respect to
  // node ids. Takes no time for those before `first`. Nodes on a cycle are left out (the importer
  // checks that there are none).
  std::vector<NodeId> topological_order(NodeId first = 0) const;
  // "name" or "#12", for messages.
  std::string node_label(NodeId id) const;

  // --- Building
  ValueId add_value(std::string name);
  ValueId add_constant(std::string name, std::shared_ptr<const Constant> constant);
  NodeId add_node(std::string name, std::shared_ptr<const Op> op, std::vector<ValueId> inputs,
                  std::vector<ValueId> outputs);
  void set_inputs(std::vector<ValueId> inputs) { inputs_ = std::move(inputs); }
  void set_outputs(std::vector<ValueId> outputs) { outputs_ = std::move(outputs); }

  // --- Rewiring
  void set_op(NodeId id, std::shared_ptr<const Op> op);
  // Makes input `index` read `to` (kNone to make it absent); grows the list when needed.
  void set_input(NodeId id, int index, ValueId to);
  // Lets every reader of `from`, graph outputs included, read `to` instead.
  void replace_uses(ValueId from, ValueId to);
  // The same for nodes alone, of which one may be excepted: graph outputs stay as they are.
  void replace_reads(ValueId from, ValueId to, NodeId except = kNone);
  // Gives output `index` of a node a new value and returns the old one, which then has no producer.
  ValueId detach_output(NodeId id, int index, ValueId replacement);
  // Takes the node out; its outputs lose their producer. Requires that nobody reads them, or that
  // they became constants.
  void remove_node(NodeId id);
  // A single-output node on `input`, with a fresh output value named after `input`, whose type and
  // shape the caller states.
  ValueId insert_unary(std::shared_ptr<const Op> op, ValueId input, DataType type, Shape shape);
  // Removes nodes whose results are not needed for the outputs. Returns how many.
  int remove_dead_nodes();

 private:
  void add_use(ValueId id, NodeId user, size_t index);
  void drop_use(NodeId user, size_t index);

  std::vector<Value> values_;
  std::vector<Node> nodes_;
  // A value may have very many users, and a node very many inputs, so that nothing is searched:
  std::vector<std::vector<int32_t>> input_of_use_;  // per value and user: which input that is
  std::vector<std::vector<int32_t>> use_of_input_;  // per node and input: which user it is
  std::vector<ValueId> inputs_;
  std::vector<ValueId> outputs_;
  std::shared_ptr<StringTable> strings_ = std::make_shared<StringTable>();
};

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_GRAPH_H_
