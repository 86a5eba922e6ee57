// Lets protobuf read a ModelSource: a buffered window over the file, so that only the parts that
// are looked at are ever copied, and skipping a 100 MB weight costs nothing.
#ifndef GOSSAMER_ONNX_SOURCE_STREAM_H_
#define GOSSAMER_ONNX_SOURCE_STREAM_H_

#include <google/protobuf/io/zero_copy_stream.h>

#include <array>

#include "gossamer/model_source.h"

namespace gossamer::onnx_model {

class SourceStream final : public google::protobuf::io::ZeroCopyInputStream {
 public:
  // Reads [begin, end) of `source`, which is borrowed.
  SourceStream(const ModelSource& source, uint64_t begin, uint64_t end)
      : source_(source), position_(begin), begin_(begin), end_(end) {}

  bool Next(const void** data, int* size) override;
  void BackUp(int count) override { position_ -= static_cast<uint64_t>(count); }
  bool Skip(int count) override;
  int64_t ByteCount() const override { return static_cast<int64_t>(position_ - begin_); }

  // What went wrong when Next() returned false before the end.
  const Status& status() const { return status_; }

 private:
  const ModelSource& source_;
  uint64_t position_;
  uint64_t begin_;
  uint64_t end_;
  Status status_;
  std::array<std::byte, 16384> window_;
};

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_SOURCE_STREAM_H_
