// What a network itself calls its classes. Exporters of services and of classical models write the
// names into the graph: as attributes of ZipMap and LinearClassifier, or as a list that the place
// of the greatest score picks from (ArgMax, then ArrayFeatureExtractor, LabelEncoder or Gather).
// Enters: a graph; leaves: for each output the names in the order of its scores.
#ifndef GOSSAMER_SESSION_CLASS_NAMES_H_
#define GOSSAMER_SESSION_CLASS_NAMES_H_

#include <string>
#include <vector>

#include "graph/graph.h"

namespace gossamer {

struct ClassNames {
  std::vector<std::string> names;  // empty when the graph has none for this output
  std::string source;              // "ZipMap 'loss'"
};

// Per output. Names are taken from an operator that computes the output's scores, or that finds a
// name by the same scores, and only where it names as many classes as the output has. Strings come
// before numbers; so many, or so long ones, that they fill memory are left out. Requires a graph
// after infer_and_fold, before passes.
std::vector<ClassNames> class_names(const Graph& graph);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_CLASS_NAMES_H_
