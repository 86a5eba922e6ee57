// Between float32 and integers of 8 bits:
//
//   quantize:   y[i] = saturate( round( x[i] / scale ) + zero ), halves to even; NaN gives zero;
//               with rounds_last saturate( round( x[i] / scale + zero ) )
//   dequantize: y[i] = (x[i] - zero) * scale
//
// The tensor is [outer, channels, inner], and scale and zero are of channels. Requires integers
// within the range of their type as zeros. Alignment: that of the elements. Aliasing: none.
#ifndef GOSSAMER_KERNELS_QUANTIZE_QUANTIZE_H_
#define GOSSAMER_KERNELS_QUANTIZE_QUANTIZE_H_

#include <memory>

#include "base/aligned_buffer.h"
#include "gossamer/tensor.h"
#include "kernels/kernel.h"

namespace gossamer {

struct QuantizeParams {
  int64_t outer = 1, channels = 1, inner = 1;
  DataType type = DataType::kUint8;  // of the integers: uint8 or int8
  bool rounds_last = false;
};

// Both read inputs[0]; `factors` holds the scales of all channels as floats, then the zeros, then
// as many numbers as a vector may read beyond.
inline constexpr int64_t kFactorsBeyond = 3;
std::unique_ptr<Kernel> make_quantize_f32(const QuantizeParams& params, AlignedBuffer factors);
std::unique_ptr<Kernel> make_dequantize_f32(const QuantizeParams& params, AlignedBuffer factors);

}  // namespace gossamer

#endif  // GOSSAMER_KERNELS_QUANTIZE_QUANTIZE_H_
