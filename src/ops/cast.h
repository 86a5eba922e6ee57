// Cast and CastLike: the same values in another element type, which CastLike takes from its second
// input. Numbers become integers by dropping the fraction; values that the target cannot hold
// become the nearest it can, NaN becomes 0, so that no input has undefined results. Anything but 0
// is true.
// Source: https://onnx.ai/onnx/operators/onnx__Cast.html
#ifndef GOSSAMER_OPS_CAST_H_
#define GOSSAMER_OPS_CAST_H_

#include "ops/checks.h"

namespace gossamer {

class CastOp final : public Op {
 public:
  static constexpr std::string_view kType = "Cast";
  static constexpr std::string_view kLikeType = "CastLike";
  // kUndefined is CastLike.
  explicit CastOp(DataType to) : to_(to) {}
  std::string_view type() const override { return is_like() ? kLikeType : kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  bool is_elementwise() const override { return !is_like(); }

 private:
  bool is_like() const { return to_ == DataType::kUndefined; }
  DataType to_;
};

OpResult make_cast(AttributeReader& attributes);
OpResult make_cast_like(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_CAST_H_
