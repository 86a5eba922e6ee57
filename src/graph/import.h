// From a decoded model to a Graph: names become edges, node definitions become Ops, and symbolic
// input dimensions become numbers where they are given.
#ifndef GOSSAMER_GRAPH_IMPORT_H_
#define GOSSAMER_GRAPH_IMPORT_H_

#include <map>
#include <string>

#include "graph/graph.h"
#include "graph/op_table.h"
#include "onnx/model.h"

namespace gossamer {

// Extents for dimensions that the model leaves open, by symbol; one without a symbol is called
// after its input and axis, "image.2".
using DimensionMap = std::map<std::string, int64_t, std::less<>>;

// Nodes and initializers that no output needs are left out, and not judged.
// Errors: UNSUPPORTED, listing every operator that `table` lacks with its count, before any other
// work is done (those inside branches and loops, which may never be needed, only once they are);
// GRAPH for undefined or duplicate names and cycles; SHAPE for inputs without a
// shape; ATTRIBUTE from the Ops. Input extents that stay unknown are kUnknownExtent.
Result<Graph> import_model(const onnx_model::Model& model, OpTable table,
                           const DimensionMap& dimensions);

inline constexpr int64_t kUnknownExtent = -1;

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_IMPORT_H_
