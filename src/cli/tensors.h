// Feeding sessions from TensorProto files, and writing their results as such, for `run`, `test` and
// `classify`.
#ifndef GOSSAMER_CLI_TENSORS_H_
#define GOSSAMER_CLI_TENSORS_H_

#include <memory>
#include <string>
#include <vector>

#include "base/constant.h"
#include "gossamer/session.h"

namespace gossamer::cli {

// The tensor in a file. Errors: IO, PARSE, INITIALIZER, UNSUPPORTED, with the path as the tensor.
Result<std::shared_ptr<const Constant>> load_tensor(const std::string& path);

// ONNX's backend tests keep bfloat16, which NumPy lacks, as its bits.
bool holds_bits_of(DataType stored, DataType meant);

// Copies a tensor to input `index`, binding its shape. Errors: ARGUMENT when the type differs,
// SHAPE when the model fixes another shape.
Status feed(Session& session, int index, const Constant& tensor);

// The same for "NAME=FILE" with the name of an input, whose index is added to `fed`. Errors: also
// ARGUMENT when there is no such input, or it is in `fed` already.
Status feed_named(Session& session, const std::string& assignment, std::vector<int>& fed);

// The elements of output `index`, of strings; empty for other types. Errors: LIMIT.
Result<std::vector<std::string>> texts_of(const Session& session, int index);
// Output `index` as the bytes of a TensorProto. Errors: LIMIT.
Result<std::string> serialised_output(const Session& session, int index);

}  // namespace gossamer::cli

#endif  // GOSSAMER_CLI_TENSORS_H_
