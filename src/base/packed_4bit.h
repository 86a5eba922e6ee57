// Integers of 4 bits as files hold them: two to a byte, the first in the low half. In memory each
// takes a byte (see gossamer/tensor.h).
#ifndef GOSSAMER_BASE_PACKED_4BIT_H_
#define GOSSAMER_BASE_PACKED_4BIT_H_

#include <cstddef>
#include <span>
#include <string>

#include "gossamer/tensor.h"

namespace gossamer {

// Fills `target`, a byte for each element, from half as many bytes, rounded up, which may be the
// last ones of the target itself. Requires is_4bit(type).
void unpack_4bit(DataType type, const std::byte* packed, std::span<std::byte> target);
// The opposite. An odd half stays 0.
std::string pack_4bit(std::span<const std::byte> elements);

}  // namespace gossamer

#endif  // GOSSAMER_BASE_PACKED_4BIT_H_
