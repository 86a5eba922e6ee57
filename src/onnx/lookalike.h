// Recognises files that people load in place of an ONNX model by mistake.
#ifndef GOSSAMER_ONNX_LOOKALIKE_H_
#define GOSSAMER_ONNX_LOOKALIKE_H_

#include <string_view>

#include "gossamer/model_source.h"
#include "gossamer/status.h"

namespace gossamer::onnx_model {

struct Lookalike {
  std::string_view name;  // "a web page (HTML)"; empty when the bytes are not recognised
  std::string_view hint;  // what to do about it
};

// `head` is the first few hundred bytes of the file.
Lookalike recognise(std::string_view head);

// Replaces the error PARSE of a file that is not a model at all by one that says what it is.
Status explain(const ModelSource& source, Status error);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_LOOKALIKE_H_
