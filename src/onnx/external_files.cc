// external_files() of gossamer/model_source.h: walks every message of the schema that can hold a
// tensor, and adds up the tensors that lie outside.
#include <algorithm>
#include <map>

#include "onnx/lookalike.h"
#include "onnx/scan.h"
#include "onnx/tensor_fields.h"

namespace gossamer {
namespace {

using onnx_model::Fields;
using onnx_model::Form;
using onnx_model::Message;
using onnx_model::WireReader;
using Sizes = std::map<std::string, uint64_t, std::less<>>;

Status add_tensor(WireReader& reader, uint64_t end, Sizes& sizes) {
  onnx_model::TensorFields fields;
  GOSSAMER_TRY(read_tensor_fields(reader, end, fields));
  if (!fields.external) return Status::ok();
  const auto described = [&]() -> Status {
    const auto header = tensor_header(fields);
    // One that is not supported may well be one that nobody needs; decoding judges that.
    if (header.status().code() == Code::kUnsupported) return Status::ok();
    if (!header.is_ok()) return header.status();
    GOSSAMER_ASSIGN(const onnx_model::ExternalRange range, external_range(fields));
    uint64_t& size = sizes[fields.location];
    size = std::max(size, range.offset + header->file_bytes);
    return Status::ok();
  };
  return described().tensor(fields.name);
}

// As deep as messages are nested, which the scan has limited.
Status add_message(WireReader& reader, Message message, uint64_t end, Sizes& sizes) {
  if (message == Message::kTensor) return add_tensor(reader, end, sizes);
  Fields fields(reader, message, end);
  while (fields.next()) {
    if (fields.row().form != Form::kMessage) continue;
    GOSSAMER_TRY(add_message(reader, fields.row().is, fields->end, sizes));
  }
  return fields.finish();
}

}  // namespace

Result<std::vector<ExternalFile>> external_files(const ModelSource& model) {
  Status scanned = onnx_model::scan(model);
  if (!scanned.is_ok()) return onnx_model::explain(model, std::move(scanned));
  WireReader reader(model);
  Sizes sizes;
  GOSSAMER_TRY(add_message(reader, Message::kModel, model.size(), sizes));
  std::vector<ExternalFile> files;
  for (const auto& [name, bytes] : sizes) files.push_back({name, bytes});
  return files;
}

}  // namespace gossamer
