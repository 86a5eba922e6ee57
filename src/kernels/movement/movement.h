// Moving elements without understanding them, whatever their type.
//
//   make_transpose: y[i...] = x[permuted i...]; in practice a change between channels first and
//                   channels last at the edges of the network; or a slice or a repetition
//   make_concat:    rows of y are rows of the inputs one after the other
//   make_split:     rows of the outputs are what rows of x consist of
//
// Alignment: that of the element. Aliasing: none.
#ifndef GOSSAMER_KERNELS_MOVEMENT_MOVEMENT_H_
#define GOSSAMER_KERNELS_MOVEMENT_MOVEMENT_H_

#include <memory>
#include <vector>

#include "kernels/kernel.h"
#include "kernels/strided_axes.h"

namespace gossamer {

// Reads inputs[0] from element `first` on; `axes` are those of the output, with the strides of the
// input along them, which may be 0 or negative. Requires element_bytes of 1, 2, 4 or 8.
std::unique_ptr<Kernel> make_transpose(const StridedAxes<1>& axes, int element_bytes,
                                       int64_t first = 0);

// Input i holds `rows` rows of row_bytes[i] bytes each.
std::unique_ptr<Kernel> make_concat(int64_t rows, std::vector<int64_t> row_bytes);
// The same for output i; outputs may be absent.
std::unique_ptr<Kernel> make_split(int64_t rows, std::vector<int64_t> row_bytes);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_MOVEMENT_MOVEMENT_H_
