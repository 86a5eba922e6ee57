// Where a model's bytes come from. The loader never asks for the whole file at once: it walks the
// structure, keeps the position of each weight, and reads a weight when a kernel packs it. So the
// memory taken while loading is the packed weights plus one tensor, wherever the file itself lives
// (a memory-mapped file natively, an ArrayBuffer outside the wasm heap in the browser).
#ifndef GOSSAMER_MODEL_SOURCE_H_
#define GOSSAMER_MODEL_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/status.h"

namespace gossamer {

// Thread safety: read may be called from one thread at a time.
class ModelSource {
 public:
  virtual ~ModelSource() = default;
  virtual uint64_t size() const = 0;
  // Copies bytes [offset, offset + target.size()). Requires that the range lies inside the source.
  // Errors: IO.
  virtual Status read(uint64_t offset, std::span<std::byte> target) const = 0;
  // A file beside the model that holds some of its weights, by the name that the model has for it.
  // It lives as long as this source. Errors: IO when there is no such file, which is all that a
  // source without files ever says; INITIALIZER for a name that leads out of the model's folder.
  virtual Result<const ModelSource*> external(std::string_view name) const;

  // Bytes the caller keeps alive and unchanged for as long as the source lives.
  static std::unique_ptr<ModelSource> from_memory(std::span<const std::byte> bytes);
  // Takes the bytes over.
  static std::unique_ptr<ModelSource> from_string(std::string bytes);
  // Opens a file; only the parts that are asked for are read. Files beside it are opened when a
  // model asks for them, each once: those in its folder and in folders in there, after links were
  // followed. Errors: IO.
  static Result<std::unique_ptr<ModelSource>> from_file(const std::string& path);
  // A model and the files beside it, by the names that it has for them (see external_files).
  static std::unique_ptr<ModelSource> with_files(
      std::unique_ptr<ModelSource> model,
      std::map<std::string, std::unique_ptr<ModelSource>, std::less<>> files);
};

// A file beside a model, and how many of its bytes, from the first on, the model uses.
struct ExternalFile {
  std::string name;
  uint64_t bytes = 0;
};
// The files that a model keeps weights in; none of them is opened, and the whole model is scanned.
// Errors: PARSE, LIMIT, INITIALIZER, IO.
Result<std::vector<ExternalFile>> external_files(const ModelSource& model);

}  // namespace gossamer

#endif  // GOSSAMER_MODEL_SOURCE_H_
