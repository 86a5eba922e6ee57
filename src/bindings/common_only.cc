// What the common module leaves to the module with every operator, besides operators: sparse
// tensors. The linker prefers this definition to the library's, as it does with the table of
// operators. The error lists what is lacking, so the page downloads the other module and asks
// again.
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {

Result<InitializerDef> decode_sparse_tensor(WireReader& /*reader*/, uint64_t /*end*/,
                                            TensorBudget& /*budget*/) {
  return Status(Code::kUnsupported, Stage::kDecode, "this build reads no sparse tensors")
      .operators("sparse tensors");
}

}  // namespace gossamer::onnx_model
