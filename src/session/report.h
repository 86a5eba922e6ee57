// What a model is, told before anything of it is computed: for the page's report on a file that
// somebody brought along. Enters: a model's source, of which the structure is read and no weight,
// so that a file of a gigabyte takes milliseconds, and files beside it may be absent. Leaves: JSON.
#ifndef GOSSAMER_SESSION_REPORT_H_
#define GOSSAMER_SESSION_REPORT_H_

#include <string>

#include "gossamer/model_source.h"
#include "gossamer/status.h"

namespace gossamer {

// {ir_version, producer, opsets: {domain: version}, metadata: {key: text},
//  inputs: [{name, type, kind, shape: [extent, or "symbol", or -1]}], outputs: alike,
//  operators: [{domain, name, count, supported}], node_count, parameters, weight_bytes,
//  nodes: [{label, op, inputs: [name], outputs: [name], parameters}]}
// The domain of ONNX's own operators is "". Calls of the model's own functions are replaced by what
// these consist of; what no output needs is left out; graphs inside branches and loops count, too.
// `metadata` has the recipe that follows from ONNX's properties of images, where there is none.
// `parameters` are elements of stored tensors, but for indices (int32, int64) and truth values.
// `nodes` are those of the graph as a plan begins with it, by the labels that its steps have; empty
// where an operator is not supported.
// Errors: those of decoding and of inlining functions; GRAPH for operator sets that cannot be.
Result<std::string> report_json(const ModelSource& source);

}  // namespace gossamer

#endif  // GOSSAMER_SESSION_REPORT_H_
