// See lower_test_util.h.
#include "tests/ops/lower_test_util.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gossamer::lower_test {
namespace {

float scale_of(Values values) {
  switch (values) {
    case Values::kLarge:
      return 1e9f;
    case Values::kTiny:
      return 1e-20f;
    case Values::kDenormal:
      return 1e-40f;
    default:
      return 1;
  }
}

AlignedBuffer random_floats(int64_t count, std::mt19937& random, float scale = 1) {
  auto buffer = AlignedBuffer::allocate(static_cast<size_t>(count) * sizeof(float));
  EXPECT_TRUE(buffer.is_ok());
  std::uniform_real_distribution<float> distribution(-1, 1);
  for (int64_t i = 0; i < count; ++i) buffer->as<float>()[i] = distribution(random) * scale;
  return std::move(buffer).value();
}

// About one element in nine, whichever they are.
void put_nonfinite(AlignedBuffer& buffer, int64_t count) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const float values[] = {kInfinity, std::numeric_limits<float>::quiet_NaN(), -kInfinity};
  for (int64_t i = 4, k = 0; i < count; i += 9, ++k) buffer.as<float>()[i] = values[k % 3];
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

LoweredNode::LoweredNode(const Op& op, const std::vector<Input>& inputs, Values values) : op_(op) {
  std::mt19937 random(7);
  std::vector<OpContext::Operand> operands;
  for (const Input& input : inputs) {
    OpContext::Operand operand;
    if (input.present) {
      operand.type = DataType::kFloat32;
      operand.shape = input.shape;
      data_.push_back(random_floats(input.shape.elements(), random, scale_of(values)));
      // Weights are finite: zeros beside the picture make NaN of those that are not.
      if (values == Values::kNotFinite && !input.constant) {
        put_nonfinite(data_.back(), input.shape.elements());
      }
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

AlignedBuffer LoweredNode::evaluate(const std::vector<TensorView>& inputs) {
  const Shape shape = context_->output(0).shape;
  AlignedBuffer result = random_floats(shape.elements(), random_);
  const MutableTensorView output{DataType::kFloat32, shape, result.data()};
  auto scratch = AlignedBuffer::allocate(*op_.scratch_bytes(*context_));
  EXPECT_TRUE(op_.evaluate({inputs, {&output, 1}, scratch->data()}).is_ok());
  return result;
}

AlignedBuffer LoweredNode::magnitudes() {
  std::vector<AlignedBuffer> positive;
  std::vector<TensorView> views = views_;
  for (TensorView& view : views) {
    if (view.data == nullptr) continue;
    const auto* from = view.as<float>();
    positive.push_back(random_floats(view.elements(), random_));
    std::transform(from, from + view.elements(), positive.back().as<float>(),
                   [](float value) { return std::abs(value); });
    view.data = positive.back().data();
  }
  return evaluate(views);
}

float LoweredNode::largest_operand() const {
  float largest = std::numeric_limits<float>::denorm_min();
  for (const TensorView& view : views_) {
    for (int64_t i = 0; view.data != nullptr && i < view.elements(); ++i) {
      const float value = std::abs(view.as<float>()[i]);
      if (std::isfinite(value)) largest = std::max(largest, value);
    }
  }
  return largest;
}

void LoweredNode::expect_close(const float* got) {
  constexpr float kBound = 1e-5f;
  constexpr float kLeast = 1e-43f;  // some of the smallest steps between numbers
  const AlignedBuffer reference = evaluate(views_), sizes = magnitudes();
  const auto *want = reference.as<float>(), *magnitude = sizes.as<float>();
  for (int64_t i = 0; i < context_->output(0).shape.elements(); ++i) {
    if (std::isnan(want[i]) || std::isinf(want[i])) {
      EXPECT_TRUE(std::isnan(want[i]) ? std::isnan(got[i]) : got[i] == want[i])
          << op_.type() << " at " << i << ": " << got[i] << " instead of " << want[i];
      continue;
    }
    const float size =
        std::max(std::abs(want[i]), std::isfinite(magnitude[i]) ? std::abs(magnitude[i]) : 0);
    // A step of an operand, as far as the operator enlarges it: a division by a small deviation.
    const float gain = std::max(size / largest_operand(), 1.0f);
    const float bound = kBound * size + kLeast * gain;
    EXPECT_NEAR(got[i], want[i], bound) << op_.type() << " at " << i;
  }
}

std::string LoweredNode::compare() {
  const Shape shape = context_->output(0).shape;
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
  expect_close(got.as<float>());
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
  std::string name;
  for (const Values values : kAllValues) {
    SCOPED_TRACE(static_cast<int>(values));
    const std::string chosen = LoweredNode(op, inputs, values).compare();
    EXPECT_TRUE(name.empty() || name == chosen) << "the elements decide the kernel";
    name = chosen;
  }
  return name;
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
