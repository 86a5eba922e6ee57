// Normalisations over dense float32 tensors, channels last. All lengths may be 0.
//
//   affine:     y[i, c] = act( x[i, c] * scale[c] + shift[c] ); a BatchNormalization that no
//               convolution could take in
//
// Alignment: that of a float. Aliasing: y may be x.
#ifndef GOSSAMER_KERNELS_NORMALIZE_NORMALIZE_H_
#define GOSSAMER_KERNELS_NORMALIZE_NORMALIZE_H_

#include <memory>

#include "base/aligned_buffer.h"
#include "kernels/activation.h"
#include "kernels/kernel.h"

namespace gossamer {

// Reads inputs[0], [pixels, channels]. `factors` holds scale, then shift.
std::unique_ptr<Kernel> make_affine_f32(int64_t pixels, int64_t channels, AlignedBuffer factors,
                                        const Activation& activation);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_NORMALIZE_NORMALIZE_H_
