// A file as it becomes by an edit: ranges of the file that there is, and new bytes between them.
// What an edit does not touch is a range, so it stays as it is to the bit, and no weight is read
// before the new file is written: in blocks to a sink, or by whoever has the old file at hand (the
// web library cuts its Blob into the same pieces).
#ifndef GOSSAMER_ONNX_ENCODE_PATCH_H_
#define GOSSAMER_ONNX_ENCODE_PATCH_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/model_source.h"
#include "gossamer/status.h"

namespace gossamer::onnx_model {

class Patch {
 public:
  // Either [begin, end) of the old file, or new bytes.
  struct Piece {
    uint64_t begin = 0;
    uint64_t end = 0;
    std::string bytes;

    bool is_new() const { return begin == end; }
    uint64_t size() const { return is_new() ? bytes.size() : end - begin; }
  };

  // Appends a range of the old file; one that goes on where the last ended becomes part of it.
  void keep(uint64_t begin, uint64_t end);
  // Appends new bytes.
  void add(std::string_view bytes);

  const std::vector<Piece>& pieces() const { return pieces_; }
  // Of the new file.
  uint64_t size() const;

  // Hands the new file to `sink`, in order and in blocks. `old` is the file that the patch was made
  // for. Errors: IO, and those of the sink, at the first of which it ends.
  using Sink = std::function<Status(std::string_view)>;
  Status write(const ModelSource& old, const Sink& sink) const;

 private:
  std::vector<Piece> pieces_;
};

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_ENCODE_PATCH_H_
