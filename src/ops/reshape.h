// Operators that give the same elements another shape: Reshape, Flatten, Squeeze, Unsqueeze. All
// are views: their output is the input's memory, and the plan drops the step.
// Source: https://onnx.ai/onnx/operators/onnx__Reshape.html and its neighbours
#ifndef GOSSAMER_OPS_RESHAPE_H_
#define GOSSAMER_OPS_RESHAPE_H_

#include <optional>
#include <vector>

#include "ops/checks.h"

namespace gossamer {

// What they share: everything but the shape rule.
class ViewOp : public Op {
 public:
  Status infer(OpContext& context) const final;
  Status evaluate(const EvaluateArgs& args) const final;
  bool is_view() const final { return true; }

 protected:
  // The output's shape. Input 0 is present.
  virtual Result<Shape> output_shape(const OpContext& context) const = 0;
};

// Input 1 lists the extents; -1 takes what is left over, 0 keeps the input's extent (or, with
// allowzero, means 0).
class ReshapeOp final : public ViewOp {
 public:
  static constexpr std::string_view kType = "Reshape";
  explicit ReshapeOp(bool allow_zero) : allow_zero_(allow_zero) {}
  std::string_view type() const override { return kType; }

 private:
  Result<Shape> output_shape(const OpContext& context) const override;
  bool allow_zero_;
};

// To a matrix: the axes before `axis` become its rows, the others its columns.
class FlattenOp final : public ViewOp {
 public:
  static constexpr std::string_view kType = "Flatten";
  explicit FlattenOp(int64_t axis) : axis_(axis) {}
  int64_t axis() const { return axis_; }
  std::string_view type() const override { return kType; }

 private:
  Result<Shape> output_shape(const OpContext& context) const override;
  int64_t axis_;
};

// Removes axes of extent 1: those named by the attribute (up to opset 12) or input 1, or all.
class SqueezeOp final : public ViewOp {
 public:
  static constexpr std::string_view kType = "Squeeze";
  explicit SqueezeOp(std::optional<std::vector<int64_t>> axes) : axes_(std::move(axes)) {}
  std::string_view type() const override { return kType; }

 private:
  Result<Shape> output_shape(const OpContext& context) const override;
  std::optional<std::vector<int64_t>> axes_;
};

// Inserts axes of extent 1 at the named places of the output.
class UnsqueezeOp final : public ViewOp {
 public:
  static constexpr std::string_view kType = "Unsqueeze";
  explicit UnsqueezeOp(std::optional<std::vector<int64_t>> axes) : axes_(std::move(axes)) {}
  std::string_view type() const override { return kType; }

 private:
  Result<Shape> output_shape(const OpContext& context) const override;
  std::optional<std::vector<int64_t>> axes_;
};

OpResult make_reshape(AttributeReader& attributes);
OpResult make_flatten(AttributeReader& attributes);
OpResult make_squeeze(AttributeReader& attributes);
OpResult make_unsqueeze(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_RESHAPE_H_
