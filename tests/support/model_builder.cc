// See model_builder.h. Field numbers are those of onnx.proto.
#include "tests/support/model_builder.h"

#include <cstring>

#include "base/convert.h"

namespace gossamer::testing {
namespace {

constexpr int kFloat = 1;
constexpr int kInt64 = 7;
constexpr int kString = 8;

template <typename T>
std::string raw(const std::vector<T>& values) {
  std::string bytes(values.size() * sizeof(T), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

std::string attribute(std::string_view name, int type, std::string_view payload) {
  return wire_bytes(1, name) + std::string(payload) + wire_int(20, type);
}

}  // namespace

std::string wire_varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
  return out;
}

std::string wire_int(uint32_t field, int64_t value) {
  return wire_varint(uint64_t{field} << 3) + wire_varint(static_cast<uint64_t>(value));
}

std::string wire_bytes(uint32_t field, std::string_view bytes) {
  return wire_varint(uint64_t{field} << 3 | 2) + wire_varint(bytes.size()) + std::string(bytes);
}

std::string attribute_int(std::string_view name, int64_t value) {
  return attribute(name, 2, wire_int(3, value));
}

std::string attribute_ints(std::string_view name, const std::vector<int64_t>& values) {
  std::string payload;
  for (int64_t value : values) payload += wire_int(8, value);
  return attribute(name, 7, payload);
}

std::string attribute_float(std::string_view name, float value) {
  return attribute(name, 1, wire_varint(2 << 3 | 5) + raw(std::vector<float>{value}));
}

std::string attribute_floats(std::string_view name, const std::vector<float>& values) {
  std::string payload;
  for (float value : values) payload += wire_varint(7 << 3 | 5) + raw(std::vector<float>{value});
  return attribute(name, 6, payload);
}

std::string attribute_string(std::string_view name, std::string_view value) {
  return attribute(name, 3, wire_bytes(4, value));
}

std::string attribute_graph(std::string_view name, std::string_view graph) {
  return wire_bytes(1, name) + wire_bytes(6, graph) + wire_int(20, 5);
}

std::string attribute_strings(std::string_view name, const std::vector<std::string>& values) {
  std::string payload;
  for (const std::string& value : values) payload += wire_bytes(9, value);
  return attribute(name, 8, payload);
}

std::string node_message(std::string_view op_type, const std::vector<std::string>& inputs,
                         const std::vector<std::string>& outputs,
                         const std::vector<std::string>& attributes, std::string_view name,
                         std::string_view domain) {
  std::string out;
  for (const auto& input : inputs) out += wire_bytes(1, input);
  for (const auto& output : outputs) out += wire_bytes(2, output);
  if (!name.empty()) out += wire_bytes(3, name);
  out += wire_bytes(4, op_type);
  for (const auto& entry : attributes) out += wire_bytes(5, entry);
  if (!domain.empty()) out += wire_bytes(7, domain);
  return out;
}

std::string tensor_message(std::string_view name, const std::vector<int64_t>& dims, int data_type,
                           std::string_view raw_data) {
  std::string out;
  for (int64_t dim : dims) out += wire_int(1, dim);
  return out + wire_int(2, data_type) + wire_bytes(8, name) + wire_bytes(9, raw_data);
}

std::string floats_tensor(std::string_view name, const std::vector<int64_t>& dims,
                          const std::vector<float>& values) {
  return tensor_message(name, dims, kFloat, raw(values));
}

std::string strings_tensor(std::string_view name, const std::vector<int64_t>& dims,
                           const std::vector<std::string>& values) {
  std::string out;
  for (int64_t dim : dims) out += wire_int(1, dim);
  out += wire_int(2, kString) + wire_bytes(8, name);
  for (const std::string& value : values) out += wire_bytes(6, value);
  return out;
}

std::string ints_tensor(std::string_view name, const std::vector<int64_t>& values) {
  return tensor_message(name, {static_cast<int64_t>(values.size())}, kInt64, raw(values));
}

std::string value_message(std::string_view name, int data_type, const std::vector<int64_t>& dims,
                          std::string_view first_symbol) {
  std::string shape;
  for (size_t i = 0; i < dims.size(); ++i) {
    std::string dim;
    if (i == 0 && !first_symbol.empty()) {
      dim = wire_bytes(2, first_symbol);
    } else if (dims[i] >= 0) {
      dim = wire_int(1, dims[i]);
    }
    shape += wire_bytes(1, dim);
  }
  const std::string tensor_type = wire_int(1, data_type) + wire_bytes(2, shape);
  return wire_bytes(1, name) + wire_bytes(2, wire_bytes(1, tensor_type));
}

ModelBuilder& ModelBuilder::opset(int64_t version) {
  opset_ = version;
  return *this;
}

ModelBuilder& ModelBuilder::property(std::string_view key, std::string_view value) {
  properties_ += wire_bytes(14, wire_bytes(1, key) + wire_bytes(2, value));
  return *this;
}

ModelBuilder& ModelBuilder::input(std::string_view name, const std::vector<int64_t>& dims,
                                  std::string_view first_symbol) {
  return graph_field(
      wire_bytes(11, value_message(name, static_cast<int>(real_type_), dims, first_symbol)));
}

ModelBuilder& ModelBuilder::output(std::string_view name) {
  return graph_field(wire_bytes(12, wire_bytes(1, name)));
}

ModelBuilder& ModelBuilder::node(std::string_view op_type, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs,
                                 const std::vector<std::string>& attributes, std::string_view name,
                                 std::string_view domain) {
  return graph_field(
      wire_bytes(1, node_message(op_type, inputs, outputs, attributes, name, domain)));
}

ModelBuilder& ModelBuilder::opset(std::string_view domain, int64_t version) {
  properties_ += wire_bytes(8, wire_bytes(1, domain) + wire_int(2, version));
  return *this;
}

ModelBuilder& ModelBuilder::floats(std::string_view name, const std::vector<int64_t>& dims,
                                   const std::vector<float>& values) {
  if (real_type_ == DataType::kFloat32) {
    return graph_field(wire_bytes(5, floats_tensor(name, dims, values)));
  }
  std::string bytes(values.size() * data_type_size(real_type_), '\0');
  from_float32(values.data(), real_type_, bytes.data(), values.size());
  const auto type = static_cast<int>(real_type_);
  return graph_field(wire_bytes(5, tensor_message(name, dims, type, bytes)));
}

ModelBuilder& ModelBuilder::ints(std::string_view name, const std::vector<int64_t>& values) {
  return graph_field(wire_bytes(5, ints_tensor(name, values)));
}

ModelBuilder& ModelBuilder::real_type(DataType type) {
  real_type_ = type;
  return *this;
}

ModelBuilder& ModelBuilder::graph_field(std::string_view wire) {
  graph_ += wire;
  return *this;
}

std::string ModelBuilder::build() const {
  return wire_int(1, 8) + wire_bytes(2, "gossamer tests") + wire_bytes(7, graph_) +
         wire_bytes(8, wire_bytes(1, "") + wire_int(2, opset_)) + properties_;
}

}  // namespace gossamer::testing
