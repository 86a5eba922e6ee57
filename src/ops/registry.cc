// See registry.h. One line per operator: type, the opsets understood, maker, file, limits.
#include "ops/registry.h"

#include <algorithm>
#include <array>

#include "graph/inline_functions.h"
#include "ops/arithmetic.h"
#include "ops/attention.h"
#include "ops/branch.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/conv.h"
#include "ops/conv_transpose.h"
#include "ops/deform_conv.h"
#include "ops/einsum.h"
#include "ops/elementwise.h"
#include "ops/expand.h"
#include "ops/features.h"
#include "ops/fill.h"
#include "ops/fused.h"
#include "ops/gather.h"
#include "ops/gather_elements.h"
#include "ops/gemm.h"
#include "ops/grid_sample.h"
#include "ops/identity.h"
#include "ops/labels.h"
#include "ops/linear_model.h"
#include "ops/local_response.h"
#include "ops/logic.h"
#include "ops/loop.h"
#include "ops/matmul_nbits.h"
#include "ops/mean_variance.h"
#include "ops/nonzero.h"
#include "ops/normalization.h"
#include "ops/one_hot.h"
#include "ops/pad.h"
#include "ops/pool.h"
#include "ops/qlinear.h"
#include "ops/quantize.h"
#include "ops/quantized_product.h"
#include "ops/rearrange.h"
#include "ops/reduce.h"
#include "ops/reshape.h"
#include "ops/resize.h"
#include "ops/scan.h"
#include "ops/scatter.h"
#include "ops/selection.h"
#include "ops/sequence.h"
#include "ops/slice.h"
#include "ops/softmax.h"
#include "ops/split.h"
#include "ops/taper.h"
#include "ops/transpose.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

constexpr int kLast = kNewestOpset;

// The classical models and their labels, a domain with opsets of its own.
constexpr std::string_view kMl = "ai.onnx.ml";
constexpr int kLastMl = kNewestMlOpset;

constexpr std::string_view kUnrolled = "counts may follow from inputs, not from activations";
constexpr std::string_view kShapes = "shapes may follow from inputs, not from activations";

constexpr std::string_view kMicrosoft = "com.microsoft";  // onnxruntime's own operators

