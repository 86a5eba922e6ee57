// Where a model's bytes come from. The loader never asks for the whole file at once: it walks the
// structure, keeps the position of each weight, and reads a weight when a kernel packs it. So the
// memory taken while loading is the packed weights plus one tensor, wherever the file itself lives
// (a memory-mapped file natively, an ArrayBuffer outside the wasm heap in the browser).
#ifndef GOSSAMER_MODEL_SOURCE_H_
#define GOSSAMER_MODEL_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

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

  // Bytes the caller keeps alive and unchanged for as long as the source lives.
  static std::unique_ptr<ModelSource> from_memory(std::span<const std::byte> bytes);
  // Takes the bytes over.
  static std::unique_ptr<ModelSource> from_string(std::string bytes);
  // Opens a file; only the parts that are asked for are read. Errors: IO.
  static Result<std::unique_ptr<ModelSource>> from_file(const std::string& path);
};

}  // namespace gossamer

#endif  // GOSSAMER_MODEL_SOURCE_H_
