// The list of passes, in order. See passes.h for what each one does.
#include "passes/pipeline.h"

#include "graph/infer.h"
#include "passes/passes.h"

namespace gossamer {

Status run_passes(Graph& graph) {
  using Pass = Status (*)(Graph&);
  static constexpr Pass kPipeline[] = {
      compute_in_float32,  // first: the others, and all kernels, know float32 alone
      eliminate_views,     // next: an Identity between two nodes hides them from each other
      fuse_gate,
      fold_batch_normalization,  // before layouts: the parameters are per channel wherever that is
      settle_reductions,         // so that transposes can move past them
      fuse_layer_normalization,  // after: its means are settled; before layouts: it moves channels
      fuse_gelu,
      split_einsum,
      bind_parameters,           // before layouts: what is left as an input has to be permuted
      fuse_pad,  // after: Pad's widths are known then; before layouts: pads are written in one
                 // order
      assign_layout,
      simplify_transposes,  // right after: this is where the moved transposes cancel
      eliminate_views,      // transposes that became views of the same shape
      fuse_residual,        // before activations, which come after the sum
      fuse_activation,      // last: the passes above look for plain convolutions
  };
  for (const Pass pass : kPipeline) {
    Status done = pass(graph);
    if (!done.is_ok()) return std::move(done).at_stage(Stage::kPasses);
    graph.remove_dead_nodes();
  }
  // Folds what the passes wrote around constants (transposed weights) and checks every shape again.
  return infer_and_fold(graph);
}

}  // namespace gossamer
