// Every vector kernel of this build: the one list from which kernels take their names and tests
// learn what there is to sweep. A kernel that runs under a name missing here fails its test, and so
// does a row that no test reached.
#ifndef GOSSAMER_KERNELS_TABLE_H_
#define GOSSAMER_KERNELS_TABLE_H_

#include <string_view>

#include "base/simd.h"
#include "kernels/gemm/tile.h"

namespace gossamer {

struct KernelEntry {
  std::string_view family;     // the folder under src/kernels
  std::string_view name;       // type, family, tile and level
  bool needs_vectors = false;  // left out where vectors are emulated
};

namespace kernel_name {
inline constexpr std::string_view kGemm = GOSSAMER_KERNEL_NAME("f32_gemm_" GOSSAMER_TILE);
inline constexpr std::string_view kGemv = GOSSAMER_KERNEL_NAME("f32_gemv_1x8");
inline constexpr std::string_view kMatMul = GOSSAMER_KERNEL_NAME("f32_matmul_" GOSSAMER_TILE);
inline constexpr std::string_view kConv = GOSSAMER_KERNEL_NAME("f32_conv_" GOSSAMER_TILE);
inline constexpr std::string_view kConvTranspose =
    GOSSAMER_KERNEL_NAME("f32_convtranspose_" GOSSAMER_TILE);
inline constexpr std::string_view kWinograd4 = GOSSAMER_KERNEL_NAME("f32_winograd_4x4_3x3");
inline constexpr std::string_view kWinograd2 = GOSSAMER_KERNEL_NAME("f32_winograd_2x2_3x3");
inline constexpr std::string_view kWinogradLine = GOSSAMER_KERNEL_NAME("f32_winograd_line_4x4");
inline constexpr std::string_view kDepthwise3x3 = GOSSAMER_KERNEL_NAME("f32_dwconv_3x3");
inline constexpr std::string_view kDepthwise5x5 = GOSSAMER_KERNEL_NAME("f32_dwconv_5x5");
inline constexpr std::string_view kDepthwiseAny = GOSSAMER_KERNEL_NAME("f32_dwconv_any");
inline constexpr std::string_view kMaxPool = GOSSAMER_KERNEL_NAME("f32_maxpool_window");
inline constexpr std::string_view kAveragePool = GOSSAMER_KERNEL_NAME("f32_avgpool_window");
inline constexpr std::string_view kLpPool = GOSSAMER_KERNEL_NAME("f32_lppool_window");
inline constexpr std::string_view kGlobalAverage = GOSSAMER_KERNEL_NAME("f32_avgpool_global");
inline constexpr std::string_view kActivate = GOSSAMER_KERNEL_NAME("f32_activate_flat");
inline constexpr std::string_view kFunction = GOSSAMER_KERNEL_NAME("f32_function_flat");
inline constexpr std::string_view kCurve = GOSSAMER_KERNEL_NAME("f32_curve_flat");
inline constexpr std::string_view kPower = GOSSAMER_KERNEL_NAME("f32_power_flat");
inline constexpr std::string_view kBinaryFlat = GOSSAMER_KERNEL_NAME("f32_binary_flat");
inline constexpr std::string_view kBinaryBroadcast = GOSSAMER_KERNEL_NAME("f32_binary_broadcast");
inline constexpr std::string_view kSoftmax = GOSSAMER_KERNEL_NAME("f32_softmax_rows");
inline constexpr std::string_view kLogSoftmax = GOSSAMER_KERNEL_NAME("f32_logsoftmax_rows");
inline constexpr std::string_view kSoftmaxColumns = GOSSAMER_KERNEL_NAME("f32_softmax_columns");
inline constexpr std::string_view kLogSoftmaxColumns =
    GOSSAMER_KERNEL_NAME("f32_logsoftmax_columns");
inline constexpr std::string_view kReduceRows = GOSSAMER_KERNEL_NAME("f32_reduce_rows");
inline constexpr std::string_view kReduceColumns = GOSSAMER_KERNEL_NAME("f32_reduce_columns");
inline constexpr std::string_view kResize = GOSSAMER_KERNEL_NAME("f32_resize_separable");
inline constexpr std::string_view kAffine = GOSSAMER_KERNEL_NAME("f32_affine_channels");
inline constexpr std::string_view kMeanVarianceRows = GOSSAMER_KERNEL_NAME("f32_meanvar_rows");
inline constexpr std::string_view kMeanVarianceColumns =
    GOSSAMER_KERNEL_NAME("f32_meanvar_columns");
inline constexpr std::string_view kLocalResponse = GOSSAMER_KERNEL_NAME("f32_lrn_channels");
inline constexpr std::string_view kLocalResponsePlanes = GOSSAMER_KERNEL_NAME("f32_lrn_planes");
// Elements of one type as those of another, one of which is float32.
inline constexpr std::string_view kConvert = GOSSAMER_KERNEL_NAME("any_convert_flat");
// Four bytes each, which are moved and not understood.
inline constexpr std::string_view kWhere = GOSSAMER_KERNEL_NAME("x32_where_runs");
inline constexpr std::string_view kQuantize = GOSSAMER_KERNEL_NAME("f32_quantize_runs");
inline constexpr std::string_view kDequantize = GOSSAMER_KERNEL_NAME("f32_dequantize_runs");
inline constexpr std::string_view kTopK = GOSSAMER_KERNEL_NAME("f32_topk_heap");
// Elements of any type of 1, 2, 4 or 8 bytes, which are moved and not understood.
inline constexpr std::string_view kTransposeRows = GOSSAMER_KERNEL_NAME("any_transpose_rows");
inline constexpr std::string_view kTransposeSwap = GOSSAMER_KERNEL_NAME("any_transpose_swap");
inline constexpr std::string_view kTransposeStrided = GOSSAMER_KERNEL_NAME("any_transpose_strided");
inline constexpr std::string_view kConcat = GOSSAMER_KERNEL_NAME("any_concat_rows");
inline constexpr std::string_view kSplit = GOSSAMER_KERNEL_NAME("any_split_rows");
}  // namespace kernel_name

inline constexpr KernelEntry kKernelTable[] = {
    {"gemm", kernel_name::kGemm},
    {"gemm", kernel_name::kGemv},
    {"gemm", kernel_name::kMatMul},
    {"conv", kernel_name::kConv},
    {"conv", kernel_name::kConvTranspose},
    {"winograd", kernel_name::kWinograd4},
    {"winograd", kernel_name::kWinograd2},
    {"winograd", kernel_name::kWinogradLine},
    {"conv", kernel_name::kDepthwise3x3, true},
    {"conv", kernel_name::kDepthwise5x5, true},
    {"conv", kernel_name::kDepthwiseAny},
    {"pool", kernel_name::kMaxPool},
    {"pool", kernel_name::kAveragePool},
    {"pool", kernel_name::kLpPool},
    {"pool", kernel_name::kGlobalAverage},
    {"elementwise", kernel_name::kActivate},
    {"elementwise", kernel_name::kFunction},
    {"elementwise", kernel_name::kCurve},
    {"elementwise", kernel_name::kPower},
    {"elementwise", kernel_name::kBinaryFlat},
    {"elementwise", kernel_name::kBinaryBroadcast},
    {"elementwise", kernel_name::kConvert},
    {"elementwise", kernel_name::kWhere},
    {"quantize", kernel_name::kQuantize},
    {"quantize", kernel_name::kDequantize},
    {"softmax", kernel_name::kSoftmax},
    {"softmax", kernel_name::kLogSoftmax},
    {"softmax", kernel_name::kSoftmaxColumns},
    {"softmax", kernel_name::kLogSoftmaxColumns},
    {"reduce", kernel_name::kReduceRows},
    {"reduce", kernel_name::kReduceColumns},
    {"selection", kernel_name::kTopK},
    {"resize", kernel_name::kResize},
    {"normalize", kernel_name::kAffine},
    {"normalize", kernel_name::kMeanVarianceRows},
    {"normalize", kernel_name::kMeanVarianceColumns},
    {"normalize", kernel_name::kLocalResponse},
    {"normalize", kernel_name::kLocalResponsePlanes},
    {"movement", kernel_name::kTransposeRows},
    {"movement", kernel_name::kTransposeSwap},
    {"movement", kernel_name::kTransposeStrided},
    {"movement", kernel_name::kConcat},
    {"movement", kernel_name::kSplit},
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_TABLE_H_
