// From tensors on the wire to Constants, whose elements need not be copied.
#ifndef GOSSAMER_ONNX_TENSOR_DECODER_H_
#define GOSSAMER_ONNX_TENSOR_DECODER_H_

#include "onnx/model.h"
#include "onnx/tensor_fields.h"

namespace gossamer::onnx_model {

// Memory that tensors may still take while a model is decoded.
struct TensorBudget {
  // For elements that the file stores in fewer bytes: a number of 8 bytes may take one in it.
  uint64_t unpacked = UINT64_MAX;
  // For sparse tensors once they are dense.
  uint64_t dense = UINT64_MAX;
  // How many elements those of them may have that are almost empty, together.
  int64_t sparse_elements = int64_t{1} << 25;
};

// The tensor between the reader's position and `end`. Elements stored as raw or packed
// little-endian bytes become a Constant that refers to the source, or to the file beside it where
// they lie; other encodings, and small tensors, are read. The name is there in any case, as far as
// it was found. Errors: INITIALIZER, LIMIT, UNSUPPORTED, PARSE, IO, OOM, all naming the tensor.
Result<InitializerDef> decode_tensor(WireReader& reader, uint64_t end, TensorBudget& budget);

// The same for a sparse tensor, which becomes dense whenever it is read. Errors also: BUDGET.
// Source: https://github.com/onnx/onnx/blob/main/docs/IR.md#sparse-tensors, and onnx.proto.
Result<InitializerDef> decode_sparse_tensor(WireReader& reader, uint64_t end, TensorBudget& budget);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_TENSOR_DECODER_H_
