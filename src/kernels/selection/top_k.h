// The k greatest, or least, of `size` floats that lie `inner` apart, best first, and where they
// were:
//
//   values[outer, i, inner], places[outer, i, inner],  i < k
//
// Among equal numbers, 0 and -0 too, the lower place comes first. NaN is above every number.
// Alignment: that of the elements. Aliasing: none.
#ifndef GOSSAMER_KERNELS_SELECTION_TOP_K_H_
#define GOSSAMER_KERNELS_SELECTION_TOP_K_H_

#include <memory>

#include "gossamer/status.h"
#include "kernels/kernel.h"

namespace gossamer {

struct TopKParams {
  int64_t outer = 1, size = 1, inner = 1;
  int64_t k = 1;
  bool greatest = true;
};

// Reads inputs[0], [outer, size, inner]. Writes floats to outputs[0] and, if it is there and not
// null, int64 to outputs[1]. Requires 0 <= k <= size < 2^31. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_top_k_f32(const TopKParams& params);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_SELECTION_TOP_K_H_
