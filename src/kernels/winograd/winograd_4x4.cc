// F(4x4, 3x3).
#include "kernels/winograd/winograd_conv.h"

namespace gossamer {

template class WinogradConv<4>;

}  // namespace gossamer
