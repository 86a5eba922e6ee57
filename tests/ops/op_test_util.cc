// See op_test_util.h.
#include "tests/ops/op_test_util.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ops/registry.h"
#include "tests/ops/composite_test_util.h"

namespace gossamer::op_test {
namespace {

using Kind = Attribute::Kind;

Attribute named(std::string name, Kind kind) {
  Attribute a;
  a.name = std::move(name);
  a.kind = kind;
  return a;
}

Result<OpContext> context_of(const std::vector<Tensor>& inputs, size_t output_count) {
  std::vector<OpContext::Operand> operands;
  for (const Tensor& input : inputs) {
    OpContext::Operand operand{input.type, input.shape, nullptr, false};
    if (input.known) {
      GOSSAMER_ASSIGN(operand.constant, Constant::copy_of(input.view()));
    }
    operands.push_back(std::move(operand));
  }
  return OpContext(std::move(operands), output_count);
}

}  // namespace

StringTable& strings() {
  static StringTable table;
  return table;
}

Tensor texts(const Shape& shape, const std::vector<std::string>& values) {
  std::vector<int32_t> numbers;
  for (const std::string& value : values) numbers.push_back(strings().intern(value));
  return tensor(DataType::kString, shape, numbers);
}

Tensor iota(const Shape& shape, float first) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<float>(i);
  return floats(shape, values);
}

Tensor noise(const Shape& shape, uint32_t seed) {
  std::vector<float> values(static_cast<size_t>(shape.elements()));
  uint32_t state = seed * 2654435761u + 12345u;
  for (float& value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<float>(state >> 8) / static_cast<float>(1 << 23) - 1.0f;
  }
  return floats(shape, values);
}

Tensor permute(const Tensor& t, const std::vector<int>& perm) {
  Tensor out = t;
  const int rank = t.shape.rank();
  for (int axis = 0; axis < rank; ++axis) {
    out.shape[axis] = t.shape[perm[static_cast<size_t>(axis)]];
  }
  const size_t size = data_type_size(t.type);
  std::vector<int64_t> index(static_cast<size_t>(rank));
  for (int64_t i = 0; i < out.shape.elements(); ++i) {
    int64_t rest = i;
    for (int axis = rank - 1; axis >= 0; --axis) {
      index[static_cast<size_t>(perm[static_cast<size_t>(axis)])] = rest % out.shape[axis];
      rest /= out.shape[axis];
    }
    int64_t from = 0;
    for (int axis = 0; axis < rank; ++axis) {
      from = from * t.shape[axis] + index[static_cast<size_t>(axis)];
    }
    std::memcpy(out.data.data() + static_cast<size_t>(i) * size,
                t.data.data() + static_cast<size_t>(from) * size, size);
  }
  return out;
}

Tensor to_channels_last(const Tensor& t) {
  std::vector<int> perm = {0};
  for (int axis = 2; axis < t.shape.rank(); ++axis) perm.push_back(axis);
  perm.push_back(1);
  return permute(t, perm);
}

Tensor to_channels_first(const Tensor& t) {
  std::vector<int> perm = {0, t.shape.rank() - 1};
  for (int axis = 1; axis < t.shape.rank() - 1; ++axis) perm.push_back(axis);
  return permute(t, perm);
}

Attribute attr_int(std::string name, int64_t value) {
  Attribute a = named(std::move(name), Kind::kInt);
  a.i = value;
  return a;
}
Attribute attr_float(std::string name, float value) {
  Attribute a = named(std::move(name), Kind::kFloat);
  a.f = value;
  return a;
}
Attribute attr_text(std::string name, const char* value) {
  Attribute a = named(std::move(name), Kind::kString);
  a.s = value;
  return a;
}
Attribute attr_ints(std::string name, std::vector<int64_t> values) {
  Attribute a = named(std::move(name), Kind::kInts);
  a.ints = std::move(values);
  return a;
}
Attribute attr_floats(std::string name, std::vector<float> values) {
  Attribute a = named(std::move(name), Kind::kFloats);
  a.floats = std::move(values);
  return a;
}
Attribute attr_texts(std::string name, std::vector<std::string> values) {
  Attribute a = named(std::move(name), Kind::kStrings);
  a.strings = std::move(values);
  return a;
}
Attribute attr_tensor(std::string name, std::shared_ptr<const Constant> value) {
  Attribute a = named(std::move(name), Kind::kTensor);
  a.t = std::move(value);
  return a;
}

