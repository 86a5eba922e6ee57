// The shape of the operator table. The table itself stands in ops/registry.cc; the importer
// receives it as an argument, because operators come after the graph in the order of includes.
#ifndef GOSSAMER_GRAPH_OP_TABLE_H_
#define GOSSAMER_GRAPH_OP_TABLE_H_

#include <memory>
#include <span>
#include <string_view>

#include "graph/attributes.h"
#include "graph/op.h"

namespace gossamer {

// Makes an Op from a node. Makers return an error of their own only for what the reader cannot
// know; otherwise the caller asks the reader to finish(), which reports what went wrong while
// reading.
using MakeOp = Result<std::shared_ptr<const Op>> (*)(AttributeReader& attributes);

struct OpEntry {
  std::string_view type;  // "Conv"
  int first_opset;        // the version range that `make` understands, ends included
  int last_opset;
  MakeOp make;
  std::string_view family;       // the file in src/ops that implements it
  std::string_view note;         // limits, for docs/OPERATORS.md; may be empty
  std::string_view domain = {};  // "" is ai.onnx; the opsets are those of the domain
};
using OpTable = std::span<const OpEntry>;  // sorted by type; domains may share one

// The newest operator sets whose changes were followed: of ai.onnx, ai.onnx.ml and com.microsoft.
// Rows that end with them are read for later sets as well, see opsets.h.
inline constexpr int kNewestOpset = 25;
inline constexpr int kNewestMlOpset = 5;
inline constexpr int kNewestMicrosoftOpset = 1;

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_OP_TABLE_H_
