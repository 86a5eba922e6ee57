// The guard in front of the decoder: walks the whole model on the wire, allocating nothing that
// grows with the file, counts what decoding would allocate, and refuses what would blow up: 1 MB of
// empty attributes is 50 MB of structures, and nested graphs recurse. It looks at exactly those
// fields that the decoder reads (see schema.h). After a scan has passed, the decoder's memory and
// recursion are bounded by the limits below.
#ifndef GOSSAMER_ONNX_SCAN_H_
#define GOSSAMER_ONNX_SCAN_H_

#include <cstdint>

#include "gossamer/model_source.h"
#include "gossamer/status.h"

namespace gossamer::onnx_model {

// The largest classifier in use has some 5,000 nodes and 2,000 initializers.
struct ScanLimits {
  int64_t nodes = 20'000;
  int64_t initializers = 40'000;
  int64_t attributes = 200'000;
  int64_t names = 400'000;             // of inputs and outputs, texts in lists, extents
  int64_t structure_bytes = 64 << 20;  // everything that is not the payload of a tensor
  // What the structure becomes in memory, by the costs of schema.h; twice the file's size may come
  // on top of it. So a file that is refused later has not taken more than 4 times its size and 32
  // MB.
  int64_t structure_memory = 16 << 20;
  int graph_depth = 16;  // subgraphs within subgraphs
  // Elements that decoding unpacks into memory: those that are not stored as raw bytes, which stay
  // in the file, and those of sparse tensors. This one is the caller's budget.
  uint64_t unpacked_bytes = UINT64_MAX;
};

// Errors: PARSE with the offset of the first malformed byte, LIMIT, BUDGET, IO.
Status scan(const ModelSource& source, const ScanLimits& limits = {});

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_SCAN_H_
