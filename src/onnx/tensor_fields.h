// A tensor's message, read but for its elements: they are counted, and where they lie is kept.
#ifndef GOSSAMER_ONNX_TENSOR_FIELDS_H_
#define GOSSAMER_ONNX_TENSOR_FIELDS_H_

#include <array>
#include <string>
#include <vector>

#include "gossamer/tensor.h"
#include "onnx/wire_reader.h"

namespace gossamer::onnx_model {

// Fields of TensorProto that hold elements.
inline constexpr uint32_t kFloatData = 4;
inline constexpr uint32_t kInt32Data = 5;
inline constexpr uint32_t kStringData = 6;
inline constexpr uint32_t kInt64Data = 7;
inline constexpr uint32_t kRawData = 9;
inline constexpr uint32_t kDoubleData = 10;
inline constexpr uint32_t kUint64Data = 11;
// The bytes of a number in such a field; 0 are varints.
constexpr size_t number_bytes(uint32_t field) {
  return field == kFloatData ? 4 : field == kDoubleData ? 8 : 0;
}

// What one of these fields holds.
struct Payload {
  uint64_t pieces = 0;   // that have a length and are not empty
  uint64_t bytes = 0;    // of all pieces
  uint64_t singles = 0;  // numbers that stand alone
  uint64_t begin = 0;    // of the last piece

  bool is_empty() const { return pieces + singles == 0; }
};

struct TensorFields {
  std::string name;
  std::vector<int64_t> dims;  // no more than one too many
  int64_t data_type = 0;
  std::array<Payload, kUint64Data + 1> payloads;  // by field
  bool external = false;
  std::string location;  // of external data: a file's name
  std::string offset;
  std::string length;
  uint64_t begin = 0;  // of the message
  uint64_t end = 0;
};

// Adds the extents in a field of numbers. False when it is malformed.
bool read_dims(WireReader& reader, const WireField& field, std::vector<int64_t>& dims);

// The message from the reader's position to `end`. `fields` holds what was read when it fails, too.
// Errors: PARSE, IO.
Status read_tensor_fields(WireReader& reader, uint64_t end, TensorFields& fields);

// Where the elements of an external tensor lie in their file. Errors: INITIALIZER for offsets and
// lengths that are no numbers.
struct ExternalRange {
  uint64_t offset = 0;
  bool has_length = false;
  uint64_t length = 0;
};
Result<ExternalRange> external_range(const TensorFields& fields);

// The type and shape that the message states.
struct TensorHeader {
  DataType type = DataType::kUndefined;
  Shape shape;
  int64_t elements = 0;
  uint64_t file_bytes = 0;  // as raw data
  size_t bytes = 0;         // in memory

  // Numbers in a typed field: int32_data holds two elements of 4 bits in each.
  uint64_t numbers() const { return is_4bit(type) ? file_bytes : static_cast<uint64_t>(elements); }
};
// Errors: UNSUPPORTED for the type and the rank, INITIALIZER for an impossible shape.
Result<TensorHeader> tensor_header(const TensorFields& fields);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_TENSOR_FIELDS_H_
