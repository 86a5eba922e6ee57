// Recognises files that people load in place of an ONNX model by mistake.
#ifndef GOSSAMER_ONNX_LOOKALIKE_H_
#define GOSSAMER_ONNX_LOOKALIKE_H_

#include <span>
#include <string_view>

namespace gossamer::onnx_model {

struct Lookalike {
  std::string_view name;  // "a web page (HTML)"; empty when the bytes are not recognised
  std::string_view hint;  // what to do about it
};

// `head` is the first few hundred bytes of the file.
Lookalike recognise(std::string_view head);

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_LOOKALIKE_H_
