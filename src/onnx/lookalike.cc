// See lookalike.h. Consulted only after decoding has failed, so a coincidence costs nothing.
#include "onnx/lookalike.h"

#include <algorithm>

#include "base/text.h"

namespace gossamer::onnx_model {
namespace {

struct Row {
  size_t offset;
  std::string_view magic;
  Lookalike what;
};

constexpr std::string_view kConvert = "export the model to ONNX first";
constexpr std::string_view kPicture = "choose it as the picture, not as the model";

using namespace std::string_view_literals;
constexpr Row kRows[] = {
    {0,
     "version https://git-lfs"sv,
     {"a Git LFS pointer",
      "the model itself was not downloaded: run git lfs pull, or fetch the raw file"}},
    {4, "TFL3"sv, {"a TensorFlow Lite model", kConvert}},
    {4,
     "ORTM"sv,
     {"a model in onnxruntime's own format (.ort)", "load the .onnx file that it was made from"}},
    {0, "PK\x03\x04"sv, {"a PyTorch or other zipped file", kConvert}},
    {0, "\x80\x02"sv, {"a PyTorch (pickle) file", kConvert}},
    {0, "\x89HDF"sv, {"a Keras (HDF5) model", kConvert}},
    {0, "\x1f\x8b"sv, {"a gzip archive", "unpack it first"}},
    {0, "\x89PNG"sv, {"a PNG picture", kPicture}},
    {0, "\xff\xd8\xff"sv, {"a JPEG picture", kPicture}},
    {0, "GIF8"sv, {"a GIF picture", kPicture}},
    {0, "\0asm"sv, {"a WebAssembly module", ""}},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_text(std::string_view bytes) {
  return std::ranges::all_of(bytes, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 || c == '\n' || c == '\r' || c == '\t';
  });
}

}  // namespace

Lookalike recognise(std::string_view head) {
  if (head.empty()) return {"an empty file", "the download may have failed"};
  for (const Row& row : kRows) {
    if (head.size() >= row.offset && head.substr(row.offset).starts_with(row.magic))
      return row.what;
  }
  const std::string_view body = trim(head);
  std::string start(body.substr(0, 16));
  std::ranges::transform(start, start.begin(), lower);
  if (start.starts_with("<!doctype") || start.starts_with("<html") || start.starts_with("<head")) {
    return {"a web page (HTML)", "the address answers with a page instead of the model"};
  }
  if (start.starts_with("{") || start.starts_with("[")) {
    return {"a JSON file", "TensorFlow.js models must be converted to ONNX"};
  }
  if (start.starts_with("<?xml") || start.starts_with("<svg")) return {"an XML file", ""};
  if (is_text(head)) return {"a text file", ""};
  return {};
}

Status explain(const ModelSource& source, Status error) {
  std::string head(static_cast<size_t>(std::min<uint64_t>(source.size(), 512)), '\0');
  if (error.code() != Code::kParse ||
      !source.read(0, {reinterpret_cast<std::byte*>(head.data()), head.size()}).is_ok()) {
    return error;
  }
  const Lookalike found = recognise(head);
  if (found.name.empty()) return error;
  return Status(Code::kParse, Stage::kDecode, concat("this is ", found.name, ", not an ONNX model"))
      .got(found.name)
      .expected("an ONNX model")
      .hint(found.hint);
}

}  // namespace gossamer::onnx_model
