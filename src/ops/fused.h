// What optimisers and older exporters write as one node and the tables here have as several. All of
// them are composites, whose parts run on the kernels that those have anyway:
//
//   FusedConv          act( Conv(x, w, b) + z )
//   FusedGemm          act( Gemm(a, b, c) )
//   FusedMatMul        alpha * A' * B', either with its last two axes exchanged (transA) or with
//   its
//                      first axis moved behind the batch axes (transBatchA); formerly
//                      TransposeMatMul
//   BiasGelu, FastGelu Gelu of x + bias, exact or with tanh
//   QuickGelu, Swish   x * Sigmoid(alpha * x)
//   ImageScaler        scale * x + bias[c]                     ONNX's first experiments, up to
//   Affine             alpha * x + beta                        opset 9
//   Scale              scale * x
//   ScaledTanh         alpha * Tanh(beta * x)
//   ParametricSoftplus alpha * Softplus(beta * x)
//   Crop               without `border` (left, top, right, bottom) pixels, or `scale` rows and
//                      columns behind the left and top border
// Sources: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md,
// https://onnx.ai/onnx/operators/onnx__Swish.html
#ifndef GOSSAMER_OPS_FUSED_H_
#define GOSSAMER_OPS_FUSED_H_

#include "ops/checks.h"

namespace gossamer {

OpResult make_fused_conv(AttributeReader& attributes);
OpResult make_fused_gemm(AttributeReader& attributes);
OpResult make_fused_matmul(AttributeReader& attributes);  // TransposeMatMul, too
OpResult make_bias_gelu(AttributeReader& attributes);     // BiasGelu, FastGelu
OpResult make_swish(AttributeReader& attributes);         // QuickGelu, Swish
OpResult make_image_scaler(AttributeReader& attributes);
OpResult make_affine(AttributeReader& attributes);           // Affine, Scale
OpResult make_scaled_function(AttributeReader& attributes);  // ScaledTanh, ParametricSoftplus
OpResult make_crop(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_FUSED_H_
