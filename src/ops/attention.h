// Attention, of ONNX and in two of onnxruntime's forms, and RotaryEmbedding. All are composites:
//
//   y = softmax( softcap( scale * Q K' ) + mask ) V        softcap(x) = cap * tanh(x / cap)
//
//   Attention           Q, K and V as [batch, heads, length, size] or [batch, length, heads *
//   size];
//                       fewer heads of K and V serve several of Q each; a past is put in front of K
//                       and V. A row of which nothing may take part gives 0.
//   MultiHeadAttention  (com.microsoft) the second layout, one bias for Q, K and V
//   Attention           (com.microsoft) Q, K and V are products of one input and packed weights
//   RotaryEmbedding     pairs of elements of each head, turned by an angle that the position gives
//
// softcap comes before the mask, as in onnxruntime and in ONNX since the order was corrected.
// Sources: https://onnx.ai/onnx/operators/onnx__Attention.html and onnx__RotaryEmbedding.html,
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
#ifndef GOSSAMER_OPS_ATTENTION_H_
#define GOSSAMER_OPS_ATTENTION_H_

#include "ops/checks.h"

namespace gossamer {

OpResult make_attention(AttributeReader& attributes);
OpResult make_multi_head_attention(AttributeReader& attributes);
OpResult make_packed_attention(AttributeReader& attributes);
OpResult make_rotary_embedding(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_ATTENTION_H_
