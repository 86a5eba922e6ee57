// Writes protobuf's wire format, the counterpart of wire_reader: a field is a tag (its number and
// wire type) and a value. Messages inside others are written innermost first, as bytes; what is too
// large for that is announced by its length (`head`), and its bytes follow by other means.
// Source: https://protobuf.dev/programming-guides/encoding
#ifndef GOSSAMER_ONNX_ENCODE_WIRE_WRITER_H_
#define GOSSAMER_ONNX_ENCODE_WIRE_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace gossamer::onnx_model {

class WireWriter {
 public:
  void varint(uint64_t value);
  // A field that holds a whole number; negative ones take ten bytes, as int64 does.
  void integer(uint32_t field, int64_t value);
  // A field that holds a text, bytes or a message.
  void bytes(uint32_t field, std::string_view value);
  // The same without the bytes, of which there have to follow as many.
  void head(uint32_t field, uint64_t length);

  const std::string& text() const { return out_; }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_ENCODE_WIRE_WRITER_H_
