// See tensors.h.
#include "cli/tensors.h"

#include <algorithm>

#include "base/text.h"
#include "onnx/tensor_file.h"
#include "session/describe.h"

namespace gossamer::cli {

Result<std::shared_ptr<const Constant>> load_tensor(const std::string& path) {
  GOSSAMER_ASSIGN(const auto file, ModelSource::from_file(path));
  auto tensor = onnx_model::read_tensor(*file);
  if (!tensor.is_ok()) return std::move(tensor).status().tensor(path);
  return tensor->constant;
}

bool holds_bits_of(DataType stored, DataType meant) {
  return meant == DataType::kBfloat16 && stored == DataType::kUint16;
}

Status feed(Session& session, int index, const Constant& tensor) {
  const TensorInfo& info = session.inputs()[static_cast<size_t>(index)];
  if (info.type != tensor.type() && !holds_bits_of(tensor.type(), info.type)) {
    return Status(Code::kArgument, Stage::kApi, "the tensor does not fit the input")
        .tensor(info.name)
        .got(data_type_name(tensor.type()))
        .expected(data_type_name(info.type));
  }
  GOSSAMER_TRY(session.set_input_shape(index, tensor.shape()));
  const MutableTensorView input = session.input(index);
  for (size_t i = 0; i < tensor.texts().size(); ++i) {
    input.as<int32_t>()[i] = session.number_of(tensor.texts()[i]);
  }
  if (!tensor.texts().empty()) return Status::ok();
  return tensor.read({static_cast<std::byte*>(input.data), input.bytes()});
}

Status feed_named(Session& session, const std::string& assignment, std::vector<int>& fed) {
  const size_t equals = assignment.find('=');
  const std::string name = assignment.substr(0, equals);
  const auto& inputs = session.inputs();
  const auto found = std::ranges::find(inputs, name, &TensorInfo::name);
  if (equals == std::string::npos || found == inputs.end()) {
    std::string names;
    for (const TensorInfo& input : inputs) names += concat(names.empty() ? "" : ", ", input.name);
    return Status(Code::kArgument, Stage::kApi, "--input must be NAME=FILE with an input's name")
        .got(assignment)
        .expected(names);
  }
  const auto index = static_cast<int>(found - inputs.begin());
  if (std::ranges::find(fed, index) != fed.end()) {
    return Status(Code::kArgument, Stage::kApi, "--input names an input twice").tensor(name);
  }
  fed.push_back(index);
  GOSSAMER_ASSIGN(const auto tensor, load_tensor(assignment.substr(equals + 1)));
  return feed(session, index, *tensor);
}

Result<std::vector<std::string>> texts_of(const Session& session, int index) {
  GOSSAMER_TRY(check_texts(session, index));
  const TensorView output = session.output(index);
  std::vector<std::string> texts;
  const int64_t count = output.type == DataType::kString ? output.elements() : 0;
  for (int64_t i = 0; i < count; ++i) texts.push_back(session.text(output.as<int32_t>()[i]));
  return texts;
}

Result<std::string> serialised_output(const Session& session, int index) {
  GOSSAMER_ASSIGN(const auto texts, texts_of(session, index));
  return onnx_model::write_tensor(session.outputs()[static_cast<size_t>(index)].name,
                                  session.output(index), texts);
}

}  // namespace gossamer::cli
