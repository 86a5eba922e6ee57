// See tensor_file.h.
#include "onnx/tensor_file.h"

#include "base/packed_4bit.h"
#include "onnx/encode/wire_writer.h"
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {

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
  WireWriter out;
  for (int64_t dim : tensor.shape.dims()) out.integer(1, dim);
  out.integer(2, static_cast<int64_t>(tensor.type));
  out.bytes(8, name);
  if (tensor.type == DataType::kString) {
    for (const std::string& text : texts) out.bytes(kStringData, text);
  } else if (is_4bit(tensor.type)) {
    out.bytes(kRawData, pack_4bit({tensor.as<std::byte>(), tensor.bytes()}));
  } else {
    out.bytes(kRawData, {tensor.as<char>(), tensor.bytes()});
  }
  return std::move(out).take();
}

}  // namespace gossamer::onnx_model
