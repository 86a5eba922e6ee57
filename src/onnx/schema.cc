// See schema.h. What is left out (documentation, training information, quantisation annotations,
// ...) does not change what a network computes.
#include "onnx/schema.h"

#include <array>

namespace gossamer::onnx_model {
namespace {

constexpr Message kNone = Message::kModel;  // what is no message

constexpr FieldRow kTable[] = {
    {Message::kModel, 1, Form::kInt, kNone, Count::kNothing, 0},                   // ir_version
    {Message::kModel, 2, Form::kText, kNone, Count::kNothing, 0},                  // producer_name
    {Message::kModel, 7, Form::kMessage, Message::kGraph, Count::kNothing, 512},   // graph
    {Message::kModel, 8, Form::kMessage, Message::kOpset, Count::kName, 128},      // opset_import
    {Message::kModel, 14, Form::kMessage, Message::kEntry, Count::kName, 192},     // metadata_props
    {Message::kModel, 25, Form::kMessage, Message::kFunction, Count::kNode, 512},  // functions
    {Message::kOpset, 1, Form::kText, kNone, Count::kNothing, 0},                  // domain
    {Message::kOpset, 2, Form::kInt, kNone, Count::kNothing, 0},                   // version
    {Message::kEntry, 1, Form::kText, kNone, Count::kNothing, 0},                  // key
    {Message::kEntry, 2, Form::kText, kNone, Count::kNothing, 0},                  // value
    {Message::kFunction, 1, Form::kText, kNone, Count::kNothing, 0},               // name
    {Message::kFunction, 4, Form::kText, kNone, Count::kName, 64},                 // input
    {Message::kFunction, 5, Form::kText, kNone, Count::kName, 64},                 // output
    {Message::kFunction, 7, Form::kMessage, Message::kNode, Count::kNode, 512},    // node
    {Message::kFunction, 9, Form::kMessage, Message::kOpset, Count::kName, 128},   // opset_import
    {Message::kFunction, 10, Form::kText, kNone, Count::kNothing, 0},              // domain
    {Message::kFunction, 11, Form::kMessage, Message::kAttribute, Count::kAttribute, 256},
    {Message::kFunction, 13, Form::kText, kNone, Count::kNothing, 0},         // overload
    {Message::kGraph, 1, Form::kMessage, Message::kNode, Count::kNode, 512},  // node
    {Message::kGraph, 5, Form::kMessage, Message::kTensor, Count::kInitializer, 512},
    {Message::kGraph, 11, Form::kMessage, Message::kValue, Count::kName, 256},  // input
    {Message::kGraph, 12, Form::kMessage, Message::kValue, Count::kName, 256},  // output
    {Message::kGraph, 15, Form::kMessage, Message::kSparseTensor, Count::kInitializer, 1024},
    {Message::kNode, 1, Form::kText, kNone, Count::kName, 64},    // input
    {Message::kNode, 2, Form::kText, kNone, Count::kName, 64},    // output
    {Message::kNode, 3, Form::kText, kNone, Count::kNothing, 0},  // name
    {Message::kNode, 4, Form::kText, kNone, Count::kNothing, 0},  // op_type
    {Message::kNode, 5, Form::kMessage, Message::kAttribute, Count::kAttribute, 256},
    {Message::kNode, 7, Form::kText, kNone, Count::kNothing, 0},        // domain
    {Message::kNode, 8, Form::kText, kNone, Count::kNothing, 0},        // overload
    {Message::kAttribute, 1, Form::kText, kNone, Count::kNothing, 0},   // name
    {Message::kAttribute, 2, Form::kFloat, kNone, Count::kNothing, 0},  // f
    {Message::kAttribute, 3, Form::kInt, kNone, Count::kNothing, 0},    // i
    {Message::kAttribute, 4, Form::kText, kNone, Count::kNothing, 0},   // s
    {Message::kAttribute, 5, Form::kMessage, Message::kTensor, Count::kInitializer, 512},
    {Message::kAttribute, 6, Form::kMessage, Message::kGraph, Count::kNothing, 512},
    {Message::kAttribute, 7, Form::kFloats, kNone, Count::kNothing, 8},  // floats
    {Message::kAttribute, 8, Form::kInts, kNone, Count::kNothing, 16},   // ints
    {Message::kAttribute, 9, Form::kText, kNone, Count::kName, 192},     // strings
    {Message::kAttribute, 20, Form::kInt, kNone, Count::kNothing, 0},    // type
    {Message::kAttribute, 21, Form::kText, kNone, Count::kNothing, 0},   // ref_attr_name
    {Message::kAttribute, 22, Form::kMessage, Message::kSparseTensor, Count::kInitializer, 1024},
    {Message::kTensor, 1, Form::kInts, kNone, Count::kNothing, 0},                // dims
    {Message::kTensor, 2, Form::kInt, kNone, Count::kNothing, 0},                 // data_type
    {Message::kTensor, 4, Form::kFloats, kNone, Count::kElements, 0},             // float_data
    {Message::kTensor, 5, Form::kInts, kNone, Count::kElements, 0},               // int32_data
    {Message::kTensor, 6, Form::kText, kNone, Count::kName, 192},                 // string_data
    {Message::kTensor, 7, Form::kInts, kNone, Count::kElements, 0},               // int64_data
    {Message::kTensor, 8, Form::kText, kNone, Count::kNothing, 0},                // name
    {Message::kTensor, 9, Form::kPlace, kNone, Count::kElements, 0},              // raw_data
    {Message::kTensor, 10, Form::kDoubles, kNone, Count::kElements, 0},           // double_data
    {Message::kTensor, 11, Form::kInts, kNone, Count::kElements, 0},              // uint64_data
    {Message::kTensor, 13, Form::kMessage, Message::kEntry, Count::kNothing, 0},  // external_data
    {Message::kTensor, 14, Form::kInt, kNone, Count::kNothing, 0},                // data_location
    {Message::kSparseTensor, 1, Form::kMessage, Message::kTensor, Count::kNothing, 0},  // values
    {Message::kSparseTensor, 2, Form::kMessage, Message::kTensor, Count::kNothing, 0},  // indices
    {Message::kSparseTensor, 3, Form::kInts, kNone, Count::kNothing, 0},                // dims
    {Message::kValue, 1, Form::kText, kNone, Count::kNothing, 0},                       // name
    {Message::kValue, 2, Form::kMessage, Message::kType, Count::kNothing, 0},           // type
    {Message::kType, 1, Form::kMessage, Message::kTensorType, Count::kNothing, 0},  // tensor_type
    {Message::kType, 4, Form::kPlace, kNone, Count::kNothing, 0},                   // sequence_type
    {Message::kType, 5, Form::kPlace, kNone, Count::kNothing, 0},                   // map_type
    {Message::kType, 8, Form::kPlace, kNone, Count::kNothing, 0},      // sparse_tensor_type
    {Message::kType, 9, Form::kPlace, kNone, Count::kNothing, 0},      // optional_type
    {Message::kTensorType, 1, Form::kInt, kNone, Count::kNothing, 0},  // elem_type
    {Message::kTensorType, 2, Form::kMessage, Message::kShape, Count::kNothing, 0},  // shape
    {Message::kShape, 1, Form::kMessage, Message::kDimension, Count::kName, 96},     // dim
    {Message::kDimension, 1, Form::kInt, kNone, Count::kNothing, 0},                 // dim_value
    {Message::kDimension, 2, Form::kText, kNone, Count::kNothing, 0},                // dim_param
};

// The place of a row in the table, plus one, by message and field number.
constexpr size_t kNumbers = 26;
constexpr auto kPlaces = [] {
  std::array<std::array<uint8_t, kNumbers>, kMessages> places{};
  uint8_t place = 0;
  for (const FieldRow& row : kTable) places[static_cast<size_t>(row.in)][row.number] = ++place;
  return places;
}();

bool fits(Form form, uint32_t wire) {
  switch (form) {
    case Form::kInt:
      return wire == 0;
    case Form::kFloat:
      return wire == 5;
    case Form::kInts:
      return wire == 0 || wire == 2;
    case Form::kFloats:
      return wire == 5 || wire == 2;
    case Form::kDoubles:
      return wire == 1 || wire == 2;
    default:
      return wire == 2;
  }
}

}  // namespace

std::span<const FieldRow> field_table() {
  return kTable;
}

const FieldRow* find_field(Message in, uint32_t number, uint32_t wire) {
  if (number >= kNumbers) return nullptr;
  const size_t place = kPlaces[static_cast<size_t>(in)][number];
  if (place == 0) return nullptr;
  const FieldRow& row = kTable[place - 1];
  return fits(row.form, wire) ? &row : nullptr;
}

}  // namespace gossamer::onnx_model
