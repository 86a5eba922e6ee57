// What every Op shares: reading integer inputs, and the kernel that wraps the scalar reference.
#include "graph/op.h"

#include <cstring>
#include <memory>
#include <type_traits>

#include "base/aligned_buffer.h"
#include "base/float16.h"
#include "base/text.h"

namespace gossamer {
namespace {

// Runs Op::evaluate as a kernel. It holds a pointer to the Op, which the plan keeps alive, and the
// operands' types and shapes; only the data pointers change from run to run, in a copy of them that
// lies in scratch memory, before that of the operator.
class ReferenceKernel final : public Kernel {
 public:
  ReferenceKernel(const Op* op, const OpContext& context, size_t scratch_bytes)
      : op_(op), scratch_bytes_(scratch_bytes) {
    for (int i = 0; i < context.input_count(); ++i) {
      inputs_.push_back({context.input(i).type, context.input(i).shape, nullptr});
    }
    for (int i = 0; i < context.output_count(); ++i) {
      outputs_.push_back({context.output(i).type, context.output(i).shape, nullptr});
    }
  }

  std::string_view name() const override { return "reference"; }
  size_t scratch_bytes() const override { return operand_bytes() + scratch_bytes_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    if (begin == end) return Status::ok();
    auto* const inputs = reinterpret_cast<TensorView*>(args.scratch);
    auto* const outputs = reinterpret_cast<MutableTensorView*>(inputs + inputs_.size());
    std::uninitialized_copy(inputs_.begin(), inputs_.end(), inputs);
    std::uninitialized_copy(outputs_.begin(), outputs_.end(), outputs);
    for (size_t i = 0; i < inputs_.size(); ++i) inputs[i].data = args.inputs[i];
    for (size_t i = 0; i < outputs_.size(); ++i) outputs[i].data = args.outputs[i];
    return op_->evaluate(
        {{inputs, inputs_.size()}, {outputs, outputs_.size()}, args.scratch + operand_bytes()});
  }

 private:
  static_assert(std::is_trivially_destructible_v<TensorView> &&
                alignof(TensorView) == alignof(MutableTensorView));

  size_t operand_bytes() const {
    constexpr size_t kAlign = AlignedBuffer::kAlignment;
    const size_t bytes =
        inputs_.size() * sizeof(TensorView) + outputs_.size() * sizeof(MutableTensorView);
    return (bytes + kAlign - 1) / kAlign * kAlign;
  }

  const Op* op_;
  size_t scratch_bytes_;
  std::vector<TensorView> inputs_;
  std::vector<MutableTensorView> outputs_;
};

// Input i is a list of numbers of the right kind.
Status require_list(const OpContext& context, int i, bool type_fits, std::string_view of) {
  const OpContext::Operand& operand = context.input(i);
  if (!type_fits) {
    return Status(Code::kShape, Stage::kGraph, concat("input ", i, " must hold ", of))
        .got(data_type_name(operand.type));
  }
  if (operand.shape.rank() > 1) {
    return Status(Code::kShape, Stage::kGraph, concat("input ", i, " must be a list of ", of))
        .got(operand.shape.to_string());
  }
  return Status::ok();
}

}  // namespace

Result<std::shared_ptr<const Constant>> OpContext::known(int i) const {
  if (constant(i) != nullptr) {
    known_bytes_ += static_cast<double>(constant(i)->bytes());
    return read_whole(constant(i));
  }
  unknown_input_ = i;
  return Status(Code::kUnsupported, Stage::kGraph,
                concat("input ", i, " decides a shape but is only known while the network runs"));
}

Status check_size(DataType type, const Shape& shape) {
  if (checked_bytes(type, shape).has_value()) return Status::ok();
  return Status(Code::kShape, Stage::kGraph, "a tensor is too large").got(shape.to_string());
}

Result<std::shared_ptr<const Constant>> read_whole(const std::shared_ptr<const Constant>& tensor) {
  constexpr size_t kMostMadeUp = size_t{16} << 20;
  if (tensor->bytes() - tensor->stored_bytes() > kMostMadeUp) {
    return Status(Code::kLimit, Stage::kGraph, kTooMuchDecides).got(tensor->shape().to_string());
  }
  return Constant::make_resident(tensor);
}

Result<std::vector<int64_t>> OpContext::ints(int i) const {
  const DataType type = input(i).type;
  GOSSAMER_TRY(
      require_list(*this, i, type == DataType::kInt64 || type == DataType::kInt32, "integers"));
  GOSSAMER_ASSIGN(const auto resident, known(i));
  const TensorView view = resident->view();
  std::vector<int64_t> values(static_cast<size_t>(view.elements()));
  for (size_t k = 0; k < values.size(); ++k) {
    values[k] = type == DataType::kInt64 ? view.as<int64_t>()[k] : view.as<int32_t>()[k];
  }
  return values;
}

Result<std::vector<double>> OpContext::reals(int i) const {
  const DataType type = input(i).type;
  const bool wide = type == DataType::kFloat64;
  const bool half = type == DataType::kFloat16;
  const bool brain = type == DataType::kBfloat16;
  GOSSAMER_TRY(
      require_list(*this, i, wide || half || brain || type == DataType::kFloat32, "real numbers"));
  GOSSAMER_ASSIGN(const auto resident, known(i));
  const TensorView view = resident->view();
  std::vector<double> values(static_cast<size_t>(view.elements()));
  for (size_t k = 0; k < values.size(); ++k) {
    const auto narrow = [&] {
      if (half) return float16_to_float(view.as<uint16_t>()[k]);
      return brain ? bfloat16_to_float(view.as<uint16_t>()[k]) : view.as<float>()[k];
    };
    values[k] = wide ? view.as<double>()[k] : static_cast<double>(narrow());
  }
  return values;
}

double Op::work(const OpContext& context) const {
  double elements = 0;
  for (int i = 0; i < context.input_count(); ++i) {
    if (context.has_input(i)) elements += static_cast<double>(context.shape(i).elements());
  }
  for (int i = 0; i < context.output_count(); ++i) {
    elements += static_cast<double>(context.output(i).shape.elements());
  }
  return elements;
}

Result<std::unique_ptr<Kernel>> Op::lower(OpContext& context) const {
  GOSSAMER_ASSIGN(const size_t scratch, scratch_bytes(context));
  return std::unique_ptr<Kernel>(std::make_unique<ReferenceKernel>(this, context, scratch));
}

}  // namespace gossamer
