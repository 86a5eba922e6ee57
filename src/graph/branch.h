// If: one of two subgraphs, by a condition that is known before the network runs (or once the
// inputs that decide it are known, see session/blueprint.h). The graph has no control flow: when
// shapes are inferred, the node is replaced by the nodes of the branch taken, and the other one is
// never looked at.
// Source: https://onnx.ai/onnx/operators/onnx__If.html
#ifndef GOSSAMER_GRAPH_BRANCH_H_
#define GOSSAMER_GRAPH_BRANCH_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/op_table.h"
#include "onnx/model.h"

namespace gossamer {

using ValueNames = std::map<std::string, ValueId>;

bool is_branch(const onnx_model::NodeDef& node);

// Input 0 is the condition; the others are the values of the graph around it that either branch
// reads.
class BranchOp final : public Op {
 public:
  static constexpr std::string_view kType = "If";

  // `names` are those visible around the node; what the branches read of them is added to
  // `inputs`. Errors: ATTRIBUTE, GRAPH.
  static Result<std::shared_ptr<const Op>> make(const onnx_model::NodeDef& node,
                                                const ValueNames& names, OpTable table,
                                                const onnx_model::OpsetMap& opsets,
                                                std::vector<ValueId>& inputs);

  OpTable table() const { return table_; }
  const onnx_model::OpsetMap& opsets() const { return opsets_; }

  std::string_view type() const override { return kType; }
  // Always fails: expand_branch() comes first.
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  friend Result<std::vector<NodeId>> expand_branch(Graph& graph, NodeId id, ValueId& unknown);

  std::shared_ptr<const onnx_model::GraphDef> taken_if_true_;
  std::shared_ptr<const onnx_model::GraphDef> taken_if_false_;
  std::vector<std::string> captured_;  // the names of inputs 1 and on
  OpTable table_;
  onnx_model::OpsetMap opsets_;
};

// Replaces a BranchOp by the nodes of the branch taken and gives them in topological order. Errors:
// those of the import; UNSUPPORTED when the condition is not known, which `unknown` then names.
Result<std::vector<NodeId>> expand_branch(Graph& graph, NodeId id, ValueId& unknown);

// In import.cc: adds the nodes of a branch, whose results become `outputs`.
Status import_branch(Graph& graph, const BranchOp& branch, const onnx_model::GraphDef& def,
                     ValueNames outer, const std::vector<ValueId>& outputs);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_BRANCH_H_
