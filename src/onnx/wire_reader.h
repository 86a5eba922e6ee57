// Protobuf's wire format: a message is a sequence of fields, each a number, a wire type and a
// value, which is a varint, 4 or 8 bytes, or a length and as many bytes. Source:
// https://protobuf.dev/programming-guides/encoding
//
// The reader walks a ModelSource through a window on the heap, so that only what is looked at is
// ever copied, and skipping a 100 MB weight costs nothing. All levels of a walk share one reader: a
// message inside another is a range of the same source.
#ifndef GOSSAMER_ONNX_WIRE_READER_H_
#define GOSSAMER_ONNX_WIRE_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gossamer/model_source.h"
#include "gossamer/status.h"
#include "onnx/schema.h"

namespace gossamer::onnx_model {

struct WireField {
  uint32_t number = 0;
  uint32_t wire = 0;
  uint64_t value = 0;  // of a varint, or of 4 or 8 bytes
  uint64_t begin = 0;  // of the bytes behind a length; where the field ends for other wire types
  uint64_t end = 0;    // where the next field begins

  bool has_length() const { return wire == 2; }
  uint64_t length() const { return end - begin; }
};

// After a call that gave false, the reader is of no use but to say why: malformed().
class WireReader {
 public:
  // `source` is borrowed.
  explicit WireReader(const ModelSource& source) : source_(source) {}

  const ModelSource& source() const { return source_; }
  uint64_t position() const { return position_; }
  // Requires a position inside the source, or at its end.
  void seek(uint64_t position) { position_ = position; }

  // The field at the position, which moves behind it, or to the bytes behind its length. False when
  // it does not end before `end`, or is none.
  bool field(uint64_t end, WireField& field);
  bool varint(uint64_t end, uint64_t& value);
  // `bytes` little-endian ones, at most 8.
  bool fixed(uint64_t end, size_t bytes, uint64_t& value);
  // The bytes behind a length.
  bool text(const WireField& field, std::string& out);

  // Why a call gave false: PARSE with the offset, or IO.
  Status malformed() const;

 private:
  bool fill();  // the window at the position
  // The byte at the position, which moves on. False at the end of the source, and after errors.
  bool next_byte(uint64_t& byte);
  const ModelSource& source_;
  uint64_t position_ = 0;
  std::vector<std::byte> window_;
  uint64_t window_begin_ = 0;
  size_t window_bytes_ = 0;  // of the window, that were read
  Status status_;
};

// The fields of one message that the table has:
//   for (Fields fields(reader, Message::kNode, end); fields.next();) { ... fields->number ... }
// While a field is looked at, the reader may be moved within it.
class Fields {
 public:
  // The message begins at the reader's position. Its end must lie inside the source.
  Fields(WireReader& reader, Message message, uint64_t end)
      : reader_(reader), message_(message), end_(end), at_(reader.position()) {}

  bool next();  // false at the end, and when the message is malformed
  const WireField* operator->() const { return &field_; }
  const WireField& operator*() const { return field_; }
  const FieldRow& row() const { return *row_; }
  // After next() gave false. Errors: PARSE, IO.
  Status finish() const { return failed_ ? reader_.malformed() : Status::ok(); }

 private:
  WireReader& reader_;
  Message message_;
  uint64_t end_;
  uint64_t at_;
  WireField field_;
  const FieldRow* row_ = nullptr;
  bool failed_ = false;
};

// Calls visit(number) for each number of a list, packed or not, whose elements have `bytes` bytes;
// 0 are varints. False when it is malformed.
template <typename Visit>
bool for_each_number(WireReader& reader, const WireField& field, size_t bytes, Visit visit) {
  if (!field.has_length()) {
    visit(field.value);
    return true;
  }
  reader.seek(field.begin);
  while (reader.position() < field.end) {
    uint64_t number;
    const bool read =
        bytes == 0 ? reader.varint(field.end, number) : reader.fixed(field.end, bytes, number);
    if (!read) return false;
    visit(number);
  }
  return true;
}

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_WIRE_READER_H_
