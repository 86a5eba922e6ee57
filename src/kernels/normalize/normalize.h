// Normalisations over dense float32 tensors. All lengths may be 0.
//
//   affine:         y[i, c] = act( x[i, c] * scale[c] + shift[c] ); a BatchNormalization that no
//                   convolution could take in
//   mean variance:  x is [outer, rows, groups, width]; each group of each outer is shifted by its
//                   mean m over rows and width, and scaled by its variance v:
//                   y = (x - m) / (sqrt(v + epsilon) + epsilon_outside) * scale[group, width]
//                       + shift[group, width]; not centred, m is 0
//   local response: x is [pixels, channels, inner];
//                   y[c] = x[c] / (bias + alpha * sum of x[c - below .. c + above]^2)^beta,
//                   channels that do not exist counting as 0
//
// Alignment: that of a float. Aliasing: y may be x, but for local response with inner > 1.
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

struct MeanVarianceParams {
  int64_t outer = 1, rows = 1, groups = 1, width = 1;
  float epsilon = 0, epsilon_outside = 0;
  bool centred = true;
  bool per_group = false;  // scale and shift are [groups]; requires width > 1
};
// Reads inputs[0] and, where they are there and not null, scale from inputs[1] and shift from
// inputs[2].
std::unique_ptr<Kernel> make_mean_variance_f32(const MeanVarianceParams& params);

struct LocalResponseParams {
  int64_t pixels = 1, channels = 1, inner = 1;
  int64_t below = 0, above = 0;
  float alpha = 0, beta = 0, bias = 0;
};
// Reads inputs[0]. Errors: OOM.
Result<std::unique_ptr<Kernel>> make_local_response_f32(const LocalResponseParams& params);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_NORMALIZE_NORMALIZE_H_
