// See wire_reader.h.
#include "onnx/wire_reader.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace gossamer::onnx_model {
namespace {

constexpr size_t kWindow = 16384;

}  // namespace

bool WireReader::fill() {
  window_.resize(kWindow);
  window_begin_ = position_;
  window_bytes_ = static_cast<size_t>(std::min<uint64_t>(kWindow, source_.size() - position_));
  status_ = source_.read(position_, {window_.data(), window_bytes_});
  if (!status_.is_ok()) window_bytes_ = 0;
  return window_bytes_ > 0;
}

bool WireReader::next_byte(uint64_t& byte) {
  // Also where the position lies before the window.
  if (position_ - window_begin_ >= window_bytes_ && !fill()) return false;
  byte = static_cast<uint64_t>(window_[static_cast<size_t>(position_++ - window_begin_)]);
  return true;
}

bool WireReader::varint(uint64_t end, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    uint64_t byte;
    if (position_ >= end || !next_byte(byte)) return false;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool WireReader::fixed(uint64_t end, size_t bytes, uint64_t& value) {
  value = 0;
  if (end < position_ || end - position_ < bytes) return false;
  for (size_t i = 0; i < bytes; ++i) {
    uint64_t byte;
    if (!next_byte(byte)) return false;
    value |= byte << (8 * i);
  }
  return true;
}

bool WireReader::field(uint64_t end, WireField& field) {
  uint64_t tag;
  if (!varint(end, tag)) return false;
  field.number = static_cast<uint32_t>(tag >> 3);
  field.wire = static_cast<uint32_t>(tag & 7);
  if (field.number == 0 || tag > UINT32_MAX) return false;
  bool read = false;
  if (field.wire == 0) read = varint(end, field.value);
  if (field.wire == 1) read = fixed(end, 8, field.value);
  if (field.wire == 5) read = fixed(end, 4, field.value);
  if (field.wire == 2) read = varint(end, field.value) && field.value <= end - position_;
  field.begin = position_;
  field.end = position_ + (field.has_length() ? field.value : 0);
  return read;
}

bool WireReader::text(const WireField& field, std::string& out) {
  out.resize(static_cast<size_t>(field.length()));
  const std::span<std::byte> target = std::as_writable_bytes(std::span(out));
  const uint64_t at = field.begin - window_begin_;
  if (field.begin >= window_begin_ && at + target.size() <= window_bytes_) {
    if (!target.empty()) std::memcpy(target.data(), window_.data() + at, target.size());
  } else {
    status_ = source_.read(field.begin, target);
  }
  position_ = field.end;
  return status_.is_ok();
}

Status WireReader::malformed() const {
  if (!status_.is_ok()) return status_;
  return Status(Code::kParse, Stage::kDecode, "the file is not a complete ONNX model")
      .got(concat("something else, or the end, at byte ", position_, " of ", source_.size()))
      .hint("the download may be incomplete, or the file is damaged");
}

bool Fields::next() {
  while (at_ < end_) {
    reader_.seek(at_);
    if (!reader_.field(end_, field_)) {
      failed_ = true;
      return false;
    }
    at_ = field_.end;
    row_ = find_field(message_, field_.number, field_.wire);
    if (row_ != nullptr) return true;
  }
  return false;
}

}  // namespace gossamer::onnx_model
