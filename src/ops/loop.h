// Loop and Scan, unrolled: how often they go round is known when shapes are inferred (or once the
// inputs that decide it are known, see session/blueprint.h), and each round is a copy of the body.
// Loop goes on for a number of rounds and while a condition holds; Scan goes along an axis of its
// inputs. Both carry values from round to round, and stack what each round gives besides.
// Sources: https://onnx.ai/onnx/operators/onnx__Loop.html,
// https://onnx.ai/onnx/operators/onnx__Scan.html
#ifndef GOSSAMER_OPS_LOOP_H_
#define GOSSAMER_OPS_LOOP_H_

#include "graph/macro.h"
#include "ops/checks.h"

namespace gossamer {

// Inputs are the number of rounds, the condition (both optional) and the carried values; so are
// those of the body. Its outputs are the condition, the carried values and what is stacked. Where
// the condition is absent, that of the body holds from the second round on, as onnxruntime has it.
class LoopOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "Loop";
  LoopOp(std::shared_ptr<const onnx_model::GraphDef> body,
         std::shared_ptr<const Surroundings> surroundings)
      : body_(std::move(body)), surroundings_(std::move(surroundings)) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  std::shared_ptr<const onnx_model::GraphDef> body_;
  std::shared_ptr<const Surroundings> surroundings_;
};

// Inputs are the carried values and the tensors that are gone along; the body's outputs are the
// carried values and what is stacked.
class ScanOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "Scan";
  struct Attributes {
    int64_t scanned = 1;  // inputs that are gone along, which come last
    // Per scanned input, and per stacked output; empty ones stand for zeros.
    std::vector<int64_t> input_axes;
    std::vector<int64_t> input_directions;  // 1: from the end
    std::vector<int64_t> output_axes;
    std::vector<int64_t> output_directions;
  };
  ScanOp(Attributes attributes, std::shared_ptr<const onnx_model::GraphDef> body,
         std::shared_ptr<const Surroundings> surroundings)
      : attributes_(std::move(attributes)),
        body_(std::move(body)),
        surroundings_(std::move(surroundings)) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  Result<std::vector<std::vector<ValueId>>> cut(Expansion& expansion, size_t carried) const;
  Attributes attributes_;
  std::shared_ptr<const onnx_model::GraphDef> body_;
  std::shared_ptr<const Surroundings> surroundings_;
};

OpResult make_loop(AttributeReader& attributes);
OpResult make_scan(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_LOOP_H_
