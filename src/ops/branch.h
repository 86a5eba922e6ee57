// If: one of two graphs, by a condition that is known before the network runs (or once the inputs
// that decide it are known, see session/blueprint.h). When shapes are inferred, the node is
// replaced by the nodes of the branch taken, and the other one is never looked at.
// Source: https://onnx.ai/onnx/operators/onnx__If.html
#ifndef GOSSAMER_OPS_BRANCH_H_
#define GOSSAMER_OPS_BRANCH_H_

#include "graph/macro.h"
#include "ops/checks.h"

namespace gossamer {

class IfOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "If";
  using Branch = std::shared_ptr<const onnx_model::GraphDef>;
  IfOp(Branch then_branch, Branch else_branch, std::shared_ptr<const Surroundings> surroundings)
      : then_branch_(std::move(then_branch)),
        else_branch_(std::move(else_branch)),
        surroundings_(std::move(surroundings)) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  Branch then_branch_;
  Branch else_branch_;
  std::shared_ptr<const Surroundings> surroundings_;
};

OpResult make_if(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_BRANCH_H_
