// The curves of an ICC profile: a table, or one of five formulas with a power in them. Enters: the
// bytes of a 'curv' or 'para' tag. Leaves: the 256 values of 8-bit pixels. Source: ICC.1:2022,
// sections 10.6 and 10.18.
#ifndef GOSSAMER_IMAGE_ICC_CURVE_H_
#define GOSSAMER_IMAGE_ICC_CURVE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace gossamer {

// Values from 0 to 1; nothing when the tag is cut short or of another kind.
std::optional<std::array<float, 256>> read_icc_curve(std::span<const uint8_t> tag);

// A signed number of 16 + 16 bits. Requires that it exists.
double read_fixed(std::span<const uint8_t> bytes, size_t at);

}  // namespace gossamer

#endif  // GOSSAMER_IMAGE_ICC_CURVE_H_
