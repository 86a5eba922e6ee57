// See tensor_fields.h.
#include "onnx/tensor_fields.h"

#include <charconv>

#include "base/text.h"

namespace gossamer::onnx_model {
namespace {

constexpr size_t kMostDims = Shape::kMaxRank + 1;

void count_elements(const WireField& field, Payload& payload) {
  if (!field.has_length()) {
    ++payload.singles;
  } else if (field.length() > 0) {
    ++payload.pieces;
    payload.bytes += field.length();
    payload.begin = field.begin;
  }
}

// One of the entries of external_data. Others, such as a checksum, say nothing that is needed.
bool read_entry(WireReader& reader, uint64_t end, TensorFields& tensor) {
  std::string key;
  std::string value;
  Fields fields(reader, Message::kEntry, end);
  while (fields.next()) {
    if (!reader.text(*fields, fields->number == 1 ? key : value)) return false;
  }
  std::string* target = nullptr;
  if (key == "location") target = &tensor.location;
  if (key == "offset") target = &tensor.offset;
  if (key == "length") target = &tensor.length;
  if (target != nullptr) *target = std::move(value);
  return fields.finish().is_ok();
}

bool read_field(WireReader& reader, const WireField& field, TensorFields& tensor) {
  switch (field.number) {
    case 1:
      return read_dims(reader, field, tensor.dims);
    case 2:
      tensor.data_type = static_cast<int32_t>(field.value);
      return true;
    case 8:
      return reader.text(field, tensor.name);
    case 13:
      return read_entry(reader, field.end, tensor);
    case 14:
      tensor.external = field.value == 1;
      return true;
    default:
      count_elements(field, tensor.payloads[field.number]);
      return true;
  }
}

// Nothing for text that is no number of 0 or more.
bool parse_size(const std::string& text, uint64_t& size) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size);
  return error == std::errc() && stop == end && size <= INT64_MAX;
}

}  // namespace

bool read_dims(WireReader& reader, const WireField& field, std::vector<int64_t>& dims) {
  return for_each_number(reader, field, 0, [&](uint64_t extent) {
    if (dims.size() < kMostDims) dims.push_back(static_cast<int64_t>(extent));
  });
}

Status read_tensor_fields(WireReader& reader, uint64_t end, TensorFields& fields) {
  fields.begin = reader.position();
  fields.end = end;
  Fields each(reader, Message::kTensor, end);
  while (each.next()) {
    if (!read_field(reader, *each, fields)) return reader.malformed();
  }
  return each.finish();
}

Result<ExternalRange> external_range(const TensorFields& fields) {
  ExternalRange range;
  range.has_length = !fields.length.empty();
  const bool good = (fields.offset.empty() || parse_size(fields.offset, range.offset)) &&
                    (fields.length.empty() || parse_size(fields.length, range.length));
  if (good) return range;
  return Status(Code::kInitializer, Stage::kDecode, "the place of a tensor's data is no number")
      .got(concat("offset '", fields.offset, "', length '", fields.length, "'"));
}

Result<TensorHeader> tensor_header(const TensorFields& fields) {
  TensorHeader header;
  header.type = data_type_of(fields.data_type);
  if (data_type_size(header.type) == 0) {
    return Status(Code::kUnsupported, Stage::kDecode,
                  "tensor of an element type that is not supported")
        .got(header.type == DataType::kUndefined ? concat("data_type ", fields.data_type)
                                                 : concat(data_type_name(header.type)));
  }
  if (fields.dims.size() > Shape::kMaxRank) {
    return Status(Code::kUnsupported, Stage::kDecode, "tensor with too many dimensions")
        .expected(concat("at most ", Shape::kMaxRank));
  }
  header.shape = Shape(fields.dims);
  const auto bytes = checked_bytes(header.type, header.shape);
  if (!bytes.has_value()) {
    return Status(Code::kInitializer, Stage::kDecode, "tensor has an impossible shape")
        .got(header.shape.to_string());
  }
  header.elements = header.shape.elements();
  header.bytes = *bytes;
  header.file_bytes = file_bytes(header.type, header.elements);
  return header;
}

}  // namespace gossamer::onnx_model
