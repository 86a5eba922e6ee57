// See tensor_decoder.h.
//
// ONNX stores elements in one of three ways: raw_data, little-endian and dense; a repeated field by
// type (float_data, int32_data for everything up to 32 bits, ...); or outside, in a file of its
// own. float_data and double_data are packed little-endian numbers, hence raw bytes too, when they
// arrive in one piece.
#include "onnx/tensor_decoder.h"

#include <algorithm>
#include <cstring>

#include "base/packed_4bit.h"
#include "base/text.h"

namespace gossamer::onnx_model {
namespace {

using ConstantResult = Result<std::shared_ptr<const Constant>>;

constexpr size_t kSmallTensor = 4096;  // bytes up to which an initializer is read at once

Status initializer_error(std::string_view message) {
  return Status(Code::kInitializer, Stage::kDecode, message);
}

Status payload_mismatch(const TensorHeader& header, uint64_t got, std::string_view unit) {
  return initializer_error("tensor's data does not fill its shape")
      .got(concat(got, " ", unit))
      .expected(concat(unit == "bytes" ? header.file_bytes : header.numbers(), " for ",
                       header.shape.to_string(), " of ", data_type_name(header.type)));
}

// The typed field that holds elements of this type.
uint32_t field_of(DataType type) {
  switch (type) {
    case DataType::kFloat32:
      return kFloatData;
    case DataType::kFloat64:
      return kDoubleData;
    case DataType::kInt64:
      return kInt64Data;
    case DataType::kUint32:
    case DataType::kUint64:
      return kUint64Data;
    default:
      return kInt32Data;
  }
}

// Could this payload be so many numbers? Known before any memory is taken for them; a varint takes
// one to ten bytes.
bool is_plausible(const Payload& payload, uint32_t field, uint64_t numbers) {
  if (numbers < payload.singles) return false;
  const uint64_t packed = numbers - payload.singles;
  const size_t size = number_bytes(field);
  if (size > 0) return packed == payload.bytes / size && payload.bytes % size == 0;
  return packed <= payload.bytes && packed >= payload.bytes / 10;
}

// Reads the numbers of a typed field, the way the schema stores small types in wide ones: the low
// bytes are the element.
ConstantResult unpack(WireReader& reader, const TensorFields& fields, const TensorHeader& header,
                      TensorBudget& budget) {
  const uint32_t field = field_of(header.type);
  const Payload& payload = fields.payloads[field];
  if (!is_plausible(payload, field, header.numbers())) {
    return payload.singles > 0 ? payload_mismatch(header, payload.singles, "elements")
                               : payload_mismatch(header, payload.bytes, "bytes");
  }
  if (header.bytes > budget.unpacked) {
    return Status(Code::kLimit, Stage::kDecode, "the model's tensors grow too much when unpacked")
        .hint("store their elements as raw_data");
  }
  budget.unpacked -= header.bytes;
  GOSSAMER_ASSIGN(AlignedBuffer data, AlignedBuffer::allocate(header.bytes));
  const std::span<std::byte> all(data.data(), header.bytes);
  // What is packed is stored at the end, from where it spreads over the whole.
  const std::span<std::byte> stored = all.last(static_cast<size_t>(header.file_bytes));
  const size_t size = data_type_size(header.type);
  uint64_t count = 0;
  const auto store = [&](uint64_t number) {
    if (header.type == DataType::kBool) number = number != 0 ? 1 : 0;
    if (count < header.numbers()) std::memcpy(stored.data() + count * size, &number, size);
    ++count;
  };
  reader.seek(fields.begin);
  Fields each(reader, Message::kTensor, fields.end);
  while (each.next()) {
    if (each->number != field) continue;
    if (!for_each_number(reader, *each, number_bytes(field), store)) return reader.malformed();
  }
  GOSSAMER_TRY(each.finish());
  if (count != header.numbers()) return payload_mismatch(header, count, "elements");
  if (is_4bit(header.type)) unpack_4bit(header.type, stored.data(), all);
  return Constant::resident(header.type, header.shape, std::move(data));
}

// The elements lie in a file beside the model.
ConstantResult external(const TensorFields& fields, const TensorHeader& header,
                        const ModelSource& model) {
  GOSSAMER_ASSIGN(const ExternalRange range, external_range(fields));
  if (range.has_length && range.length != header.file_bytes) {
    return payload_mismatch(header, range.length, "bytes");
  }
  GOSSAMER_ASSIGN(const ModelSource* file, model.external(fields.location));
  if (range.offset > file->size() || header.file_bytes > file->size() - range.offset) {
    return initializer_error("tensor's data lies beyond the end of its file")
        .got(concat("'", fields.location, "' of ", file->size(), " bytes"))
        .expected(concat(header.file_bytes, " bytes at ", range.offset));
  }
  return Constant::in_source(header.type, header.shape, file, range.offset);
}

// The texts of string_data, of which the scan has counted the number and the bytes.
ConstantResult strings(WireReader& reader, const TensorFields& fields, const TensorHeader& header) {
  std::vector<std::string> texts;
  reader.seek(fields.begin);
  Fields each(reader, Message::kTensor, fields.end);
  while (each.next()) {
    if (each->number != kStringData) continue;
    if (!reader.text(*each, texts.emplace_back())) return reader.malformed();
  }
  GOSSAMER_TRY(each.finish());
  if (texts.size() != header.numbers()) return payload_mismatch(header, texts.size(), "elements");
  return Constant::of_strings(header.shape, std::move(texts));
}

ConstantResult to_constant(WireReader& reader, const TensorFields& fields,
                           const TensorHeader& header, TensorBudget& budget) {
  const auto filled =
      std::ranges::count_if(fields.payloads, [](const Payload& p) { return !p.is_empty(); });
  if (filled + (fields.external ? 1 : 0) > 1) {
    return initializer_error("tensor stores its data twice");
  }
  if (header.type == DataType::kString) return strings(reader, fields, header);
  if (fields.external) return external(fields, header, reader.source());
  const uint32_t typed = field_of(header.type);
  const bool as_numbers = !fields.payloads[typed].is_empty();
  const Payload& payload = fields.payloads[as_numbers ? typed : kRawData];
  const bool as_bytes =
      !as_numbers || (number_bytes(typed) > 0 && payload.singles == 0 && payload.pieces == 1);
  if (!as_bytes) return unpack(reader, fields, header, budget);
  if (payload.bytes != header.file_bytes) return payload_mismatch(header, payload.bytes, "bytes");
  return Constant::in_source(header.type, header.shape, &reader.source(), payload.begin);
}

}  // namespace

Result<InitializerDef> decode_tensor(WireReader& reader, uint64_t end, TensorBudget& budget) {
  TensorFields fields;
  Status read = read_tensor_fields(reader, end, fields);
  if (!read.is_ok()) return std::move(read).tensor(fields.name);
  const auto decode = [&]() -> ConstantResult {
    GOSSAMER_ASSIGN(const TensorHeader header, tensor_header(fields));
    GOSSAMER_ASSIGN(auto constant, to_constant(reader, fields, header, budget));
    // What lies outside may be any number of times the model's size.
    if (constant->bytes() > kSmallTensor || fields.external) return constant;
    return Constant::make_resident(constant);
  };
  auto constant = decode();
  if (!constant.is_ok()) return std::move(constant).status().tensor(fields.name);
  return InitializerDef{std::move(fields.name), std::move(constant).value()};
}

}  // namespace gossamer::onnx_model
