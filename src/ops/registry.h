// The operators that this runtime knows, of every domain; and what it does with those that a model
// defines itself. Both are less in the common web module, which a page downloads first.
#ifndef GOSSAMER_OPS_REGISTRY_H_
#define GOSSAMER_OPS_REGISTRY_H_

#include "graph/op_table.h"

namespace gossamer {

// Sorted by type. Lives as long as the program.
OpTable op_table();

// Replaces the calls of the model's own functions: see graph/inline_functions.h. Errors: as there;
// in the common module UNSUPPORTED where there are functions.
Status replace_functions(onnx_model::Model& model);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_REGISTRY_H_
