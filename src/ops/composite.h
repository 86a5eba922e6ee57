// Macros (graph/macro.h) that amount to a few other operators: SkipLayerNormalization is an
// addition and a LayerNormalization, QLinearAdd dequantises, adds and quantises. A composite has
// neither a kernel nor a reference of its own; passes and kernels see only its parts.
#ifndef GOSSAMER_OPS_COMPOSITE_H_
#define GOSSAMER_OPS_COMPOSITE_H_

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "graph/macro.h"

namespace gossamer {

// The place of one composite node in the graph while it is filled with other nodes. Errors of the
// nodes that are added are collected, so that a composition reads as a plain list of them: the
// first one is what the expansion gives, and after it nothing more is added.
class Composition {
 public:
  explicit Composition(Expansion& expansion);

  // Types, shapes and known elements of the node's inputs.
  const OpContext& operands() const { return operands_; }
  bool has(int i) const { return operands_.has_input(i); }
  // kNone when the input is absent.
  ValueId input(int i) const { return has(i) ? expansion_.input(i) : kNone; }
  int input_count() const { return operands_.input_count(); }
  bool wants_output(int i) const { return expansion_.wants_output(i); }

  // Adds a node and gives its outputs, which are kNone after an error.
  std::vector<ValueId> add(std::shared_ptr<const Op> op, std::vector<ValueId> inputs,
                           size_t output_count);
  ValueId add(std::shared_ptr<const Op> op, std::vector<ValueId> inputs) {
    return add(std::move(op), std::move(inputs), 1)[0];
  }
  ValueId add_constant(std::shared_ptr<const Constant> constant);
  void set_output(int i, ValueId value);

  // The first error; UNSUPPORTED when an output is wanted that was not set.
  Status finish();

 private:
  Expansion& expansion_;
  OpContext operands_;
  std::vector<bool> set_;
  Status error_;
};

class CompositeOp final : public MacroOp {
 public:
  // Adds the nodes and sets the outputs. Errors: as Op::infer.
  using Compose = std::function<Status(Composition&)>;
  // `type` must outlive the op.
  CompositeOp(std::string_view type, Compose compose) : type_(type), compose_(std::move(compose)) {}

  std::string_view type() const override { return type_; }
  Status expand(Expansion& expansion) const override;

 private:
  std::string_view type_;
  Compose compose_;
};

}  // namespace gossamer

#endif  // GOSSAMER_OPS_COMPOSITE_H_
