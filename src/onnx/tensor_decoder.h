// Tensors on the wire. An initializer is walked field by field so that its elements need not be
// copied; a tensor inside an attribute is small and arrives parsed.
#ifndef GOSSAMER_ONNX_TENSOR_DECODER_H_
#define GOSSAMER_ONNX_TENSOR_DECODER_H_

#include "onnx/model.h"

namespace gossamer::proto {
class TensorProto;
}

namespace gossamer::onnx_model {

// The tensor in bytes [begin, end) of `source`. Elements stored as raw or packed little-endian
// bytes become a Constant that refers to the source; other encodings, and small tensors, are read.
// One that is not supported is given with that as its problem, in case nobody needs it.
// Errors: INITIALIZER, PARSE, IO, OOM, all naming the tensor.
Result<InitializerDef> decode_initializer(const ModelSource& source, uint64_t begin, uint64_t end);

// The same for a parsed tensor; always resident.
Result<std::shared_ptr<const Constant>> decode_tensor(const proto::TensorProto& tensor);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_TENSOR_DECODER_H_
