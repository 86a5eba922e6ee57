// See aligned_buffer.h.
#include "base/aligned_buffer.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace gossamer {

Result<AlignedBuffer> AlignedBuffer::allocate(size_t bytes) {
  AlignedBuffer buffer;
  const auto oom = [&] {
    return Status(Code::kOom, Stage::kNone,
                  concat("out of memory for a block of ", bytes, " bytes"))
        .hint("close other tabs, or use a smaller model or image size");
  };
  if (bytes > SIZE_MAX - kAlignment) return oom();
  // Empty tensors have an address as well: null means an operand that is absent.
  const size_t rounded = (std::max<size_t>(bytes, 1) + kAlignment - 1) / kAlignment * kAlignment;
  buffer.data_ = static_cast<std::byte*>(std::aligned_alloc(kAlignment, rounded));
  if (buffer.data_ == nullptr) return oom();
  buffer.size_ = bytes;
  return buffer;
}

AlignedBuffer::~AlignedBuffer() {
  std::free(data_);
}

}  // namespace gossamer
