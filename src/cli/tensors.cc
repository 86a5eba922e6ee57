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
  const TensorInfo& info = session.inputs()[static_cast<size_t>(index)];
  if (info.type != tensor.type()) {
    return Status(Code::kArgument, Stage::kApi, "the tensor does not fit the input")
        .tensor(info.name)
        .got(data_type_name(tensor.type()))
        .expected(data_type_name(info.type));
  }
  GOSSAMER_TRY(session.set_input_shape(index, tensor.shape()));
  const MutableTensorView input = session.input(index);
  return tensor.read({static_cast<std::byte*>(input.data), input.bytes()});
}

}  // namespace gossamer::cli