Result<std::shared_ptr<const Op>> make(const Node& node) {
  onnx_model::NodeDef def;
  def.op_type = node.type;
  def.outputs = node.outputs;
  def.attributes = node.attributes;
  for (size_t i = 0; i < node.inputs.size(); ++i) {
    const bool given = node.inputs[i].type != DataType::kUndefined;
    def.inputs.push_back(given ? concat("x", i) : std::string());
  }
  for (const OpEntry& entry : op_table()) {
    if (entry.type != node.type || (!node.domain.empty() && entry.domain != node.domain)) continue;
    if (node.opset < entry.first_opset || node.opset > entry.last_opset) continue;
    AttributeReader reader(def, node.opset, strings());
    auto op = entry.make(reader);
    if (op.is_ok()) GOSSAMER_TRY(reader.finish());
    return op;
  }
  return Status(Code::kInternal, Stage::kNone, concat(node.type, " is not in the table"));
}

Result<std::vector<Tensor>> run(const Op& op, const std::vector<Tensor>& inputs,
                                size_t output_count) {
  GOSSAMER_ASSIGN(OpContext context, context_of(inputs, output_count));
  GOSSAMER_TRY(op.infer(context));
  std::vector<TensorView> in;
  for (const Tensor& input : inputs) {
    in.push_back(input.type == DataType::kUndefined ? TensorView{} : input.view());
  }
  std::vector<Tensor> outputs(output_count);
  std::vector<MutableTensorView> out;
  for (size_t i = 0; i < output_count; ++i) {
    const auto& stated = context.output(static_cast<int>(i));
    outputs[i].type = stated.type;
    outputs[i].shape = stated.shape;
    MutableTensorView view{stated.type, stated.shape, nullptr};
    if (stated.type != DataType::kUndefined) {
      outputs[i].data.assign(view.bytes(), std::byte{0xCD});
      outputs[i].data.reserve(1);  // an address even when empty
      view.data = outputs[i].data.data();
    }
    out.push_back(view);
  }
  GOSSAMER_ASSIGN(const size_t scratch_bytes, op.scratch_bytes(context));
  GOSSAMER_ASSIGN(AlignedBuffer scratch, AlignedBuffer::allocate(scratch_bytes));
  GOSSAMER_TRY(op.evaluate({in, out, scratch.data()}));
  for (size_t i = 0; i < output_count; ++i) {
    const auto& stated = context.output(static_cast<int>(i));
    if (stated.constant == nullptr) continue;
    std::vector<std::byte> folded(stated.constant->bytes());
    GOSSAMER_TRY(stated.constant->read(folded));
    EXPECT_EQ(folded, outputs[i].data) << "infer() and evaluate() disagree";
  }
  return outputs;
}

Tensor result_of(const Op& op, const std::vector<Tensor>& inputs) {
  auto outputs = run(op, inputs);
  EXPECT_TRUE(outputs.is_ok()) << outputs.status().to_string();
  return outputs.is_ok() ? std::move(outputs->front()) : Tensor{};
}

Tensor result_of(const Node& node) {
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  if (op.is_ok() && (*op)->macro() != nullptr) return composite_result(node);
  return op.is_ok() ? result_of(**op, node.inputs) : Tensor{};
}

Status error_of(const Node& node) {
  const auto op = make(node);
  if (!op.is_ok()) return op.status();
  if ((*op)->macro() != nullptr) {
    return run_by_reference(*op, node.inputs, node.outputs).status();
  }
  return run(**op, node.inputs, node.outputs.size()).status();
}

size_t reference_scratch(const Node& node) {
  const auto op = make(node);
  auto context = context_of(node.inputs, node.outputs.size());
  EXPECT_TRUE(op.is_ok() && context.is_ok() && (*op)->infer(*context).is_ok());
  const auto kernel = (*op)->Op::lower(*context);
  EXPECT_EQ((*kernel)->name(), "reference");
  const auto scratch = (*op)->scratch_bytes(*context);
  EXPECT_TRUE(scratch.is_ok());
  EXPECT_GT((*kernel)->scratch_bytes(), *scratch);  // the views of its operands lie there, too
  return *scratch;
}

double work_of(const Node& node) {
  const auto op = make(node);
  auto context = context_of(node.inputs, node.outputs.size());
  EXPECT_TRUE(op.is_ok() && context.is_ok() && (*op)->infer(*context).is_ok()) << node.type;
  return (*op)->work(*context);
}

