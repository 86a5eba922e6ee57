// See tensor_file.h.
#include "onnx/tensor_file.h"

#include "base/packed_4bit.h"
#include "base/text.h"
#include "onnx/onnx.pb.h"
#include "onnx/tensor_decoder.h"

namespace gossamer::onnx_model {

Result<InitializerDef> read_tensor(const ModelSource& file) {
  if (file.size() > INT32_MAX) {
    return Status(Code::kLimit, Stage::kDecode, "the tensor file is too large")
        .got(concat(file.size(), " bytes"));
  }
  GOSSAMER_ASSIGN(InitializerDef tensor, decode_initializer(file, 0, file.size()));
  // The caller may close the file.
  GOSSAMER_ASSIGN(tensor.constant, Constant::make_resident(tensor.constant));
  return tensor;
}

std::string write_tensor(const std::string& name, const TensorView& tensor) {
  proto::TensorProto out;
  for (int64_t dim : tensor.shape.dims()) out.add_dims(dim);
  out.set_data_type(static_cast<int32_t>(tensor.type));
  out.set_name(name);
  if (is_4bit(tensor.type)) {
    out.set_raw_data(pack_4bit({tensor.as<std::byte>(), tensor.bytes()}));
  } else {
    out.set_raw_data(tensor.data, tensor.bytes());
  }
  return out.SerializeAsString();
}

}  // namespace gossamer::onnx_model