constexpr OpEntry kTable[] = {
    {"Abs", 6, kLast, make_function, "unary", ""},
    {"Acos", 7, kLast, make_function, "unary", ""},
    {"Acosh", 9, kLast, make_function, "unary", ""},
    {"Add", 6, kLast, make_add, "arithmetic", ""},
    {"Affine", 1, 9, make_affine, "fused", ""},
    {"AffineGrid", 20, kLast, make_affine_grid, "grid_sample", kShapes},
    {"And", 6, kLast, make_binary, "arithmetic", ""},
    {"ArgMax", 1, kLast, make_arg, "selection", ""},
    {"ArgMin", 1, kLast, make_arg, "selection", ""},
    {"ArrayFeatureExtractor", 1, kLastMl, make_array_feature_extractor, "labels", "", kMl},
    {"Asin", 7, kLast, make_function, "unary", ""},
    {"Asinh", 9, kLast, make_function, "unary", ""},
    {"Atan", 7, kLast, make_function, "unary", ""},
    {"Atanh", 9, kLast, make_function, "unary", ""},
    {"Attention", 23, kLast, make_attention, "attention", ""},
    {"Attention", 1, 1, make_packed_attention, "attention", "no mask, no past", kMicrosoft},
    {"AveragePool", 1, kLast, make_average_pool, "pool", ""},
    {"BatchNormalization", 6, kLast, make_batch_normalization, "normalization",
     "running averages from opset 14 on"},
    {"BiasGelu", 1, 1, make_bias_gelu, "fused", "", kMicrosoft},
    {"Binarizer", 1, kLastMl, make_binarizer, "features", "", kMl},
    {"BitShift", 11, kLast, make_binary, "arithmetic", ""},
    {"BitwiseAnd", 18, kLast, make_binary, "arithmetic", ""},
    {"BitwiseNot", 18, kLast, make_test, "logic", ""},
    {"BitwiseOr", 18, kLast, make_binary, "arithmetic", ""},
    {"BitwiseXor", 18, kLast, make_binary, "arithmetic", ""},
    {"BlackmanWindow", 17, kLast, make_taper, "taper", kShapes},
    {"Cast", 6, kLast, make_cast, "cast", "no strings, no 8-bit floats"},
    {"CastLike", 15, kLast, make_cast_like, "cast", "no strings, no 8-bit floats"},
    {"Ceil", 6, kLast, make_function, "unary", ""},
    {"Celu", 12, kLast, make_function, "unary", ""},
    {"Clip", 6, kLast, make_clip, "elementwise", ""},
    {"Compress", 9, kLast, make_compress, "nonzero", kShapes},
    {"Concat", 4, kLast, make_concat, "concat", ""},
    {"ConcatFromSequence", 11, kLast, make_concat_from_sequence, "sequence", kUnrolled},
    {"Constant", 1, kLast, make_constant, "constant", ""},
    {"ConstantOfShape", 9, kLast, make_constant_of_shape, "fill", kShapes},
    {"Conv", 1, kLast, make_conv, "conv", "1 to 3 spatial axes"},
    {"ConvInteger", 10, kLast, make_conv_integer, "quantized_product", ""},
    {"ConvTranspose", 1, kLast, make_conv_transpose, "conv_transpose", "1 to 3 spatial axes"},
    {"Cos", 7, kLast, make_function, "unary", ""},
    {"Cosh", 9, kLast, make_function, "unary", ""},
    {"Crop", 1, 9, make_crop, "fused", ""},
    {"CumSum", 11, kLast, make_cum_sum, "scan", ""},
    {"DeformConv", 19, kLast, make_deform_conv, "deform_conv", ""},
    {"DepthToSpace", 1, kLast, make_depth_to_space, "rearrange", ""},
    {"DequantizeLinear", 10, kLast, make_dequantize, "quantize", "4, 8 and 16 bits, int32"},
    {"DequantizeLinear", 1, 1, make_contrib_dequantize, "quantize", "", kMicrosoft},
    {"Div", 6, kLast, make_div, "arithmetic", ""},
    {"Dropout", 7, kLast, make_dropout, "identity", "nothing random"},
    {"DynamicQuantizeLinear", 11, kLast, make_dynamic_quantize, "quantize", ""},
    {"DynamicQuantizeMatMul", 1, 1, make_dynamic_quantize_matmul, "qlinear", "", kMicrosoft},
    {"Einsum", 12, kLast, make_einsum, "einsum", "one or two operands"},
    {"Elu", 6, kLast, make_function, "unary", ""},
    {"Equal", 6, kLast, make_binary, "arithmetic", ""},
    {"Erf", 9, kLast, make_function, "unary", ""},
    {"Exp", 6, kLast, make_function, "unary", ""},
    {"Expand", 8, kLast, make_expand, "expand", kShapes},
    {"EyeLike", 9, kLast, make_eye_like, "fill", ""},
    {"FastGelu", 1, 1, make_bias_gelu, "fused", "", kMicrosoft},
    {"FeatureVectorizer", 1, kLastMl, make_feature_vectorizer, "features", "", kMl},
    {"Flatten", 1, kLast, make_flatten, "reshape", ""},
    {"Floor", 6, kLast, make_function, "unary", ""},
    {"FusedConv", 1, 1, make_fused_conv, "fused", "", kMicrosoft},
    {"FusedGemm", 1, 1, make_fused_gemm, "fused", "", kMicrosoft},
    {"FusedMatMul", 1, 1, make_fused_matmul, "fused", "", kMicrosoft},
    {"Gather", 1, kLast, make_gather, "gather", ""},
    {"GatherElements", 11, kLast, make_gather_elements, "gather_elements", ""},
    {"GatherND", 11, kLast, make_gather_nd, "gather_elements", ""},
    {"Gelu", 20, kLast, make_function, "unary", ""},
    {"Gelu", 1, 1, make_function, "unary", "", kMicrosoft},
    {"Gemm", 6, kLast, make_gemm, "gemm", ""},
    {"GlobalAveragePool", 1, kLast, make_global_average_pool, "pool", ""},
    {"GlobalLpPool", 2, kLast, make_global_lp_pool, "pool", ""},
    {"GlobalMaxPool", 1, kLast, make_global_max_pool, "pool", ""},
    {"Greater", 6, kLast, make_binary, "arithmetic", ""},
    {"GreaterOrEqual", 12, kLast, make_binary, "arithmetic", ""},
    {"GridSample", 16, kLast, make_grid_sample, "grid_sample", ""},
    {"GridSample", 1, 1, make_grid_sample, "grid_sample", "", kMicrosoft},
    {"GroupNormalization", 18, kLast, make_group_normalization, "mean_variance", ""},
    {"HammingWindow", 17, kLast, make_taper, "taper", kShapes},
    {"HannWindow", 17, kLast, make_taper, "taper", kShapes},
    {"HardSigmoid", 6, kLast, make_hard_sigmoid, "elementwise", ""},
    {"HardSwish", 14, kLast, make_hard_swish, "elementwise", ""},
    {"Hardmax", 1, kLast, make_hardmax, "softmax", ""},
    {"Identity", 1, kLast, make_identity, "identity", ""},
    {"If", 1, kLast, make_if, "branch", kShapes},
    {"ImageScaler", 1, 9, make_image_scaler, "fused", ""},
    {"Imputer", 1, kLastMl, make_imputer, "features", "", kMl},
    {"InstanceNormalization", 6, kLast, make_instance_normalization, "mean_variance", ""},
    {"IsInf", 10, kLast, make_test, "logic", ""},
    {"IsNaN", 9, kLast, make_test, "logic", ""},
    {"LRN", 1, kLast, make_lrn, "local_response", ""},
    {"LabelEncoder", 1, kLastMl, make_label_encoder, "labels", "", kMl},
    {"LayerNormalization", 1, kLast, make_layer_normalization, "mean_variance",
     "statistics in float32"},
    {"LeakyRelu", 6, kLast, make_function, "unary", ""},
    {"Less", 6, kLast, make_binary, "arithmetic", ""},
    {"LessOrEqual", 12, kLast, make_binary, "arithmetic", ""},
    {"LinearClassifier", 1, kLastMl, make_linear_classifier, "linear_model", "", kMl},
    {"LinearRegressor", 1, kLastMl, make_linear_regressor, "linear_model", "", kMl},
    {"Log", 6, kLast, make_function, "unary", ""},
    {"LogSoftmax", 1, kLast, make_log_softmax, "softmax", ""},
    {"Loop", 1, kLast, make_loop, "loop", kUnrolled},
    {"LpNormalization", 1, kLast, make_lp_normalization, "local_response", ""},
    {"LpPool", 2, kLast, make_lp_pool, "pool", ""},
    {"MatMul", 1, kLast, make_matmul, "gemm", ""},
    {"MatMulInteger", 10, kLast, make_matmul_integer, "quantized_product",
     "zero points per tensor, row or column"},
    {"MatMulIntegerToFloat", 1, 1, make_matmul_integer_to_float, "qlinear", "", kMicrosoft},
    {"MatMulNBits", 1, 1, make_matmul_nbits, "matmul_nbits", "no g_idx", kMicrosoft},
    {"Max", 6, kLast, make_binary, "arithmetic", ""},
    {"MaxPool", 1, kLast, make_max_pool, "pool", ""},
    {"Mean", 6, kLast, make_binary, "arithmetic", ""},
    {"MeanVarianceNormalization", 9, kLast, make_mean_variance_normalization, "mean_variance", ""},
    {"Min", 6, kLast, make_binary, "arithmetic", ""},
    {"Mish", 18, kLast, make_function, "unary", ""},
    {"Mod", 10, kLast, make_binary, "arithmetic", ""},
    {"Mul", 6, kLast, make_mul, "arithmetic", ""},
    {"MultiHeadAttention", 1, 1, make_multi_head_attention, "attention",
     "no packed inputs, no padding mask, no past", kMicrosoft},
    {"Neg", 6, kLast, make_function, "unary", ""},
    {"NhwcMaxPool", 1, 1, make_channels_last_max_pool, "qlinear", "", kMicrosoft},
    {"NonZero", 9, kLast, make_non_zero, "nonzero", kShapes},
    {"Normalizer", 1, kLastMl, make_normalizer, "features", "", kMl},
    {"Not", 1, kLast, make_test, "logic", ""},
    {"OneHot", 9, kLast, make_one_hot, "one_hot", kShapes},
    {"Or", 6, kLast, make_binary, "arithmetic", ""},
    {"PRelu", 6, kLast, make_binary, "arithmetic", ""},
    {"Pad", 2, kLast, make_pad, "pad", kShapes},
    {"ParametricSoftplus", 1, 9, make_scaled_function, "fused", ""},
    {"Pow", 6, kLast, make_binary, "arithmetic", ""},
    {"QGemm", 1, 1, make_qgemm, "qlinear", "", kMicrosoft},
    {"QLinearAdd", 1, 1, make_qlinear_binary, "qlinear", "", kMicrosoft},
    {"QLinearAveragePool", 1, 1, make_qlinear_average_pool, "qlinear", "", kMicrosoft},
    {"QLinearConcat", 1, 1, make_qlinear_concat, "qlinear", "", kMicrosoft},
    {"QLinearConv", 10, kLast, make_qlinear_conv, "quantized_product", ""},
    {"QLinearConv", 1, 1, make_channels_last_qlinear_conv, "qlinear", "", kMicrosoft},
    {"QLinearGlobalAveragePool", 1, 1, make_qlinear_global_average_pool, "qlinear", "", kMicrosoft},
    {"QLinearLeakyRelu", 1, 1, make_qlinear_unary, "qlinear", "", kMicrosoft},
    {"QLinearMatMul", 10, kLast, make_qlinear_matmul, "quantized_product",
     "scales per tensor, row or column"},
    {"QLinearMul", 1, 1, make_qlinear_binary, "qlinear", "", kMicrosoft},
    {"QLinearSigmoid", 1, 1, make_qlinear_unary, "qlinear", "", kMicrosoft},
    {"QLinearSoftmax", 1, 1, make_qlinear_softmax, "qlinear", "", kMicrosoft},
    {"QLinearWhere", 1, 1, make_qlinear_where, "qlinear", "", kMicrosoft},
    {"QuantizeLinear", 10, kLast, make_quantize, "quantize", "4, 8 and 16 bits"},
    {"QuantizeLinear", 1, 1, make_contrib_quantize, "quantize", "", kMicrosoft},
    {"QuickGelu", 1, 1, make_swish, "fused", "", kMicrosoft},
    {"RMSNormalization", 23, kLast, make_rms_normalization, "mean_variance",
     "statistics in float32"},
    {"Range", 11, kLast, make_range, "fill", kShapes},
    {"Reciprocal", 6, kLast, make_function, "unary", ""},
    {"ReduceL1", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceL2", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceLogSum", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceLogSumExp", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceMax", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceMean", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceMin", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceProd", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceSum", 1, kLast, make_reduce, "reduce", ""},
    {"ReduceSumSquare", 1, kLast, make_reduce, "reduce", ""},
    {"Relu", 6, kLast, make_relu, "elementwise", ""},
    {"Reshape", 5, kLast, make_reshape, "reshape", kShapes},
    {"Resize", 10, kLast, make_resize, "resize", kShapes},
    {"ReverseSequence", 10, kLast, make_reverse_sequence, "rearrange", ""},
    {"RotaryEmbedding", 23, kLast, make_rotary_embedding, "attention", ""},
    {"Round", 11, kLast, make_function, "unary", ""},
    {"Scale", 1, 9, make_affine, "fused", ""},
    {"ScaledTanh", 1, 9, make_scaled_function, "fused", ""},
    {"Scaler", 1, kLastMl, make_scaler, "features", "", kMl},
    {"Scan", 9, kLast, make_scan, "loop", kUnrolled},
    {"Scatter", 9, 10, make_scatter, "scatter", ""},
    {"ScatterElements", 11, kLast, make_scatter_elements, "scatter", ""},
    {"ScatterND", 11, kLast, make_scatter_nd, "scatter", ""},
    {"Selu", 6, kLast, make_function, "unary", ""},
    {"SequenceAt", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceConstruct", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceEmpty", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceErase", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceInsert", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceLength", 11, kLast, make_sequence, "sequence", kUnrolled},
    {"SequenceMap", 17, kLast, make_sequence_map, "sequence", kUnrolled},
    {"Shape", 1, kLast, make_shape_of, "constant", ""},
    {"Shrink", 9, kLast, make_function, "unary", ""},
    {"Sigmoid", 6, kLast, make_sigmoid, "elementwise", ""},
    {"Sign", 9, kLast, make_function, "unary", ""},
    {"SimplifiedLayerNormalization", 1, kLast, make_simplified_layer_normalization, "mean_variance",
     ""},
    {"Sin", 7, kLast, make_function, "unary", ""},
    {"Sinh", 9, kLast, make_function, "unary", ""},
    {"Size", 1, kLast, make_size, "constant", ""},
    {"SkipLayerNormalization", 1, 1, make_skip_layer_normalization, "mean_variance", "",
     kMicrosoft},
    {"SkipSimplifiedLayerNormalization", 1, 1, make_skip_layer_normalization, "mean_variance", "",
     kMicrosoft},
    {"Slice", 1, kLast, make_slice, "slice", kShapes},
    {"Softmax", 1, kLast, make_softmax, "softmax", ""},
    {"Softplus", 1, kLast, make_function, "unary", ""},
    {"Softsign", 1, kLast, make_function, "unary", ""},
    {"SpaceToDepth", 1, kLast, make_space_to_depth, "rearrange", ""},
    {"Split", 2, kLast, make_split, "split", kShapes},
    {"SplitToSequence", 11, kLast, make_split_to_sequence, "sequence", kUnrolled},
    {"Sqrt", 6, kLast, make_function, "unary", ""},
    {"Squeeze", 1, kLast, make_squeeze, "reshape", kShapes},
    {"Sub", 6, kLast, make_sub, "arithmetic", ""},
    {"Sum", 6, kLast, make_binary, "arithmetic", ""},
    {"Swish", 24, kLast, make_swish, "fused", ""},
    {"Tan", 7, kLast, make_function, "unary", ""},
    {"Tanh", 6, kLast, make_function, "unary", ""},
    {"ThresholdedRelu", 1, kLast, make_function, "unary", ""},
    {"Tile", 6, kLast, make_tile, "expand", kShapes},
    {"TopK", 1, kLast, make_top_k, "selection", ""},
    {"Transpose", 1, kLast, make_transpose, "transpose", ""},
    {"TransposeMatMul", 1, 1, make_fused_matmul, "fused", "", kMicrosoft},
    {"Trilu", 14, kLast, make_trilu, "rearrange", ""},
    {"Trilu", 1, 1, make_trilu, "rearrange", "", kMicrosoft},
    {"Unsqueeze", 1, kLast, make_unsqueeze, "reshape", kShapes},
    {"Upsample", 7, 9, make_upsample, "resize", kShapes},
    {"Where", 9, kLast, make_where, "logic", ""},
    {"Xor", 6, kLast, make_binary, "arithmetic", ""},
    {"ZipMap", 1, kLastMl, make_zip_map, "labels", "gives the scores as a tensor", kMl},
};

constexpr bool sorted() {
  for (size_t i = 1; i < std::size(kTable); ++i) {
    if (kTable[i - 1].type > kTable[i].type) return false;
  }
  return true;
}
static_assert(sorted(), "the importer searches the table");

// What nearly every convolutional classifier consists of. The web module that a page downloads
// first has these alone (GOSSAMER_COMMON_OPERATORS): the others would add a quarter.
constexpr std::string_view kCommonFamilies[] = {
    "arithmetic", "cast",    "concat",   "constant",      "conv",  "elementwise",
    "gather",     "gemm",    "identity", "normalization", "pad",   "pool",
    "reduce",     "reshape", "slice",    "softmax",       "split", "transpose"};

constexpr bool is_common(const OpEntry& entry) {
  for (std::string_view family : kCommonFamilies) {
    if (entry.family == family) return true;
  }
  return false;
}
constexpr size_t kCommonCount = std::ranges::count_if(kTable, is_common);

// A copy made by the compiler, so that the rows left out, and what they refer to, are not linked.
[[maybe_unused]] constexpr std::array<OpEntry, kCommonCount> common_table() {
  std::array<OpEntry, kCommonCount> common{};
  size_t count = 0;
  for (const OpEntry& entry : kTable) {
    if (is_common(entry)) common[count++] = entry;
  }
  return common;
}

}  // namespace

OpTable op_table() {
#ifdef GOSSAMER_COMMON_OPERATORS
  static constexpr auto kCommon = common_table();
  return kCommon;
#else
  return kTable;
#endif
}

Status replace_functions(onnx_model::Model& model) {
  if (model.functions.empty()) return Status::ok();
#ifdef GOSSAMER_COMMON_OPERATORS
  return Status(Code::kUnsupported, Stage::kGraph, "the model defines operators of its own")
      .operators("functions of the model");
#else
  return inline_functions(model);
#endif
}

}  // namespace gossamer
