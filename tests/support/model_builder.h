// Writes ONNX models field by field on the wire, for tests: valid ones in a few lines, and ones
// broken in exactly one way. Knows nothing of the decoder it tests.
#ifndef GOSSAMER_TESTS_SUPPORT_MODEL_BUILDER_H_
#define GOSSAMER_TESTS_SUPPORT_MODEL_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gossamer/tensor.h"

namespace gossamer::testing {

// --- The protobuf wire format.
std::string wire_varint(uint64_t value);
std::string wire_int(uint32_t field, int64_t value);
std::string wire_bytes(uint32_t field, std::string_view bytes);

// --- Messages of the ONNX schema, serialised.
std::string attribute_int(std::string_view name, int64_t value);
std::string attribute_ints(std::string_view name, const std::vector<int64_t>& values);
std::string attribute_float(std::string_view name, float value);
std::string attribute_floats(std::string_view name, const std::vector<float>& values);
std::string attribute_string(std::string_view name, std::string_view value);
std::string attribute_strings(std::string_view name, const std::vector<std::string>& values);
// `graph` is a GraphProto, as ModelBuilder::graph() gives it.
std::string attribute_graph(std::string_view name, std::string_view graph);

std::string node_message(std::string_view op_type, const std::vector<std::string>& inputs,
                         const std::vector<std::string>& outputs,
                         const std::vector<std::string>& attributes = {},
                         std::string_view name = "", std::string_view domain = "");
// Data as raw_data, whatever its length.
std::string tensor_message(std::string_view name, const std::vector<int64_t>& dims, int data_type,
                           std::string_view raw);
std::string floats_tensor(std::string_view name, const std::vector<int64_t>& dims,
                          const std::vector<float>& values);
std::string strings_tensor(std::string_view name, const std::vector<int64_t>& dims,
                           const std::vector<std::string>& values);
std::string ints_tensor(std::string_view name, const std::vector<int64_t>& values);
// A dimension of -1 is left out; a symbol replaces the number when it is not empty.
std::string value_message(std::string_view name, int data_type, const std::vector<int64_t>& dims,
                          std::string_view first_symbol = "");

// A whole model: opset 17, IR version 8, float32 inputs and outputs.
class ModelBuilder {
 public:
  ModelBuilder& opset(int64_t version);
  ModelBuilder& property(std::string_view key, std::string_view value);
  ModelBuilder& input(std::string_view name, const std::vector<int64_t>& dims,
                      std::string_view first_symbol = "");
  ModelBuilder& output(std::string_view name);
  ModelBuilder& node(std::string_view op_type, const std::vector<std::string>& inputs,
                     const std::vector<std::string>& outputs,
                     const std::vector<std::string>& attributes = {}, std::string_view name = "",
                     std::string_view domain = "");
  // The version of another domain's operators.
  ModelBuilder& opset(std::string_view domain, int64_t version);
  ModelBuilder& floats(std::string_view name, const std::vector<int64_t>& dims,
                       const std::vector<float>& values);
  ModelBuilder& ints(std::string_view name, const std::vector<int64_t>& values);
  // What input() and floats() are of from here on, in place of float32: another type that
  // from_float32 rounds to.
  ModelBuilder& real_type(DataType type);
  // Any field of GraphProto, already on the wire.
  ModelBuilder& graph_field(std::string_view wire);
  std::string build() const;
  // The graph alone.
  const std::string& graph() const { return graph_; }

 private:
  int64_t opset_ = 17;
  DataType real_type_ = DataType::kFloat32;
  std::string graph_;
  std::string properties_;
};

}  // namespace gossamer::testing

#endif  // GOSSAMER_TESTS_SUPPORT_MODEL_BUILDER_H_
