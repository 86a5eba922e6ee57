// See packed_4bit.h.
#include "base/packed_4bit.h"

namespace gossamer {

void unpack_4bit(DataType type, const std::byte* packed, std::span<std::byte> target) {
  // Flipping the sign bit and subtracting its weight extends it.
  const int sign = type == DataType::kInt4 ? 8 : 0;
  for (size_t i = 0; i < target.size(); ++i) {
    const int pair = std::to_integer<int>(packed[i / 2]);
    const int bits = i % 2 == 0 ? pair & 15 : pair >> 4;
    target[i] = static_cast<std::byte>((bits ^ sign) - sign);
  }
}

std::string pack_4bit(std::span<const std::byte> elements) {
  std::string packed(elements.size() / 2 + elements.size() % 2, '\0');
  for (size_t i = 0; i < elements.size(); ++i) {
    const int bits = std::to_integer<int>(elements[i]) & 15;
    packed[i / 2] = static_cast<char>(packed[i / 2] | bits << (i % 2 * 4));
  }
  return packed;
}

}  // namespace gossamer
