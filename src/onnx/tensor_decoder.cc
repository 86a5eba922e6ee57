// See tensor_decoder.h.
//
// ONNX stores elements in one of two ways: raw_data, little-endian and dense; or a repeated field
// by type (float_data, int32_data for everything up to 32 bits, ...). float_data and double_data
// are packed little-endian numbers, hence raw bytes too, when they arrive in one piece.
#include "onnx/tensor_decoder.h"

#include <google/protobuf/io/coded_stream.h>

#include <algorithm>
#include <cstring>

#include "base/packed_4bit.h"
#include "base/text.h"
#include "onnx/onnx.pb.h"
#include "onnx/source_stream.h"

namespace gossamer::onnx_model {
namespace {

constexpr size_t kSmallTensor = 4096;  // bytes up to which an initializer is read at once

Status initializer_error(std::string_view message) {
  return Status(Code::kInitializer, Stage::kDecode, message);
}

struct Header {
  DataType type;
  Shape shape;
  int64_t elements;
  uint64_t bytes;  // as raw data

  // Numbers in a typed field: int32_data holds two elements of 4 bits in each.
  uint64_t numbers() const { return is_4bit(type) ? bytes : static_cast<uint64_t>(elements); }
};

Result<Header> check_header(std::span<const int64_t> dims, int32_t data_type, bool external) {
  if (external) {
    return Status(Code::kUnsupported, Stage::kDecode, "the tensor's data lies in another file")
        .hint("save the model with its weights inside (no external data)");
  }
  const DataType type = data_type_of(data_type);
  if (data_type_size(type) == 0) {
    return Status(Code::kUnsupported, Stage::kDecode,
                  "tensor of an element type that is not supported")
        .got(type == DataType::kUndefined ? concat("data_type ", data_type)
                                          : concat(data_type_name(type)));
  }
  if (dims.size() > Shape::kMaxRank) {
    return Status(Code::kUnsupported, Stage::kDecode, "tensor with too many dimensions")
        .got(concat(dims.size()))
        .expected(concat("at most ", Shape::kMaxRank));
  }
  Header header{type, Shape(dims), 0, 0};
  if (!checked_bytes(header.type, header.shape).has_value()) {
    return initializer_error("tensor has an impossible shape").got(header.shape.to_string());
  }
  header.elements = header.shape.elements();
  header.bytes = file_bytes(header.type, header.elements);
  return header;
}

Status payload_mismatch(const Header& header, uint64_t got, std::string_view unit) {
  return initializer_error("tensor's data does not fill its shape")
      .got(concat(got, " ", unit))
      .expected(concat(unit == "bytes" ? header.bytes : header.numbers(), " for ",
                       header.shape.to_string(), " of ", data_type_name(header.type)));
}

// The payload's size agrees with the shape; known before any memory is set aside for it.
Status check_payload(const proto::TensorProto& t, const Header& header) {
  if (t.has_raw_data() && (header.bytes == 0 || !t.raw_data().empty())) {
    if (t.raw_data().size() == header.bytes) return Status::ok();
    return payload_mismatch(header, t.raw_data().size(), "bytes");
  }
  const int sizes[] = {t.float_data_size(), t.int32_data_size(), t.int64_data_size(),
                       t.double_data_size(), t.uint64_data_size()};
  const auto stored = static_cast<uint64_t>(*std::ranges::max_element(sizes));
  return stored == header.numbers() ? Status::ok() : payload_mismatch(header, stored, "elements");
}

// Elements of one repeated field narrowed to T, the way the schema stores small types in wide ones.
template <typename T, typename Field>
Status narrow(const Field& field, const Header& header, std::byte* out) {
  if (static_cast<uint64_t>(field.size()) != header.numbers()) {
    return payload_mismatch(header, static_cast<uint64_t>(field.size()), "elements");
  }
  T* target = reinterpret_cast<T*>(out);
  for (int i = 0; i < field.size(); ++i) target[i] = static_cast<T>(field.Get(i));
  return Status::ok();
}

Status read_typed_fields(const proto::TensorProto& tensor, const Header& header, std::byte* out) {
  switch (header.type) {
    case DataType::kFloat32:
      return narrow<float>(tensor.float_data(), header, out);
    case DataType::kFloat64:
      return narrow<double>(tensor.double_data(), header, out);
    case DataType::kInt64:
      return narrow<int64_t>(tensor.int64_data(), header, out);
    case DataType::kUint64:
      return narrow<uint64_t>(tensor.uint64_data(), header, out);
    case DataType::kUint32:
      return narrow<uint32_t>(tensor.uint64_data(), header, out);
    case DataType::kInt32:
      return narrow<int32_t>(tensor.int32_data(), header, out);
    case DataType::kInt16:
      return narrow<int16_t>(tensor.int32_data(), header, out);
    case DataType::kUint16:
    case DataType::kFloat16:
    case DataType::kBfloat16:
      return narrow<uint16_t>(tensor.int32_data(), header, out);
    case DataType::kInt8:
      return narrow<int8_t>(tensor.int32_data(), header, out);
    case DataType::kUint8:
    case DataType::kUint4:
    case DataType::kInt4:
      return narrow<uint8_t>(tensor.int32_data(), header, out);
    case DataType::kBool:
      return narrow<bool>(tensor.int32_data(), header, out);
    default:
      return initializer_error("tensor of an unknown element type");
  }
}

int payload_kinds(const proto::TensorProto& t) {
  return (t.has_raw_data() && !t.raw_data().empty() ? 1 : 0) + (t.float_data_size() > 0 ? 1 : 0) +
         (t.int32_data_size() > 0 ? 1 : 0) + (t.int64_data_size() > 0 ? 1 : 0) +
         (t.double_data_size() > 0 ? 1 : 0) + (t.uint64_data_size() > 0 ? 1 : 0);
}

// What walking an initializer's fields finds out.
struct Walk {
  std::vector<int64_t> dims;
  int32_t data_type = 0;
  std::string name;
  bool external = false;
  uint64_t payload_begin = 0;  // of the raw (or raw-like) piece
  uint64_t payload_bytes = 0;
  uint32_t payload_field = 0;
  int payload_pieces = 0;       // length-delimited pieces of any payload field
  bool other_encoding = false;  // something only the full parser understands
};

bool read_dims(google::protobuf::io::CodedInputStream& in, bool packed, Walk& walk) {
  uint64_t value;
  if (!packed) {
    if (!in.ReadVarint64(&value)) return false;
    walk.dims.push_back(static_cast<int64_t>(value));
    return true;
  }
  uint32_t length;
  if (!in.ReadVarint32(&length)) return false;
  const auto limit = in.PushLimit(static_cast<int>(length));
  while (in.BytesUntilLimit() > 0) {
    if (!in.ReadVarint64(&value) || walk.dims.size() > Shape::kMaxRank) return false;
    walk.dims.push_back(static_cast<int64_t>(value));
  }
  in.PopLimit(limit);
  return true;
}

bool read_varint32(google::protobuf::io::CodedInputStream& in, int32_t& value) {
  uint64_t wide;
  if (!in.ReadVarint64(&wide)) return false;
  value = static_cast<int32_t>(wide);
  return true;
}

bool skip_payload(google::protobuf::io::CodedInputStream& in, uint32_t field, uint64_t begin,
                  Walk& walk) {
  uint32_t length;
  if (!in.ReadVarint32(&length)) return false;
  if (length > 0) {
    walk.payload_begin = begin + static_cast<uint64_t>(in.CurrentPosition());
    walk.payload_bytes = length;
    walk.payload_field = field;
    ++walk.payload_pieces;
  }
  return in.Skip(static_cast<int>(length));
}

// One field of the tensor; false when it is malformed (which the scan has ruled out, except for the
// inside of packed dims).
bool walk_field(google::protobuf::io::CodedInputStream& in, uint32_t tag, uint64_t begin,
                Walk& walk) {
  const uint32_t field = tag >> 3;
  const uint32_t wire = tag & 7;
  int32_t number = 0;
  uint32_t length = 0;
  if (field == 1 && (wire == 0 || wire == 2)) {
    return walk.dims.size() <= Shape::kMaxRank && read_dims(in, wire == 2, walk);
  }
  if (field == 2 && wire == 0) return read_varint32(in, walk.data_type);
  if (field == 8 && wire == 2) {
    return in.ReadVarint32(&length) && in.ReadString(&walk.name, static_cast<int>(length));
  }
  if (field == 14 && wire == 0) {
    if (!read_varint32(in, number)) return false;
    walk.external = number == 1;
    return true;
  }
  const bool payload =
      field == 4 || field == 5 || field == 6 || field == 7 || (field >= 9 && field <= 11);
  if (payload && wire == 2) return skip_payload(in, field, begin, walk);
  if (payload) walk.other_encoding = true;
  uint64_t ignored;
  switch (wire) {
    case 0:
      return in.ReadVarint64(&ignored);
    case 1:
      return in.Skip(8);
    case 5:
      return in.Skip(4);
    case 2:
      return in.ReadVarint32(&length) && in.Skip(static_cast<int>(length));
    default:
      return false;
  }
}

bool stored_as_raw_bytes(const Walk& walk, DataType type) {
  if (walk.other_encoding || walk.payload_pieces != 1) return false;
  return walk.payload_field == 9 || (walk.payload_field == 4 && type == DataType::kFloat32) ||
         (walk.payload_field == 10 && type == DataType::kFloat64);
}

Result<std::shared_ptr<const Constant>> parse_whole(const ModelSource& source, uint64_t begin,
                                                    uint64_t end) {
  SourceStream stream(source, begin, end);
  proto::TensorProto tensor;
  if (!tensor.ParseFromZeroCopyStream(&stream)) {
    if (!stream.status().is_ok()) return stream.status();
    return Status(Code::kParse, Stage::kDecode, "tensor is malformed")
        .got(concat("bytes at ", begin));
  }
  return decode_tensor(tensor);
}

Result<std::shared_ptr<const Constant>> to_constant(const ModelSource& source, uint64_t begin,
                                                    uint64_t end, const Walk& walk) {
  GOSSAMER_ASSIGN(const Header header, check_header(walk.dims, walk.data_type, walk.external));
  if (walk.payload_pieces > 1 || walk.other_encoding) return parse_whole(source, begin, end);
  if (!stored_as_raw_bytes(walk, header.type)) {
    // A packed number takes one to ten bytes; anything else cannot fill the shape, and is refused
    // before it is unpacked.
    const uint64_t numbers = header.numbers();
    const bool plausible = walk.payload_bytes >= numbers && walk.payload_bytes / 10 <= numbers;
    if (!plausible) return payload_mismatch(header, walk.payload_bytes, "bytes");
    if (walk.payload_pieces == 1) return parse_whole(source, begin, end);
    if (header.bytes != 0) return payload_mismatch(header, 0, "bytes");
  }
  if (walk.payload_bytes != header.bytes)
    return payload_mismatch(header, walk.payload_bytes, "bytes");
  auto constant = Constant::in_source(header.type, header.shape, &source, walk.payload_begin);
  if (header.bytes > kSmallTensor) return constant;
  return Constant::make_resident(constant);
}

}  // namespace

Result<std::shared_ptr<const Constant>> decode_tensor(const proto::TensorProto& tensor) {
  const std::vector<int64_t> dims(tensor.dims().begin(), tensor.dims().end());
  GOSSAMER_ASSIGN(const Header header,
                  check_header(dims, tensor.data_type(),
                               tensor.data_location() == proto::TensorProto::EXTERNAL));
  if (payload_kinds(tensor) > 1) return initializer_error("tensor stores its data twice");
  GOSSAMER_TRY(check_payload(tensor, header));
  const size_t bytes = static_cast<size_t>(header.elements) * data_type_size(header.type);
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(bytes));
  // What is packed is stored at the end, from where it spreads over the whole.
  std::byte* const end = data.data() + (bytes - header.bytes);
  if (tensor.has_raw_data() && (header.bytes == 0 || !tensor.raw_data().empty())) {
    if (header.bytes > 0) std::memcpy(end, tensor.raw_data().data(), header.bytes);
  } else {
    GOSSAMER_TRY(read_typed_fields(tensor, header, end));
  }
  if (is_4bit(header.type)) unpack_4bit(header.type, end, {data.data(), bytes});
  return Constant::resident(header.type, header.shape, std::move(data));
}

Result<InitializerDef> decode_initializer(const ModelSource& source, uint64_t begin, uint64_t end) {
  SourceStream stream(source, begin, end);
  google::protobuf::io::CodedInputStream in(&stream);
  Walk walk;
  while (static_cast<uint64_t>(in.CurrentPosition()) < end - begin) {
    if (walk_field(in, in.ReadTag(), begin, walk)) continue;
    if (!stream.status().is_ok()) return stream.status();
    return Status(Code::kParse, Stage::kDecode, "tensor is malformed")
        .tensor(walk.name)
        .got(concat("bytes at ", begin + static_cast<uint64_t>(in.CurrentPosition())));
  }
  auto constant = to_constant(source, begin, end, walk);
  if (constant.is_ok()) return InitializerDef{std::move(walk.name), std::move(constant).value()};
  Status problem = std::move(constant).status().tensor(walk.name);
  if (problem.code() != Code::kUnsupported) return problem;
  return InitializerDef{std::move(walk.name), nullptr, std::move(problem)};
}

}  // namespace gossamer::onnx_model
