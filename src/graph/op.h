// What the graph knows of an operator. An Op is one use of an operator with its attributes parsed
// and checked once, when the model is read; it is immutable and shared by copies of the graph.
// Passes rewrite a graph by giving nodes other Ops. Each concrete Op lives in src/ops and has four
// duties: the shape rule, a readable scalar reference (which also folds constants), the forms it
// takes under other layouts, and the choice of a fast kernel.
#ifndef GOSSAMER_GRAPH_OP_H_
#define GOSSAMER_GRAPH_OP_H_

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/constant.h"
#include "gossamer/status.h"
#include "gossamer/tensor.h"
#include "kernels/activation.h"
#include "kernels/kernel.h"

namespace gossamer {

// The inputs and outputs of one node while shapes are inferred or a kernel is made. An absent
// optional input or output has type kUndefined.
class OpContext {
 public:
  struct Operand {
    DataType type = DataType::kUndefined;
    Shape shape;
    std::shared_ptr<const Constant> constant;  // set when the elements are known
    bool absorbed = false;                     // lower(): the kernel keeps its own copy
  };

  OpContext(std::vector<Operand> inputs, size_t output_count)
      : inputs_(std::move(inputs)), outputs_(output_count) {}

  int input_count() const { return static_cast<int>(inputs_.size()); }
  int output_count() const { return static_cast<int>(outputs_.size()); }
  bool has_input(int i) const {
    return i < input_count() && inputs_[static_cast<size_t>(i)].type != DataType::kUndefined;
  }
  // These require has_input(i).
  DataType type(int i) const { return inputs_[static_cast<size_t>(i)].type; }
  const Shape& shape(int i) const { return inputs_[static_cast<size_t>(i)].shape; }
  const std::shared_ptr<const Constant>& constant(int i) const {
    return inputs_[static_cast<size_t>(i)].constant;
  }

  // The tensor of an input that decides shapes. Errors: UNSUPPORTED when it is only known while the
  // network runs; infer_and_fold() then tells which value was asked for.
  Result<std::shared_ptr<const Constant>> known(int i) const;
  // How many bytes known() has read.
  double known_bytes() const { return known_bytes_; }
  // The same as a list of integers (Reshape's second input, say), widened from int32 or int64.
  // Errors: also SHAPE when it is no such list.
  Result<std::vector<int64_t>> ints(int i) const;
  // The same for a list of real numbers (Resize's scales), widened from any floating-point type.
  Result<std::vector<double>> reals(int i) const;
  // The input that known() was last asked for in vain, or -1.
  int unknown_input() const { return unknown_input_; }

  // infer(): states an output. `constant` may be given when the op knows its result from shapes
  // alone.
  void set_output(int i, DataType type, const Shape& shape,
                  std::shared_ptr<const Constant> constant = nullptr) {
    outputs_[static_cast<size_t>(i)] = {type, shape, std::move(constant), false};
  }
  const Operand& output(int i) const { return outputs_[static_cast<size_t>(i)]; }

  // lower(): what packed weights may take where a smaller form exists, too.
  uint64_t max_weight_bytes() const { return max_weight_bytes_; }
  void set_max_weight_bytes(uint64_t bytes) { max_weight_bytes_ = bytes; }
  // The same: how many threads there will be to share the kernel's items.
  int threads() const { return threads_; }
  void set_threads(int threads) { threads_ = threads; }

  // lower(): the kernel has packed this constant and does not want it as an input any more.
  void absorb(int i) { inputs_[static_cast<size_t>(i)].absorbed = true; }
  const Operand& input(int i) const { return inputs_[static_cast<size_t>(i)]; }

