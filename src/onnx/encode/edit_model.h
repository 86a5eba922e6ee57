// Edits of ONNX files that leave alone whatever they are not about. Enters: a model's source, of
// which the structure is walked and no weight is read; leaves: a Patch. The whole structure is
// scanned first (scan.h), so a file that could not be loaded is not edited either, and memory is
// bounded by the scan's limits.
#ifndef GOSSAMER_ONNX_ENCODE_EDIT_MODEL_H_
#define GOSSAMER_ONNX_ENCODE_EDIT_MODEL_H_

#include <map>
#include <optional>
#include <span>
#include <string>

#include "gossamer/model_source.h"
#include "onnx/encode/patch.h"

namespace gossamer::onnx_model {

// What protobuf's own libraries read at most, which every other ONNX tool is built on.
inline constexpr uint64_t kMaxModelBytes = (uint64_t{1} << 31) - 1;

// The new value by key; nothing takes the key out.
using MetadataChanges = std::map<std::string, std::optional<std::string>, std::less<>>;

// Changes the model's metadata_props. A key that there is keeps its place, and its bytes where the
// value stays; if the file names it more than once, one remains. New keys come last, in the order
// of their names. Errors: ARGUMENT for an empty key and text that is not UTF-8, which would make
// the file unreadable; LIMIT when the new file is larger than kMaxModelBytes and the old one is
// not, or has more structure than a model may have; PARSE, LIMIT, IO.
Result<Patch> edit_metadata(const ModelSource& model, const MetadataChanges& changes);

// Makes outputs of the graph's inner values, behind those that there are, so that a session shows
// them. Names that are outputs already are left out. Type and shape are not stated, which this
// runtime infers. Errors: ARGUMENT for a name that no node of the graph computes; PARSE, LIMIT, IO.
Result<Patch> add_outputs(const ModelSource& model, std::span<const std::string> names);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_ENCODE_EDIT_MODEL_H_
