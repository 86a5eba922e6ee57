// Single tensors in files: the serialised TensorProto that every ONNX tool can write, and that the
// backend tests consist of.
#ifndef GOSSAMER_ONNX_TENSOR_FILE_H_
#define GOSSAMER_ONNX_TENSOR_FILE_H_

#include <span>
#include <string>

#include "onnx/model.h"

namespace gossamer::onnx_model {

// The name may be empty. Errors: PARSE, INITIALIZER, UNSUPPORTED (sequences), IO, OOM.
Result<InitializerDef> read_tensor(const ModelSource& file);

// The bytes of a TensorProto holding `tensor` as raw data, elements of 4 bits packed; of strings,
// as the texts that are given, one for each element.
std::string write_tensor(const std::string& name, const TensorView& tensor,
                         std::span<const std::string> texts = {});

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_TENSOR_FILE_H_
