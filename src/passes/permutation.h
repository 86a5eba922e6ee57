// Arithmetic on axis orders, as Transpose defines them: axis k of the result is axis perm[k] of the
// operand.
#ifndef GOSSAMER_PASSES_PERMUTATION_H_
#define GOSSAMER_PASSES_PERMUTATION_H_

#include <vector>

#include "gossamer/tensor.h"

namespace gossamer {

using Permutation = std::vector<int>;

// [N, C, spatial...] -> [N, spatial..., C]. Requires rank >= 2.
Permutation channels_first_to_last(int rank);
Permutation inverse(const Permutation& perm);
// Transposing by `first`, then by `second`, in one.
Permutation compose(const Permutation& first, const Permutation& second);
bool is_identity(const Permutation& perm);
Shape permute(const Shape& shape, const Permutation& perm);
// True when transposing moves no element: the axes longer than 1 stay in order.
bool moves_nothing(const Shape& shape, const Permutation& perm);

}  // namespace gossamer

#endif  // GOSSAMER_PASSES_PERMUTATION_H_
