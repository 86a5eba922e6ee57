// What a layer's result is by definition, one element at a time in double precision.
#ifndef GOSSAMER_BENCH_KERNELS_DEFINITION_H_
#define GOSSAMER_BENCH_KERNELS_DEFINITION_H_

#include "bench/kernels/subject.h"

namespace gossamer::bench {

struct Expected {
  double value = 0;
  double magnitude = 0;  // the sum of the absolute values of the terms
};

// Element `place` of y.
Expected expected_at(const Layer& layer, const Tensors& tensors, int64_t place);

}  // namespace gossamer::bench

#endif  // GOSSAMER_BENCH_KERNELS_DEFINITION_H_
