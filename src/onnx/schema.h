// What is read of an ONNX file. One table names the fields, with the form that each has on the
// wire; the scan counts by it and the decoder reads by it, so that nothing is decoded that was not
// counted. A field outside the table is skipped by both.
//
// Numbers and types are those of onnx.proto
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); a test compares them.
#ifndef GOSSAMER_ONNX_SCHEMA_H_
#define GOSSAMER_ONNX_SCHEMA_H_

#include <cstdint>
#include <span>

namespace gossamer::onnx_model {

enum class Message : uint8_t {
  kModel,
  kOpset,
  kEntry,  // StringStringEntryProto
  kFunction,
  kGraph,
  kNode,
  kAttribute,
  kTensor,
  kSparseTensor,
  kValue,
  kType,
  kTensorType,
  kShape,
  kDimension,
};
inline constexpr int kMessages = static_cast<int>(Message::kDimension) + 1;

// How a field's content is written. Lists of numbers are packed into one piece, or come one by one.
enum class Form : uint8_t {
  kInt,      // a varint
  kFloat,    // 4 bytes
  kText,     // bytes, which are copied
  kMessage,  // a message, whose fields are read
  kPlace,    // bytes or a message that is not looked into: where it lies is enough
  kInts,     // varints
  kFloats,   // 4 bytes each
  kDoubles,  // 8 bytes each
};

// The limit that a field counts towards, each time that it occurs.
enum class Count : uint8_t {
  kNothing,
  kNode,
  kInitializer,
  kAttribute,
  kName,
  kElements,  // of a tensor; its bytes count, but not as structure
};

struct FieldRow {
  Message in;
  uint8_t number;
  Form form;
  Message is;  // of a message
  Count count;
  uint16_t cost;  // about how many bytes of memory each of them becomes, besides those of its text
};

std::span<const FieldRow> field_table();
// The row of field `number` of a message, if it is written as `wire` type; else null.
const FieldRow* find_field(Message in, uint32_t number, uint32_t wire);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_SCHEMA_H_
