// See registry.h. One line per operator: type, the opsets understood, maker, file, limits.
#include "ops/registry.h"

#include "ops/arithmetic.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/constant.h"
#include "ops/conv.h"
#include "ops/elementwise.h"
#include "ops/gather.h"
#include "ops/gemm.h"
#include "ops/identity.h"
#include "ops/normalization.h"
#include "ops/pool.h"
#include "ops/reshape.h"
#include "ops/slice.h"
#include "ops/softmax.h"
#include "ops/transpose.h"

namespace gossamer {
namespace {

constexpr int kLast = 22;  // the newest opset whose changes were followed

constexpr OpEntry kTable[] = {
    {"Add", 7, kLast, make_add, "arithmetic", "float32, int32, int64"},
    {"AveragePool", 7, kLast, make_average_pool, "pool", ""},
    {"BatchNormalization", 7, kLast, make_batch_normalization, "normalization", "inference only"},
    {"Cast", 6, kLast, make_cast, "cast", "no float16, no strings"},
    {"Clip", 6, kLast, make_clip, "elementwise", "float32"},
    {"Concat", 4, kLast, make_concat, "concat", ""},
    {"Constant", 1, kLast, make_constant, "constant", "no strings, not sparse"},
    {"Conv", 1, kLast, make_conv, "conv", "1 to 3 spatial axes"},
    {"Div", 7, kLast, make_div, "arithmetic", "float32, int32, int64"},
    {"Dropout", 7, kLast, make_dropout, "identity", "inference only"},
    {"Flatten", 1, kLast, make_flatten, "reshape", ""},
    {"Gather", 1, kLast, make_gather, "gather", ""},
    {"Gemm", 7, kLast, make_gemm, "gemm", "float32"},
    {"GlobalAveragePool", 1, kLast, make_global_average_pool, "pool", ""},
    {"GlobalMaxPool", 1, kLast, make_global_max_pool, "pool", ""},
    {"HardSigmoid", 6, kLast, make_hard_sigmoid, "elementwise", ""},
    {"HardSwish", 14, kLast, make_hard_swish, "elementwise", ""},
    {"Identity", 1, kLast, make_identity, "identity", "tensors only"},
    {"LogSoftmax", 1, kLast, make_log_softmax, "softmax", ""},
    {"MatMul", 1, kLast, make_matmul, "gemm", "float32"},
    {"MaxPool", 1, kLast, make_max_pool, "pool", "float32, no indices"},
    {"Mul", 7, kLast, make_mul, "arithmetic", "float32, int32, int64"},
    {"Relu", 6, kLast, make_relu, "elementwise", "float32"},
    {"Reshape", 5, kLast, make_reshape, "reshape", "the shape must be known at load"},
    {"Shape", 1, kLast, make_shape_of, "constant", ""},
    {"Sigmoid", 6, kLast, make_sigmoid, "elementwise", ""},
    {"Slice", 1, kLast, make_slice, "slice", "bounds must be known at load"},
    {"Softmax", 1, kLast, make_softmax, "softmax", ""},
    {"Squeeze", 1, kLast, make_squeeze, "reshape", "axes must be known at load"},
    {"Sub", 7, kLast, make_sub, "arithmetic", "float32, int32, int64"},
    {"Transpose", 1, kLast, make_transpose, "transpose", ""},
    {"Unsqueeze", 1, kLast, make_unsqueeze, "reshape", "axes must be known at load"},
};

constexpr bool sorted() {
  for (size_t i = 1; i < std::size(kTable); ++i) {
    if (!(kTable[i - 1].type < kTable[i].type)) return false;
  }
  return true;
}
static_assert(sorted(), "the importer searches the table");

}  // namespace

OpTable op_table() {
  return kTable;
}

}  // namespace gossamer
