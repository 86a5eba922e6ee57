// Which definition of an operator a node means: the table of operators, and the versions of the
// operator sets that the model imports.
//
// Most operators never change again, but every model is stamped with the newest version of its
// exporter. So a version beyond the newest that was followed is read as that one: operators that
// are new there are not in the table, and an attribute that is new is refused by its name.
#ifndef GOSSAMER_GRAPH_OPSETS_H_
#define GOSSAMER_GRAPH_OPSETS_H_

#include <map>
#include <string>

#include "graph/live_nodes.h"
#include "graph/op_table.h"
#include "onnx/model.h"

namespace gossamer {

class Opsets {
 public:
  // Errors: GRAPH when the model's nodes need a version that it does not state, or state it as
  // less than 1.
  static Result<Opsets> make(const onnx_model::Model& model, OpTable table);

  // The version that the node is read by: its own where it came from a function, else the model's.
  int version_of(const onnx_model::NodeDef& node) const;
  // The row for this node; null when there is none.
  const OpEntry* find(const onnx_model::NodeDef& node) const;
  // Whether the graph itself can be read; `live` are its parts. The graphs inside it are judged
  // when they are wanted, but the error lists what the whole model lacks. Errors: UNSUPPORTED, with
  // Status::operators().
  Status check(const onnx_model::GraphDef& graph, const LiveParts& live) const;

 private:
  void count_missing(const onnx_model::GraphDef& graph, std::map<std::string, int>& counts) const;

  OpTable table_;
  onnx_model::OpsetMap versions_;
  int64_t stated_ = 1;
  // What the model and all graphs inside it lack: "Einsum x2, ai.onnx.ml.ZipMap x1".
  std::string missing_;
};

// The version of ai.onnx that stands in for `stated`: the same, or the newest one followed.
int64_t version_read(int64_t stated);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_OPSETS_H_
