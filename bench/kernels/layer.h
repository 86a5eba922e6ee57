// A layer as bench/shapes/*.txt write it: a count, a family and its extents, on one line. These are
// what the reference models really run, after all rewriting; the kernels are measured on them.
#ifndef GOSSAMER_BENCH_KERNELS_LAYER_H_
#define GOSSAMER_BENCH_KERNELS_LAYER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "gossamer/status.h"
#include "kernels/conv/conv_params.h"
#include "kernels/pool/pool_params.h"

namespace gossamer::bench {

// [m, k] times a constant [k, n].
struct GemmShape {
  int64_t m = 1, k = 1, n = 1;
};
// `batch` products of computed matrices.
struct MatMulShape {
  int64_t batch = 1, m = 1, k = 1, n = 1;
};
using Layer = std::variant<ConvParams, GemmShape, MatMulShape, PoolParams>;

// "conv 1 56 56 64 ...", without the count. Equal for equal layers, whatever their activation.
std::string write_layer(const Layer& layer);
// Errors: PARSE.
Result<Layer> parse_layer(std::string_view text);
// What the columns of its family are: "conv batch in_h in_w ...".
std::string name_columns(const Layer& layer);
// "conv 56x56x64 > 56x56x64, 3x3": short, for tables.
std::string label_of(const Layer& layer);

uint64_t multiply_adds(const Layer& layer);

}  // namespace gossamer::bench

#endif  // GOSSAMER_BENCH_KERNELS_LAYER_H_
