// Runs one operator as a model would: a node is described, the table's maker makes the Op at an
// opset, shapes are inferred, and the scalar reference computes. Inputs are plain lists; results
// are compared with hand-computed ones, errors by code and attribute.
#ifndef GOSSAMER_TESTS_OPS_OP_TEST_UTIL_H_
#define GOSSAMER_TESTS_OPS_OP_TEST_UTIL_H_

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/string_table.h"
#include "graph/op.h"
#include "onnx/model.h"

namespace gossamer::op_test {

struct Tensor {
  DataType type = DataType::kUndefined;
  Shape shape;
  std::vector<std::byte> data;
  bool known = false;  // a constant of the model

  // Only absent operands have no address.
  TensorView view() const {
    const void* address = data.empty() ? static_cast<const void*>(&type) : data.data();
    return {type, shape, type == DataType::kUndefined ? nullptr : address};
  }
  template <typename T>
  std::vector<T> to() const {
    std::vector<T> values(data.size() / sizeof(T));
    if (!data.empty()) std::memcpy(values.data(), data.data(), data.size());
    return values;
  }
};

template <typename T>
Tensor tensor(DataType type, const Shape& shape, const std::vector<T>& values) {
  Tensor t{type, shape, std::vector<std::byte>(values.size() * sizeof(T)), false};
  if (!values.empty()) std::memcpy(t.data.data(), values.data(), t.data.size());
  EXPECT_EQ(shape.checked_elements().value_or(-1), static_cast<int64_t>(values.size()))
      << "the test's own tensor is inconsistent";
  return t;
}
inline Tensor floats(const Shape& shape, const std::vector<float>& values) {
  return tensor(DataType::kFloat32, shape, values);
}
inline Tensor int64s(const Shape& shape, const std::vector<int64_t>& values) {
  return tensor(DataType::kInt64, shape, values);
}
inline Tensor int32s(const Shape& shape, const std::vector<int32_t>& values) {
  return tensor(DataType::kInt32, shape, values);
}
inline Tensor bytes(DataType type, const Shape& shape, const std::vector<uint8_t>& values) {
  return tensor(type, shape, values);
}
// The table in which every test's strings have their numbers.
StringTable& strings();
Tensor texts(const Shape& shape, const std::vector<std::string>& values);
// 0, 1, 2, ... as float32.
Tensor iota(const Shape& shape, float first = 0);
// Small numbers that differ from element to element, the same for the same seed.
Tensor noise(const Shape& shape, uint32_t seed);
// A type and shape without elements, for what infer() should refuse.
inline Tensor only_shape(DataType type, const Shape& shape) {
  return {type, shape, {}, false};
}
inline Tensor absent() {
  return {};
}
inline Tensor known(Tensor t) {
  t.known = true;
  return t;
}
// A known list of integers, as Reshape's second input.
inline Tensor list(const std::vector<int64_t>& values) {
  return known(int64s({static_cast<int64_t>(values.size())}, values));
}
// The same elements with axis k taken from axis perm[k].
Tensor permute(const Tensor& t, const std::vector<int>& perm);
// [N, C, ...] to [N, ..., C] and back.
Tensor to_channels_last(const Tensor& t);
Tensor to_channels_first(const Tensor& t);

using onnx_model::Attribute;
Attribute attr_int(std::string name, int64_t value);
Attribute attr_float(std::string name, float value);
Attribute attr_text(std::string name, const char* value);
Attribute attr_ints(std::string name, std::vector<int64_t> values);
Attribute attr_floats(std::string name, std::vector<float> values);
Attribute attr_texts(std::string name, std::vector<std::string> values);
Attribute attr_tensor(std::string name, std::shared_ptr<const Constant> value);

struct Node {
  std::string type;
  int opset = 16;
  std::vector<Tensor> inputs;
  std::vector<Attribute> attributes;
  std::vector<std::string> outputs = {"y"};  // "" is one nobody wants
  std::string domain = {};                   // "": the first in the table
};

// Through the table's maker.
Result<std::shared_ptr<const Op>> make(const Node& node);
// Infers and evaluates.
Result<std::vector<Tensor>> run(const Op& op, const std::vector<Tensor>& inputs,
                                size_t output_count = 1);
// make() and run(); the first output. Fails the test on an error.
Tensor result_of(const Node& node);
Tensor result_of(const Op& op, const std::vector<Tensor>& inputs);
// The error of make() or run(), which must fail; an empty Status and a failed test otherwise.
Status error_of(const Node& node);
// The scratch memory of the kernel that wraps the scalar reference.
size_t reference_scratch(const Node& node);
// Op::work for these shapes.
double work_of(const Node& node);

// The name, up to its level, of the kernel that the operator chooses, which must give exactly what
// the scalar reference does.
std::string kernel_of(const Node& node);

// The same results by every way there is: the scalar reference, the kernel, the operator with its
// constant inputs moved into it and, where it then has one, its permuted form. Returns whether it
// had one. Requires one input that is not known.
bool expect_forms_agree(const Node& node, const std::vector<int>& perm);

void expect_floats(const Tensor& got, const Shape& shape, const std::vector<float>& expected,
                   float tolerance = 1e-6f);
// Same type, shape and elements within the tolerance.
void expect_same(const Tensor& got, const Tensor& expected, float tolerance = 1e-6f);
template <typename T>
void expect_values(const Tensor& got, const Shape& shape, const std::vector<T>& expected) {
  EXPECT_EQ(got.shape.to_string(), shape.to_string());
  EXPECT_EQ(got.to<T>(), expected);
}
// The error has the code and, when given, names the attribute.
void expect_error(const Node& node, Code code, std::string_view attribute = {});

}  // namespace gossamer::op_test

#endif  // GOSSAMER_TESTS_OPS_OP_TEST_UTIL_H_
