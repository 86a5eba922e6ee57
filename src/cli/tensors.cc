// See tensors.h.
#include "cli/tensors.h"

#include "base/text.h"
#include "onnx/tensor_file.h"

namespace gossamer::cli {

Result<std::shared_ptr<const Constant>> load_tensor(const std::string& path) {
  GOSSAMER_ASSIGN(const auto file, ModelSource::from_file(path));
  auto tensor = onnx_model::read_tensor(*file);
  if (!tensor.is_ok()) return std::move(tensor).status().tensor(path);
  return tensor->constant;
}

Status feed(Session& session, int index, const Constant& tensor) {
  const MutableTensorView input = session.input(index);
  if (input.type != tensor.type() || !(input.shape == tensor.shape())) {
    return Status(Code::kArgument, Stage::kApi, "the tensor does not fit the input")
        .tensor(session.inputs()[static_cast<size_t>(index)].name)
        .got(concat(data_type_name(tensor.type()), " ", tensor.shape().to_string()))
        .expected(concat(data_type_name(input.type), " ", input.shape.to_string()));
  }
  return tensor.read({static_cast<std::byte*>(input.data), input.bytes()});
}

}  // namespace gossamer::cli
