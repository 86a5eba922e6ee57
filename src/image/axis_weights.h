// Which input pixels make each output pixel along one axis, and how much each counts. The numbers
// are Pillow's (see resize.h), laid out for resample.h: every weight in two halves of 16 bits,
// whose products with pixels are what vector instructions add up in pairs, and filled up with
// weights of 0 to whole vectors.
#ifndef GOSSAMER_IMAGE_AXIS_WEIGHTS_H_
#define GOSSAMER_IMAGE_AXIS_WEIGHTS_H_

#include <cstdint>

#include "base/aligned_buffer.h"
#include "gossamer/image.h"

namespace gossamer {

class AxisWeights {
 public:
  // Weights are fixed-point numbers: 8 of 32 bits are for the pixel, 2 for overshoot and sign.
  static constexpr int kBits = 32 - 8 - 2;
  static constexpr int kLowBits = 11;
  // weight = high 2^kLowBits + low, low >= 0. A zero follows the last of an odd number.
  struct Halves {
    const int16_t* high;
    const int16_t* low;
  };

  // Outputs [crop, crop + count) of `out`, made from `in` inputs. Windows are widened to a multiple
  // of `step`, towards the start of the axis where they would pass its end. Errors: OOM.
  static Result<AxisWeights> make(int in, int out, int crop, int count, Recipe::Filter filter,
                                  int step);

  // The most memory that make() takes for `count` such outputs.
  static uint64_t most_bytes(int in, int out, int count);

  // The window of output i, counted from the crop: inputs [first, first + count).
  int first(int i) const { return block_.as<int32_t>()[2 * i]; }
  int count(int i) const { return block_.as<int32_t>()[2 * i + 1]; }
  Halves weights(int i) const {
    const int16_t* high = weights_ + static_cast<size_t>(i) * 2 * capacity_;
    return {high, high + capacity_};
  }
  // Where the last window ends; more than `in` when the axis is shorter than a widened window.
  int end() const { return end_; }

 private:
  AlignedBuffer block_;         // [i][first, count], then the weights
  int16_t* weights_ = nullptr;  // [i][high, low][capacity_]
  size_t capacity_ = 0;
  int end_ = 0;
};

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_AXIS_WEIGHTS_H_
