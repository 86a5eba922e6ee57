// Where resampling along one axis reads: for each place of the output, a fixed number of places of
// the input and their weights. Every mode of ONNX's Resize is such a table, and resampling several
// axes is one pass with one table for each.
//
//   y[o] = sum over k < count of weights(o)[k] x[indices(o)[k]]
//
// Places beyond an end of the input are folded into the element at that end. Coordinates are
// computed in float32, as the formulas of onnxruntime are, because rounding decides which
// neighbour is the nearest.
// Source: https://onnx.ai/onnx/operators/onnx__Resize.html
#ifndef GOSSAMER_KERNELS_RESIZE_TAPS_H_
#define GOSSAMER_KERNELS_RESIZE_TAPS_H_

#include <cstdint>

#include "base/aligned_buffer.h"
#include "gossamer/status.h"

namespace gossamer {

enum class Interpolation { kNearest, kLinear, kCubic };
enum class Coordinates {
  kHalfPixel,
  kPytorchHalfPixel,  // half pixel, but 0 for an output of one element
  kAlignCorners,
  kAsymmetric,
  kTfHalfPixelForNn,  // up to opset 12
  kTfCropAndResize,
  kHalfPixelSymmetric,
};
enum class Rounding {
  kPreferFloor,
  kPreferCeil,
  kFloor,
  kCeil,
  kFloorUpCeilDown,  // of operators older than the choice: down when enlarging, else up
};

struct ResampleStyle {
  Interpolation interpolation = Interpolation::kNearest;
  Coordinates coordinates = Coordinates::kHalfPixel;
  Rounding rounding = Rounding::kPreferFloor;
  float cubic_a = -0.75f;
  bool exclude_outside = false;  // places beyond the ends have no weight instead of the end's value
  bool antialias = false;        // when reducing, the filter grows with the step
  float extrapolation = 0;       // kTfCropAndResize: the value outside the input
};

struct ResampleAxis {
  int64_t in = 1;
  int64_t out = 1;
  float scale = 1;   // finite, > 0
  float length = 1;  // of the output before it was rounded to `out`
  float roi_start = 0;
  float roi_end = 1;
};

// True when resampling would change nothing.
bool is_identity(const ResampleStyle& style, const ResampleAxis& axis);
// Places of the input behind each place of the output.
double taps_per_output(const ResampleStyle& style, const ResampleAxis& axis);

class Taps {
 public:
  Taps() = default;  // of no axis: count() is 0
  // Requires in > 0 when out > 0. Errors: OOM, also for extents that 32 bits do not hold.
  static Result<Taps> make(const ResampleStyle& style, const ResampleAxis& axis);
  // The memory of a table. Errors: as make().
  static Result<size_t> bytes_for(const ResampleStyle& style, const ResampleAxis& axis);
  // A table in bytes_for() bytes of the caller's, aligned to 4. Requires that these could be told.
  static Taps make_at(std::byte* memory, const ResampleStyle& style, const ResampleAxis& axis);

  int64_t count() const { return count_; }
  // Outside the input, where the extrapolation value goes, the first index is negative.
  const int32_t* indices(int64_t o) const { return indices_ + o * count_; }
  const float* weights(int64_t o) const { return weights_ + o * count_; }
  size_t owned_bytes() const { return storage_.size(); }

 private:
  int64_t count_ = 0;
  AlignedBuffer storage_;  // of make()
  const int32_t* indices_ = nullptr;
  const float* weights_ = nullptr;
};

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_RESIZE_TAPS_H_
