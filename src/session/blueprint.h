// A model, imported once, from which plans are made. One plan suffices where the model fixes every
// shape. Where it leaves input extents open, or where shapes depend on the elements of an input
// (the target of a Reshape fed from outside, say), each combination that a run brings has a plan of
// its own; making it is the same walk, with those inputs taken as constants.
#ifndef GOSSAMER_SESSION_BLUEPRINT_H_
#define GOSSAMER_SESSION_BLUEPRINT_H_

#include <memory>
#include <vector>

#include "gossamer/session.h"
#include "graph/graph.h"
#include "onnx/model.h"
#include "plan/plan.h"
#include "session/class_names.h"
#include "session/scores.h"

namespace gossamer {

struct PreparedPlan {
  std::shared_ptr<const Plan> plan;
  std::vector<OutputFacts> outputs;     // what the graph shows of them
  std::vector<ClassNames> class_names;  // per output: what the graph calls its classes
};

class Blueprint {
 public:
  // Imports the model. `model`'s constants must stay readable as long as plans are made. Errors:
  // those of import_model.
  static Result<Blueprint> make(const onnx_model::Model& model, const SessionOptions& options);

  // Inputs and outputs as the model states them; kUnknownExtent where it leaves an extent open.
  const std::vector<TensorInfo>& inputs() const { return inputs_; }
  const std::vector<TensorInfo>& outputs() const { return outputs_; }
  // The imported graph, whose shapes are those that the model states.
  const Graph& graph() const { return graph_; }
  // What the elements of string tensors stand for.
  const std::shared_ptr<StringTable>& strings() const { return graph_.strings(); }
  // Per input: its elements decide shapes, so that plans hold for these elements alone. Grows while
  // plans are made.
  const std::vector<bool>& decides_shapes() const { return decides_shapes_; }

  // A plan for these inputs. Those without data are taken to be unknown; where one of them decides
  // a shape, the result's plan is null. Requires shapes without open extents. Errors: those
  // of infer_and_fold, the passes and Plan::make.
  Result<PreparedPlan> plan(const std::vector<TensorView>& inputs);

 private:
  Blueprint(Graph graph, PlanOptions options) : graph_(std::move(graph)), options_(options) {}
  bool mark_inputs_behind(const Graph& graph, ValueId value);

  Graph graph_;  // before shapes are inferred
  PlanOptions options_;
  std::vector<TensorInfo> inputs_;
  std::vector<TensorInfo> outputs_;
  std::vector<bool> decides_shapes_;
};

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_BLUEPRINT_H_
