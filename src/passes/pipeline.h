// Rewrites of the graph before it is planned.
#ifndef GOSSAMER_PASSES_PIPELINE_H_
#define GOSSAMER_PASSES_PIPELINE_H_

#include "graph/graph.h"

namespace gossamer {

// Runs every pass in the order that pipeline.cc explains. Requires a graph after infer_and_fold,
// and leaves it in that state. Errors: OOM, IO.
Status run_passes(Graph& graph);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_PIPELINE_H_
