// Operators that nobody runs: when shapes are inferred, and what decides them is known, their node
// is replaced by others. If becomes the nodes of the branch taken, Loop those of its body as often
// as it goes round, and an operator on sequences hands on the tensors that it picks. So the graph
// that passes and plans see has neither control flow nor sequences.
#ifndef GOSSAMER_GRAPH_MACRO_H_
#define GOSSAMER_GRAPH_MACRO_H_

#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/opsets.h"

namespace gossamer {

// Views into the graphs that they come from.
using ValueNames = std::map<std::string_view, ValueId>;

// What the graphs in a node's attributes see of the graph around it. Their node reads these values
// too, after its own inputs.
struct Surroundings {
  std::shared_ptr<const Opsets> opsets;
  std::vector<std::string_view> names;  // views into those graphs
};

class Expansion;

class MacroOp : public Op {
 public:
  const MacroOp* macro() const final { return this; }
  // Adds the nodes that compute the outputs. Errors: those of the nodes; UNSUPPORTED where a value
  // that decides is only known while the network runs; LIMIT.
  virtual Status expand(Expansion& expansion) const = 0;
  // Always fail: expand() comes first.
  Status infer(OpContext& context) const final;
  Status evaluate(const EvaluateArgs& args) const final;
};

// How much macros may add to one graph: a small file can ask for years of loops.
struct ExpansionBudget {
  int64_t nodes = 40'000;  // twice what a file may hold
  // Names that are looked up and elements of sequences; five times what a file may hold.
  int64_t names = 2'000'000;
};

// A node that is being replaced: what it reads, and how to give its outputs.
class Expansion {
 public:
  // Infers the nodes from the given one on, which are new.
  using InferFrom = std::function<Status(NodeId first)>;

  // Takes the node out of the graph. The references are borrowed.
  Expansion(Graph& graph, NodeId id, ExpansionBudget& budget, InferFrom infer_from);

  // --- What the node reads. Surroundings come after its own inputs.
  int input_count() const { return static_cast<int>(node_.inputs.size()); }
  bool has_input(int i) const;
  // These require has_input(i).
  ValueId input(int i) const { return node_.inputs[static_cast<size_t>(i)]; }
  const Value& value(ValueId id) const { return graph_.value(id); }
  // Values that must be known now: one bool, one whole number, a list of whole numbers (int32 or
  // int64). Errors: UNSUPPORTED when they are only known while the network runs, SHAPE.
  Result<bool> known_condition(ValueId id);
  Result<int64_t> known_number(ValueId id);
  Result<std::vector<int64_t>> known_list(ValueId id);
  // The elements of input i. Errors: SHAPE when it is no sequence.
  Result<std::shared_ptr<const Sequence>> sequence(int i) const;
  // The value that was last asked for in vain, or kNone.
  ValueId unknown() const { return unknown_; }

  // --- New nodes, whose outputs are inferred. Errors: theirs, LIMIT.
  // To be asked before memory is taken for that many names.
  Status reserve(int64_t names);
  Result<std::vector<ValueId>> add(std::string_view name, std::shared_ptr<const Op> op,
                                   std::vector<ValueId> inputs, size_t outputs);
  // A node with one output.
  Result<ValueId> add(std::string_view name, std::shared_ptr<const Op> op,
                      std::vector<ValueId> inputs);
  ValueId add_constant(std::string_view name, std::shared_ptr<const Constant> constant);
  // The nodes of a graph whose inputs are `arguments`; gives its outputs. The surroundings are the
  // last inputs of the node.
  Result<std::vector<ValueId>> add(const onnx_model::GraphDef& def,
                                   const Surroundings& surroundings,
                                   const std::vector<ValueId>& arguments);

  // --- What the node gives.
  int output_count() const { return static_cast<int>(node_.outputs.size()); }
  bool wants_output(int i) const;
  // Output i is `value`, by way of `identity` where it is computed by the network.
  Status give(int i, ValueId value, std::shared_ptr<const Op> identity);
  // Errors: LIMIT.
  Status give(int i, Sequence sequence);

 private:
  Status misfit(ValueId id, std::string_view message) const;
  Status charge(int64_t nodes, int64_t names);
  Result<std::shared_ptr<const Constant>> known(ValueId id, std::string_view meaning);

  Graph& graph_;
  Node node_;
  ExpansionBudget& budget_;
  InferFrom infer_from_;
  ValueId unknown_ = kNone;
};

// In import.cc: adds the nodes of a graph to which `names` are known, and gives its outputs.
Result<std::vector<ValueId>> import_subgraph(Graph& graph, const onnx_model::GraphDef& def,
                                             const std::shared_ptr<const Opsets>& opsets,
                                             ValueNames names);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_MACRO_H_
