// Operators whose result is known before the network runs: Constant, whose elements are an
// attribute, Shape, whose elements are the extents of its input, and Size, their product.
// Source: https://onnx.ai/onnx/operators/onnx__Constant.html and onnx__Shape.html
#ifndef GOSSAMER_OPS_CONSTANT_H_
#define GOSSAMER_OPS_CONSTANT_H_

#include <memory>

#include "ops/checks.h"

namespace gossamer {

class ConstantOp final : public Op {
 public:
  static constexpr std::string_view kType = "Constant";
  explicit ConstantOp(std::shared_ptr<const Constant> value) : value_(std::move(value)) {}
  const std::shared_ptr<const Constant>& value() const { return value_; }
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::shared_ptr<const Constant> value_;  // not null
};

class ShapeOp final : public Op {
 public:
  static constexpr std::string_view kType = "Shape";
  // The extents [start, end), counted from the end when negative and clamped.
  ShapeOp(int64_t start, int64_t end) : start_(start), end_(end) {}
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  int first(int rank) const;
  int last(int rank) const;  // exclusive, not before first()
  int64_t start_;
  int64_t end_;
};

class SizeOp final : public Op {
 public:
  std::string_view type() const override { return "Size"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
};

OpResult make_constant(AttributeReader& attributes);
OpResult make_shape_of(AttributeReader& attributes);
OpResult make_size(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CONSTANT_H_
