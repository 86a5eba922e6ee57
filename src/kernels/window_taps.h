// Which taps of a sliding window lie inside the picture, for kernels that skip the others instead
// of reading zeros.
#ifndef GOSSAMER_KERNELS_WINDOW_TAPS_H_
#define GOSSAMER_KERNELS_WINDOW_TAPS_H_

#include <algorithm>
#include <cstdint>

#include "kernels/sizes.h"

namespace gossamer {

// Taps [begin, end) of one axis.
struct TapRange {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

// Those of the taps at start, start + dilation, ... (`count` of them) that lie in [0, extent).
inline TapRange existing_taps(int64_t start, int64_t dilation, int64_t count, int64_t extent) {
  const int64_t begin = start < 0 ? std::min(ceil_div(-start, dilation), count) : 0;
  const int64_t end = start < extent ? std::min(ceil_div(extent - start, dilation), count) : 0;
  return {begin, std::max(begin, end)};
}

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_WINDOW_TAPS_H_
