// Operators that a model defines itself become the nodes of their definitions.
// Source: https://github.com/onnx/onnx/blob/main/docs/IR.md#functions
#ifndef GOSSAMER_GRAPH_INLINE_FUNCTIONS_H_
#define GOSSAMER_GRAPH_INLINE_FUNCTIONS_H_

#include "gossamer/status.h"
#include "onnx/model.h"

namespace gossamer {

// Replaces every call of one of the model's functions by its body, nested calls included. Names
// inside a body are made unique: "call3/conv". Errors: LIMIT when calls nest too deeply (or for
// ever), make too many nodes or copy too much; GRAPH when a call passes more than the function
// takes.
Status inline_functions(onnx_model::Model& model);

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_INLINE_FUNCTIONS_H_
