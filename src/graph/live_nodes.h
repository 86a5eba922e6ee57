// What of a decoded graph its outputs need. Exporters and editors leave nodes and initializers
// behind that nobody reads; they are never judged, whatever their operators and types are.
#ifndef GOSSAMER_GRAPH_LIVE_NODES_H_
#define GOSSAMER_GRAPH_LIVE_NODES_H_

#include <set>
#include <string_view>
#include <vector>

#include "onnx/model.h"

namespace gossamer {

struct LiveParts {
  // The names that somebody needs, inputs of the graph and free names included.
  std::set<std::string_view> needed;
  std::vector<bool> nodes;         // per node of the graph
  std::vector<bool> initializers;  // per initializer
  // Those of them that are defined nowhere in the graph: values of the graphs around it, or
  // mistakes. All names are views into the graph.
  std::vector<std::string_view> free;
};

// A node needs its inputs and what the graphs in its attributes need. Takes linear time; recurses
// as deep as graphs are nested, which the scan has limited.
LiveParts find_live(const onnx_model::GraphDef& graph);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_LIVE_NODES_H_
