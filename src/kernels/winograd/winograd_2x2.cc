// F(2x2, 3x3), for small pictures of many channels: the products take nearly all of its time, so
// the transforms are compiled without further unrolling (CMakeLists.txt).
#include "kernels/winograd/winograd_conv.h"

namespace gossamer {

template class WinogradConv<2>;

}  // namespace gossamer
