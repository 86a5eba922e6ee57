// See wire_writer.h.
#include "onnx/encode/wire_writer.h"

namespace gossamer::onnx_model {
namespace {

constexpr uint64_t tag(uint32_t field, uint32_t wire) {
  return uint64_t{field} << 3 | wire;
}

}  // namespace

void WireWriter::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
  out_.push_back(static_cast<char>(value));
}

void WireWriter::integer(uint32_t field, int64_t value) {
  varint(tag(field, 0));
  varint(static_cast<uint64_t>(value));
}

void WireWriter::bytes(uint32_t field, std::string_view value) {
  head(field, value.size());
  out_ += value;
}

void WireWriter::head(uint32_t field, uint64_t length) {
  varint(tag(field, 2));
  varint(length);
}

}  // namespace gossamer::onnx_model
