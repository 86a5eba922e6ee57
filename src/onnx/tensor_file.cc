// See tensor_file.h.
#include "onnx/tensor_file.h"

#include "base/packed_4bit.h"
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {
namespace {

void write_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void write_int(std::string& out, uint32_t field, int64_t value) {
  write_varint(out, uint64_t{field} << 3);
  write_varint(out, static_cast<uint64_t>(value));
}

void write_bytes(std::string& out, uint32_t field, std::string_view bytes) {
  write_varint(out, uint64_t{field} << 3 | 2);
  write_varint(out, bytes.size());
  out += bytes;
}

}  // namespace

Result<InitializerDef> read_tensor(const ModelSource& file) {
  WireReader reader(file);
  TensorBudget budget;
  GOSSAMER_ASSIGN(InitializerDef tensor, decode_tensor(reader, file.size(), budget));
  // The caller may close the file.
  GOSSAMER_ASSIGN(tensor.constant, Constant::make_resident(tensor.constant));
  return tensor;
}

std::string write_tensor(const std::string& name, const TensorView& tensor,
                         std::span<const std::string> texts) {
  std::string out;
  for (int64_t dim : tensor.shape.dims()) write_int(out, 1, dim);
  write_int(out, 2, static_cast<int64_t>(tensor.type));
  write_bytes(out, 8, name);
  if (tensor.type == DataType::kString) {
    for (const std::string& text : texts) write_bytes(out, kStringData, text);
  } else if (is_4bit(tensor.type)) {
    write_bytes(out, kRawData, pack_4bit({tensor.as<std::byte>(), tensor.bytes()}));
  } else {
    write_bytes(out, kRawData, {tensor.as<char>(), tensor.bytes()});
  }
  return out;
}

}  // namespace gossamer::onnx_model
