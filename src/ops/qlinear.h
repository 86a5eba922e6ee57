// The operators with which onnxruntime's quantiser replaces others (domain com.microsoft). All of
// them are composites. Those named QLinear... dequantise, compute as the operator they replace, and
// quantise again, which is the very form of networks with DequantizeLinear and QuantizeLinear
// nodes:
//
//   QLinearAdd, QLinearMul, QLinearConcat, QLinearWhere, QLinearLeakyRelu, QLinearSigmoid,
//   QLinearSoftmax, QLinearAveragePool, QLinearGlobalAveragePool
//
// The products sum in int32 and scale the sums:
//
//   QGemm                 alpha * A' * B' + C, quantised again, or real without a scale for it
//   MatMulIntegerToFloat  A * B + bias as real numbers
//   DynamicQuantizeMatMul the same for a real A, which is quantised first
//
// Averages and the binary operators round after the zero point was added, the others before, as
// onnxruntime does.
// Source: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
#ifndef GOSSAMER_OPS_QLINEAR_H_
#define GOSSAMER_OPS_QLINEAR_H_

#include "ops/checks.h"

namespace gossamer {

OpResult make_qlinear_binary(AttributeReader& attributes);  // QLinearAdd, QLinearMul
OpResult make_qlinear_concat(AttributeReader& attributes);
OpResult make_qlinear_where(AttributeReader& attributes);
OpResult make_qlinear_unary(AttributeReader& attributes);  // QLinearLeakyRelu, QLinearSigmoid
OpResult make_qlinear_softmax(AttributeReader& attributes);
OpResult make_qlinear_average_pool(AttributeReader& attributes);
OpResult make_qlinear_global_average_pool(AttributeReader& attributes);
OpResult make_qgemm(AttributeReader& attributes);
OpResult make_matmul_integer_to_float(AttributeReader& attributes);
OpResult make_dynamic_quantize_matmul(AttributeReader& attributes);
// ONNX's QLinearConv and MaxPool with channels last.
OpResult make_channels_last_qlinear_conv(AttributeReader& attributes);
OpResult make_channels_last_max_pool(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_QLINEAR_H_
