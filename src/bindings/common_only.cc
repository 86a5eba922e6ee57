// What the common module leaves to the module with every operator, besides operators. The linker
// prefers these definitions to the library's, as it does with the table of operators.
#include "kernels/pool/pool.h"
#include "kernels/reduce/reduce.h"
#include "kernels/softmax/softmax.h"
#include "onnx/tensor_decoder.h"
#include "passes/float64.h"
#include "passes/passes.h"
#include "session/class_names.h"

namespace gossamer {

// The error lists what is lacking, so the page downloads the other module and asks again.
Result<onnx_model::InitializerDef> onnx_model::decode_sparse_tensor(WireReader& /*reader*/,
                                                                    uint64_t /*end*/,
                                                                    TensorBudget& /*budget*/) {
  return Status(Code::kUnsupported, Stage::kDecode, "this build reads no sparse tensors")
      .operators("sparse tensors");
}

Status check_float64(const Graph& graph) {
  for (ValueId id = 0; id < graph.value_count(); ++id) {
    if (graph.value(id).type != DataType::kFloat64) continue;
    return Status(Code::kUnsupported, Stage::kGraph, "this build computes nothing in float64")
        .operators("float64");
  }
  return Status::ok();
}

Result<std::vector<bool>> settle_float64(Graph& graph, const std::vector<NodeId>& /*order*/) {
  return check_float64(graph);
}

// Neither the functions in these formulas, nor what they become, are here.
Status fuse_gelu(Graph& /*graph*/) {
  return Status::ok();
}
Status fuse_layer_normalization(Graph& /*graph*/) {
  return Status::ok();
}
Status split_einsum(Graph& /*graph*/) {
  return Status::ok();
}

// Forms of common operators that classifiers seldom have: their references do.
std::unique_ptr<Kernel> make_softmax_columns_f32(SoftmaxKind /*kind*/, int64_t /*outer*/,
                                                 int64_t /*n*/, int64_t /*inner*/) {
  return nullptr;
}
std::unique_ptr<Kernel> make_reduce_columns_f32(Reduction /*form*/, int64_t /*outer*/,
                                                int64_t /*n*/, int64_t /*inner*/) {
  return nullptr;
}
std::unique_ptr<Kernel> make_lp_pool_f32(const PoolParams& /*params*/, int64_t /*p*/) {
  return nullptr;
}

// None: the operators that name classes, or find the place of the greatest score, are not here.
std::vector<ClassNames> class_names(const Graph& graph) {
  return std::vector<ClassNames>(graph.outputs().size());
}

}  // namespace gossamer