namespace {

// Output 0 as the kernel computes it.
struct Lowered {
  std::string kernel;  // up to the level
  std::vector<Tensor> outputs;
};

Lowered run_lowered(const Op& op, const std::vector<Tensor>& inputs, size_t output_count) {
  auto context = context_of(inputs, output_count);
  EXPECT_TRUE(context.is_ok() && op.infer(*context).is_ok());
  const auto kernel = op.lower(*context);
  EXPECT_TRUE(kernel.is_ok()) << kernel.status().to_string();
  if (!kernel.is_ok()) return {};
  std::vector<const void*> in;
  for (const Tensor& input : inputs) in.push_back(input.view().data);
  std::vector<Tensor> outputs(output_count);
  std::vector<void*> out;
  for (size_t i = 0; i < output_count; ++i) {
    const auto& stated = context->output(static_cast<int>(i));
    outputs[i] = {stated.type, stated.shape, {}, false};
    outputs[i].data.reserve(1);
    outputs[i].data.resize(outputs[i].view().bytes());
    out.push_back(outputs[i].data.data());
  }
  std::vector<std::byte> scratch((*kernel)->scratch_bytes() + 1);
  const Status ran = (*kernel)->run({in, out, scratch.data()}, 0, (*kernel)->items());
  EXPECT_TRUE(ran.is_ok()) << ran.to_string();
  const std::string_view name = (*kernel)->name();
  return {std::string(name.substr(0, name.find("__"))), std::move(outputs)};
}

Tensor lowered_result(const Op& op, const std::vector<Tensor>& inputs, size_t output_count) {
  Lowered lowered = run_lowered(op, inputs, output_count);
  return lowered.outputs.empty() ? Tensor{} : std::move(lowered.outputs[0]);
}

}  // namespace

std::string kernel_of(const Node& node) {
  const size_t count = node.outputs.size();
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  if (!op.is_ok()) return {};
  const auto expected = run(**op, node.inputs, count);
  EXPECT_TRUE(expected.is_ok()) << expected.status().to_string();
  const Lowered lowered = run_lowered(**op, node.inputs, count);
  for (size_t i = 0; expected.is_ok() && i < lowered.outputs.size(); ++i) {
    expect_same(lowered.outputs[i], (*expected)[i], 0);
  }
  return lowered.kernel;
}

bool expect_forms_agree(const Node& node, const std::vector<int>& perm) {
  const size_t count = node.outputs.size();
  const auto op = make(node);
  EXPECT_TRUE(op.is_ok()) << op.status().to_string();
  if (!op.is_ok()) return false;
  const auto expected = run(**op, node.inputs, count);
  EXPECT_TRUE(expected.is_ok()) << expected.status().to_string();
  auto context = context_of(node.inputs, count);
  if (!expected.is_ok() || !context.is_ok()) return false;
  expect_same(lowered_result(**op, node.inputs, count), (*expected)[0], 1e-5f);

  std::shared_ptr<const Op> bound = (*op)->bound(*context);
  if (bound == nullptr) bound = *op;
  const std::vector<Tensor> x = {node.inputs[0]};
  expect_same((*run(*bound, x, count))[0], (*expected)[0], 1e-5f);
  expect_same(lowered_result(*bound, x, count), (*expected)[0], 1e-5f);
  const auto permuted = bound->permuted(perm);
  if (permuted == nullptr) return false;
  const std::vector<Tensor> permuted_x = {permute(x[0], perm)};
  const Tensor permuted_y = permute((*expected)[0], perm);
  expect_same((*run(*permuted, permuted_x, count))[0], permuted_y, 1e-5f);
  expect_same(lowered_result(*permuted, permuted_x, count), permuted_y, 1e-5f);
  return true;
}

void expect_floats(const Tensor& got, const Shape& shape, const std::vector<float>& expected,
                   float tolerance) {
  ASSERT_EQ(got.type, DataType::kFloat32);
  ASSERT_EQ(got.shape.to_string(), shape.to_string());
  const std::vector<float> values = got.to<float>();
  ASSERT_EQ(values.size(), expected.size());
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(values[i])) << "element " << i << " is " << values[i];
    } else if (std::isinf(expected[i])) {
      EXPECT_EQ(values[i], expected[i]) << "element " << i;
    } else {
      EXPECT_NEAR(values[i], expected[i], tolerance * std::max(1.0f, std::abs(expected[i])))
          << "element " << i;
    }
  }
}

void expect_same(const Tensor& got, const Tensor& expected, float tolerance) {
  ASSERT_EQ(got.type, expected.type);
  if (got.type == DataType::kFloat32) {
    expect_floats(got, expected.shape, expected.to<float>(), tolerance);
  } else {
    EXPECT_EQ(got.shape.to_string(), expected.shape.to_string());
    EXPECT_EQ(got.data, expected.data);
  }
}

void expect_error(const Node& node, Code code, std::string_view attribute) {
  const Status error = error_of(node);
  ASSERT_FALSE(error.is_ok()) << "expected " << code_name(code);
  EXPECT_EQ(code_name(error.code()), code_name(code)) << error.to_string();
  if (attribute.empty()) return;
  EXPECT_EQ(error.info().attribute, attribute) << error.to_string();
}

}  // namespace gossamer::op_test
