// See patch.h.
#include "onnx/encode/patch.h"

#include <algorithm>

namespace gossamer::onnx_model {

void Patch::keep(uint64_t begin, uint64_t end) {
  if (begin == end) return;
  if (!pieces_.empty() && !pieces_.back().is_new() && pieces_.back().end == begin) {
    pieces_.back().end = end;
  } else {
    pieces_.push_back({begin, end, {}});
  }
}

void Patch::add(std::string_view bytes) {
  if (bytes.empty()) return;
  if (pieces_.empty() || !pieces_.back().is_new()) pieces_.emplace_back();
  pieces_.back().bytes += bytes;
}

uint64_t Patch::size() const {
  uint64_t size = 0;
  for (const Piece& piece : pieces_) size += piece.size();
  return size;
}

Status Patch::write(const ModelSource& old, const Sink& sink) const {
  constexpr uint64_t kBlock = uint64_t{1} << 20;
  std::string block;
  for (const Piece& piece : pieces_) {
    if (piece.is_new()) GOSSAMER_TRY(sink(piece.bytes));
    for (uint64_t at = piece.begin; at < piece.end; at += block.size()) {
      block.resize(static_cast<size_t>(std::min(kBlock, piece.end - at)));
      GOSSAMER_TRY(old.read(at, std::as_writable_bytes(std::span(block))));
      GOSSAMER_TRY(sink(block));
    }
  }
  return Status::ok();
}

}  // namespace gossamer::onnx_model
