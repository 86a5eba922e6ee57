// See source_stream.h.
#include "onnx/source_stream.h"

#include <algorithm>

namespace gossamer::onnx_model {

bool SourceStream::Next(const void** data, int* size) {
  if (position_ >= end_) return false;
  const uint64_t count = std::min<uint64_t>(window_.size(), end_ - position_);
  status_ = source_.read(position_, {window_.data(), static_cast<size_t>(count)});
  if (!status_.is_ok()) return false;
  position_ += count;
  *data = window_.data();
  *size = static_cast<int>(count);
  return true;
}

bool SourceStream::Skip(int count) {
  const uint64_t left = end_ - position_;
  const bool inside = static_cast<uint64_t>(count) <= left;
  position_ += inside ? static_cast<uint64_t>(count) : left;
  return inside;
}

}  // namespace gossamer::onnx_model
