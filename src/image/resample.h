// The inner loops of resize: weighted sums of bytes. With B = AxisWeights::kBits, every output is
//
//   clamp((2^(B-1) + sum over t of pixel[first + t] weight[t]) >> B, 0, 255)
//
// in integers, so that all builds give the same bytes. A weight has more bits than the vector
// product of pairs takes, hence its two halves: the sum is (sum pixel high) 2^11 + (sum pixel low),
// each in 32 bits that wrap; the whole fits, so the wrapped parts add up to it.
#ifndef GOSSAMER_IMAGE_RESAMPLE_H_
#define GOSSAMER_IMAGE_RESAMPLE_H_

#include <cstddef>
#include <cstdint>

#include "image/axis_weights.h"

namespace gossamer {

// Pixels are 1 byte (gray) or 4, of which the last is left undefined. The windows of a row's
// weights must be widened to this many of them.
int resample_step(int pixel_bytes);

// `count` pixels from one row. Requires columns.end() readable pixels, even where that is more than
// the row has.
void resample_row(const uint8_t* in, int pixel_bytes, const AxisWeights& columns, int count,
                  uint8_t* out);

// Row y of the output from rows of `row_bytes` bytes, of which `in` is the one at rows.first(y).
// Requires windows that were not widened (step 1), and kResampleSlack readable bytes after the last
// row.
inline constexpr size_t kResampleSlack = 16;
void resample_column(const uint8_t* in, size_t row_bytes, const AxisWeights& rows, int y,
                     uint8_t* out);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_RESAMPLE_H_
