// An ONNX model after decoding: names and plain values, no protobuf types, so that only this folder
// knows how models are written. Nothing is resolved yet: values are referred to by name, operators
// by type. Weights are Constants that still lie in the model's source.
// Source: https://github.com/onnx/onnx/blob/main/docs/IR.md
#ifndef GOSSAMER_ONNX_MODEL_H_
#define GOSSAMER_ONNX_MODEL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/constant.h"
#include "gossamer/tensor.h"

namespace gossamer::onnx_model {

struct GraphDef;

struct Attribute {
  enum class Kind {
    kNone,
    kFloat,
    kInt,
    kString,
    kTensor,
    kGraph,
    kFloats,
    kInts,
    kStrings,
    kOther
  };
  std::string name;
  Kind kind = Kind::kNone;
  float f = 0;
  int64_t i = 0;
  std::string s;
  std::vector<float> floats;
  std::vector<int64_t> ints;
  std::vector<std::string> strings;
  std::shared_ptr<const Constant> t;
  std::shared_ptr<const GraphDef> g;
  Status problem;         // why `t` is null: UNSUPPORTED, which matters once somebody reads it
  std::string reference;  // inside a function: the attribute of the call that gives the value
};

struct NodeDef {
  std::string name;  // may be empty
  std::string op_type;
  std::string domain;                // "" is ai.onnx
  std::string overload;              // tells functions of the same name apart
  std::vector<std::string> inputs;   // "" is an absent optional input
  std::vector<std::string> outputs;  // "" is an output nobody wants
  std::vector<Attribute> attributes;
  int64_t opset = 0;  // of the node's domain where it came from a function; 0: the model's
};

// One extent of an input: a number, a symbol ("batch"), or unknown.
struct Dimension {
  int64_t value = -1;  // -1: not fixed
  std::string symbol;
};

struct ValueDef {
  std::string name;
  DataType type = DataType::kUndefined;
  bool has_shape = false;
  std::vector<Dimension> dims;
  std::string_view kind = "tensor";  // or "sequence", "map", "optional", "sparse tensor"
};

struct InitializerDef {
  std::string name;
  std::shared_ptr<const Constant> constant;
  Status problem = {};  // why there is none: UNSUPPORTED, which matters once somebody reads it
};

struct GraphDef {
  std::vector<NodeDef> nodes;
  std::vector<InitializerDef> initializers;
  std::vector<ValueDef> inputs;  // including those that are also initializers (IR version < 4)
  std::vector<ValueDef> outputs;
};

using OpsetMap = std::map<std::string, int64_t, std::less<>>;  // domain -> version; "" is ai.onnx

// An operator that the model defines itself by other operators.
struct FunctionDef {
  std::string domain;
  std::string name;
  std::string overload;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<Attribute> defaults;  // of attributes that a call may leave out
  std::vector<NodeDef> nodes;
  OpsetMap opsets;
};

// A model is its graph and what stands around it.
struct Model : GraphDef {
  int64_t ir_version = 0;
  std::string producer;
  OpsetMap opsets;
  std::map<std::string, std::string, std::less<>> metadata;
  std::vector<FunctionDef> functions;
};

}  // namespace gossamer::onnx_model

#endif  // GOSSAMER_ONNX_MODEL_H_
