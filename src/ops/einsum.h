// Einsum: a sum of products written with index letters, of one or two operands. "ij,jk->ik" is the
// matrix product; a letter that is missing on the right is summed over, one that occurs twice in an
// operand walks along its diagonal, and "..." stands for leading axes that broadcast. Without "->"
// the output has "...", then the letters that occur once, in alphabetical order.
// Source: https://onnx.ai/onnx/operators/onnx__Einsum.html
#ifndef GOSSAMER_OPS_EINSUM_H_
#define GOSSAMER_OPS_EINSUM_H_

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "ops/broadcast.h"
#include "ops/checks.h"

namespace gossamer {

class EinsumOp final : public Op {
 public:
  static constexpr std::string_view kType = "Einsum";
  static constexpr size_t kMaxOperands = 2;
  // Letters without spaces; the ellipsis is one '.'.
  struct Equation {
    std::vector<std::string> operands;
    std::string output;
  };

  // A sum of products as one product of matrices, [batch, rows, terms] x [batch, terms, columns]:
  // how the operands' axes are ordered for that, and those of [batch, rows, columns] for the
  // output.
  struct Axes {
    std::array<int, Shape::kMaxRank> list{};
    int count = 0;
    void add(int axis) { list[static_cast<size_t>(count++)] = axis; }
    void add(const Axes& axes) {
      for (int i = 0; i < axes.count; ++i) add(axes.list[static_cast<size_t>(i)]);
    }
  };
  struct Product {
    Axes left, right, output;    // permutations, as of Transpose
    Shape outer, rows, columns;  // axes of the batch, of the left, of the right operand
    int64_t terms = 1;
  };
  // False for another number of operands, no product at all, diagonals, axes that broadcast, or
  // that one operand alone has and the sum swallows. Requires shapes that passed infer().
  bool as_product(const Shape& left, const Shape& right, Product& product) const;

  explicit EinsumOp(Equation equation) : equation_(std::move(equation)) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  // Two nested loops: over the output, and over what is summed.
  struct Loops {
    Shape output, summed;
    std::array<Strides, kMaxOperands> output_strides{}, summed_strides{};
  };
  // Requires at most kMaxOperands terms; shapes beyond their number are ignored.
  Result<Loops> loops(const std::array<Shape, kMaxOperands>& shapes) const;

  Equation equation_;
};

OpResult make_einsum(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_EINSUM_H_
