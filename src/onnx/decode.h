// From bytes to an onnx_model::Model.
#ifndef GOSSAMER_ONNX_DECODE_H_
#define GOSSAMER_ONNX_DECODE_H_

#include "gossamer/model_source.h"
#include "gossamer/status.h"
#include "onnx/model.h"
#include "onnx/scan.h"

namespace gossamer::onnx_model {

// Scans (see scan.h), then decodes. Initializers stay in `source`, which the Model borrows.
// Files that are something else altogether (a web page, a Git LFS pointer, a TensorFlow Lite or
// PyTorch model, ...) are named in the error.
// Weights in other files stay there; `source` gives them (ModelSource::external).
// Errors: PARSE, LIMIT, BUDGET, INITIALIZER, UNSUPPORTED (element types), IO, OOM.
Result<Model> decode(const ModelSource& source, const ScanLimits& limits = {});

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_DECODE_H_
