// See permutation.h.
#include "passes/permutation.h"

namespace gossamer {

Permutation channels_first_to_last(int rank) {
  Permutation perm = {0};
  for (int axis = 2; axis < rank; ++axis) perm.push_back(axis);
  perm.push_back(1);
  return perm;
}

Permutation inverse(const Permutation& perm) {
  Permutation result(perm.size());
  for (size_t k = 0; k < perm.size(); ++k) {
    result[static_cast<size_t>(perm[k])] = static_cast<int>(k);
  }
  return result;
}

Permutation compose(const Permutation& first, const Permutation& second) {
  Permutation result;
  for (const int axis : second) result.push_back(first[static_cast<size_t>(axis)]);
  return result;
}

bool is_identity(const Permutation& perm) {
  for (size_t k = 0; k < perm.size(); ++k) {
    if (perm[k] != static_cast<int>(k)) return false;
  }
  return true;
}

Shape permute(const Shape& shape, const Permutation& perm) {
  Shape result;
  for (const int axis : perm) result.push_back(shape[axis]);
  return result;
}

bool moves_nothing(const Shape& shape, const Permutation& perm) {
  int last = -1;
  for (const int axis : perm) {
    if (shape[axis] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return true;
}

}  // namespace gossamer