 private:
  std::vector<Operand> inputs_;
  std::vector<Operand> outputs_;
  uint64_t max_weight_bytes_ = UINT64_MAX;
  int threads_ = 1;
  mutable int unknown_input_ = -1;
  mutable double known_bytes_ = 0;
};

// Errors: SHAPE when no memory can hold such a tensor.
Status check_size(DataType type, const Shape& shape);

// The error LIMIT of tensors that decide shapes.
inline constexpr char kTooMuchDecides[] = "tensors that decide shapes are too large";

// All of a tensor that decides shapes. Errors: LIMIT for one that a few bytes of the model make
// large; IO, OOM.
Result<std::shared_ptr<const Constant>> read_whole(const std::shared_ptr<const Constant>& tensor);

// The operands of the scalar reference; absent ones have a null data pointer and kUndefined type.
struct EvaluateArgs {
  std::span<const TensorView> inputs;
  std::span<const MutableTensorView> outputs;
  std::byte* scratch = nullptr;  // Op::scratch_bytes(), aligned as an AlignedBuffer
};

class MacroOp;

class Op {
 public:
  virtual ~Op() = default;

  // This, where the operator is replaced by others when shapes are inferred. See macro.h.
  virtual const MacroOp* macro() const { return nullptr; }

  // The operator's type as ONNX spells it, "Conv"; operators that only passes make have names of
  // their own.
  virtual std::string_view type() const = 0;

  // Sets type and shape of every output from those of the inputs. Errors: SHAPE, ATTRIBUTE,
  // UNSUPPORTED (element types).
  virtual Status infer(OpContext& context) const = 0;

  // The scalar reference: short, obviously right, any speed. Operand shapes agree with infer(). It
  // runs inside run() where no kernel was written, so it allocates nothing. Errors: INDEX, NUMERIC.
  virtual Status evaluate(const EvaluateArgs& args) const = 0;

  // The memory that evaluate() needs beside its operands, for which plans have a budget. Operand
  // shapes agree with infer(). Errors: OOM when no address space holds it.
  virtual Result<size_t> scratch_bytes(const OpContext& /*context*/) const { return size_t{0}; }

  // Makes the kernel for these shapes. The default wraps evaluate(). Errors: OOM, IO.
  virtual Result<std::unique_ptr<Kernel>> lower(OpContext& context) const;

  // True when output 0 holds the bytes of input 0 unchanged and there is no other output, so that
  // the plan may let both share memory and skip the step.
  virtual bool is_view() const { return false; }

  // The same operator applying `activation` to each element of output 0 as it is written; nothing
  // when it has no such form or applies one already.
  virtual std::shared_ptr<const Op> with_activation(const Activation& /*activation*/) const {
    return nullptr;
  }

  // About how many elementary steps (a multiply-add, a comparison, a copy) evaluate() takes for
  // operands of these shapes, outputs included; as a double, because it may exceed any integer. A
  // small file can ask for years of work: folding and plans have limits in this unit. The default
  // counts each element of each operand once.
  virtual double work(const OpContext& context) const;

  // The same operator with all inputs but the first moved into it as parameters, where those are
  // constants that say how to move or resample the first; nothing when there is no such form or a
  // value is not known. What stays has one operand, so that permuted() can apply to it.
  virtual std::shared_ptr<const Op> bound(const OpContext& /*context*/) const { return nullptr; }

  // A list, of strings or whole numbers, of what the operator calls the classes that it deals with,
  // in the order of their scores; nothing for operators that name none.
  virtual std::shared_ptr<const Constant> class_names(const OpContext& /*context*/) const {
    return nullptr;
  }

  // --- Layouts. ONNX puts channels second; the kernels want them last.
  // The same operator reading and writing its first input and output with channels last, if it has
  // such a form.
  virtual std::shared_ptr<const Op> channels_last() const { return nullptr; }
  // The operator that, given every input permuted (permuted axis k is original axis perm[k]), gives
  // the outputs permuted likewise; nothing when there is none. Requires that every input that is
  // not absent has rank perm.size().
  virtual std::shared_ptr<const Op> permuted(std::span<const int> /*perm*/) const {
    return nullptr;
  }
  // True for operators that compute each output element from the input elements at the same place
  // (after broadcasting); they are their own permuted form.
  virtual bool is_elementwise() const { return false; }
};

// `op` as a T when it is one: T::kType names the class (there is no RTTI). Usable on null.
template <typename T>
const T* op_cast(const Op* op) {
  return op != nullptr && op->type() == T::kType ? static_cast<const T*>(op) : nullptr;
}

}  // namespace gossamer

#endif  // GOSSAMER_GRAPH_OP_H_
