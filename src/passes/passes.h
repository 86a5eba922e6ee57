// The passes, one file each. A pass takes a graph whose types and shapes are inferred and leaves it
// computing the same outputs; new values get their type and shape from the pass.
#ifndef GOSSAMER_PASSES_PASSES_H_
#define GOSSAMER_PASSES_PASSES_H_

#include "graph/graph.h"

namespace gossamer {

// float16, bfloat16 and float64 throughout   =>   float32, between casts at the graph's ends
Status compute_in_float32(Graph& graph);

// x -> Identity, Dropout, Reshape to the same shape -> y   =>   x = y
Status eliminate_views(Graph& graph);

// Conv -> BatchNormalization   =>   Conv with scaled weights and another bias
Status fold_batch_normalization(Graph& graph);

// ReduceX without keepdims, or with axes as an input   =>   ReduceX with both settled -> Reshape
Status settle_reductions(Graph& graph);

// Slice(x, starts, ends), Pad(x, widths), ... with constants  =>   Slice(x), Pad(x), ...
Status bind_parameters(Graph& graph);

// Convolutions and pooling get channels last; the transposes this takes are moved down through
// operators that do not care, until they cancel or meet a real boundary.
Status assign_layout(Graph& graph);

// Transpose -> Transpose   =>   one Transpose, or none; a Transpose that moves no element => a view
Status simplify_transposes(Graph& graph);

// x * Sigmoid(x)   =>   SiLU(x), and the like
Status fuse_gate(Graph& graph);

// x/2 (1 + Erf(x / sqrt 2)), or with Tanh   =>   Gelu(x)
Status fuse_gelu(Graph& graph);

// (x - mean) / Sqrt(variance + epsilon) * scale + bias   =>   LayerNormalization(x, scale, bias)
Status fuse_layer_normalization(Graph& graph);

// Einsum of two tensors   =>   Transpose, MatMul, Transpose
Status split_einsum(Graph& graph);

// Pad with zeros -> Conv or AveragePool   =>   one node with wider pads
Status fuse_pad(Graph& graph);

// Conv(x) + r   =>   Conv that adds r in its epilogue
Status fuse_residual(Graph& graph);

// Conv, Gemm, MatMul -> activation   =>   one node with the activation in its epilogue
Status fuse_activation(Graph& graph);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_PASSES_H_
