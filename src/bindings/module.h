// What the files of the wasm module's interface share: the model as JavaScript holds it, and how a
// function leaves its result. One thread uses it all.
#ifndef GOSSAMER_BINDINGS_MODULE_H_
#define GOSSAMER_BINDINGS_MODULE_H_

#include <cstdint>
#include <span>
#include <string>

#include "gossamer/model_source.h"
#include "gossamer/session.h"
#include "gossamer/status.h"

namespace gossamer {

// Reads the model out of an ArrayBuffer, so that the file never lies in the wasm heap as a whole.
class ScriptSource final : public ModelSource {
 public:
  ScriptSource(int id, uint64_t size) : id_(id), size_(size) {}
  ScriptSource(const ScriptSource&) = delete;
  ScriptSource& operator=(const ScriptSource&) = delete;
  ~ScriptSource() override;
  uint64_t size() const override { return size_; }
  Status read(uint64_t offset, std::span<std::byte> target) const override;

 private:
  int id_;
  uint64_t size_;
};

// Null, and the error HANDLE for gossamer_error(), when there is no such session.
Session* find(int handle);
// 1 on success; otherwise keeps the error for gossamer_error() and gives 0.
int done(Status status);
// Keeps a text until the next one, for JavaScript to read.
const char* keep(std::string text);

}  // namespace gossamer

#endif  // GOSSAMER_BINDINGS_MODULE_H_
