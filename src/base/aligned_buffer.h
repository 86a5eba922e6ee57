// Memory for weights, activations and pixels: the one place where large blocks are taken.
// Allocation can fail with a Status here, whereas `operator new` ends the program when exceptions
// are compiled out.
#ifndef GOSSAMER_BASE_ALIGNED_BUFFER_H_
#define GOSSAMER_BASE_ALIGNED_BUFFER_H_

#include <cstddef>
#include <utility>

#include "gossamer/status.h"

namespace gossamer {

// Move-only block aligned to kAlignment. The bytes are not initialised.
class AlignedBuffer {
 public:
  static constexpr size_t kAlignment = 64;  // a cache line; more than any vector load needs

  AlignedBuffer() = default;
  // Errors: OOM. A size of 0 gives an address that holds nothing.
  static Result<AlignedBuffer> allocate(size_t bytes);

  AlignedBuffer(AlignedBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  AlignedBuffer& operator=(AlignedBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  ~AlignedBuffer();

  std::byte* data() { return data_; }
  const std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  template <typename T>
  T* as() {
    return reinterpret_cast<T*>(data_);
  }
  template <typename T>
  const T* as() const {
    return reinterpret_cast<const T*>(data_);
  }

 private:
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace gossamer

#endif  // GOSSAMER_BASE_ALIGNED_BUFFER_H_
