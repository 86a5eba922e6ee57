// Resampling two neighbouring axes of a float32 tensor:
//
//   y[n][p][q][c] = sum over j, k of v[p][j] w[q][k] x[n][row(p, j)][column(q, k)][c]
//
// with the tables of taps.h. Channels first is n = images times channels and c = 1, channels last
// n = images and c = channels. Alignment: that of a float. Aliasing: none.
#ifndef GOSSAMER_KERNELS_RESIZE_RESIZE_H_
#define GOSSAMER_KERNELS_RESIZE_RESIZE_H_

#include <memory>

#include "kernels/kernel.h"
#include "kernels/resize/taps.h"

namespace gossamer {

struct ResizeParams {
  int64_t outer = 1;  // n
  int64_t in_height = 1;
  int64_t out_height = 1;
  int64_t in_width = 1;
  int64_t out_width = 1;
  int64_t inner = 1;  // c
  float extrapolation = 0;
};

// The table of rows may be that of no axis; height is then left as it is.
std::unique_ptr<Kernel> make_resize_f32(const ResizeParams& params, Taps rows, Taps columns);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_RESIZE_RESIZE_H_
