// See lower_test_util.h.
#include "tests/ops/lower_test_util.h"

#include <algorithm>

namespace gossamer::lower_test {
namespace {

AlignedBuffer random_floats(int64_t count, std::mt19937& random) {
  auto buffer = AlignedBuffer::allocate(static_cast<size_t>(count) * sizeof(float));
  EXPECT_TRUE(buffer.is_ok());
  std::uniform_real_distribution<float> distribution(-1, 1);
  for (int64_t i = 0; i < count; ++i) buffer->as<float>()[i] = distribution(random);
  return std::move(buffer).value();
}

}  // namespace

Input computed(const Shape& shape) {
  return {shape, false, true};
}
Input constant(const Shape& shape) {
  return {shape, true, true};
}
Input absent() {
  return {{}, false, false};
}

LoweredNode::LoweredNode(const Op& op, const std::vector<Input>& inputs) : op_(op) {
  std::mt19937 random(7);
  std::vector<OpContext::Operand> operands;
  for (const Input& input : inputs) {
    OpContext::Operand operand;
    if (input.present) {
      operand.type = DataType::kFloat32;
      operand.shape = input.shape;
      data_.push_back(random_floats(input.shape.elements(), random));
      if (input.constant) operand.constant = make_constant(input.shape, data_.back());
    } else {
      data_.emplace_back();
    }
    operands.push_back(operand);
    views_.push_back({operand.type, operand.shape, data_.back().data()});
  }
  context_ = std::make_unique<OpContext>(std::move(operands), 1);
  const Status status = op_.infer(*context_);
  EXPECT_TRUE(status.is_ok()) << status.to_string();
}

std::string LoweredNode::compare() {
  const Shape shape = context_->output(0).shape;
  AlignedBuffer want = random_floats(shape.elements(), random_);
  const MutableTensorView output{DataType::kFloat32, shape, want.data()};
  auto reference_scratch = AlignedBuffer::allocate(*op_.scratch_bytes(*context_));
  EXPECT_TRUE(op_.evaluate({views_, {&output, 1}, reference_scratch->data()}).is_ok());

  auto kernel = op_.lower(*context_);
  EXPECT_TRUE(kernel.is_ok());
  if (!kernel.is_ok()) return kernel.status().to_string();
  AlignedBuffer got = random_floats(shape.elements(), random_);
  auto scratch = AlignedBuffer::allocate((*kernel)->scratch_bytes());
  std::vector<const void*> pointers;
  for (size_t i = 0; i < data_.size(); ++i) {
    const bool absorbed = context_->input(static_cast<int>(i)).absorbed;
    if (absorbed) absorbed_.insert(static_cast<int>(i));
    pointers.push_back(absorbed ? nullptr : data_[i].data());
  }
  // What was packed must not be needed any more.
  for (auto& bytes : stored_) std::fill(bytes.begin(), bytes.end(), std::byte{0x7f});
  void* outputs[] = {got.data()};
  const Status ran = (*kernel)->run({pointers, outputs, scratch->data()}, 0, (*kernel)->items());
  EXPECT_TRUE(ran.is_ok()) << ran.to_string();
  for (int64_t i = 0; i < shape.elements(); ++i) {
    EXPECT_NEAR(got.as<float>()[i], want.as<float>()[i], 1e-5f) << op_.type() << " at " << i;
  }
  const std::string_view name = (*kernel)->name();
  return std::string(name.substr(0, name.find("__")));
}

// Every other constant still lies in the model's bytes.
std::shared_ptr<const Constant> LoweredNode::make_constant(const Shape& shape,
                                                           const AlignedBuffer& data) {
  if (stored_.size() % 2 == 1) {
    stored_.emplace_back();
    auto copy = Constant::copy_of({DataType::kFloat32, shape, data.data()});
    EXPECT_TRUE(copy.is_ok());
    return *copy;
  }
  stored_.emplace_back(data.data(), data.data() + data.size());
  sources_.push_back(ModelSource::from_memory(stored_.back()));
  return Constant::in_source(DataType::kFloat32, shape, sources_.back().get(), 0);
}

std::string kernel_of(const Op& op, const std::vector<Input>& inputs) {
  return LoweredNode(op, inputs).compare();
}

WindowAttributes window(std::vector<int64_t> kernel, std::vector<int64_t> strides,
                        std::vector<int64_t> pads, std::vector<int64_t> dilations) {
  WindowAttributes w;
  w.kernel_shape = std::move(kernel);
  w.strides = std::move(strides);
  w.pads = std::move(pads);
  w.dilations = std::move(dilations);
  return w;
}

}  // namespace gossamer::lower_test
