// Expand and Tile: a tensor repeated along some axes. Expand states the shape that the input is
// broadcast to (and with, in both directions), Tile how often each axis is repeated.
// Source: https://onnx.ai/onnx/operators/onnx__Expand.html and onnx__Tile.html
#ifndef GOSSAMER_OPS_EXPAND_H_
#define GOSSAMER_OPS_EXPAND_H_

#include <optional>

#include "ops/parameters.h"

namespace gossamer {

class RepeatOp final : public Op {
 public:
  enum class Kind { kExpand, kTile };
  // Without a list, extents or repetitions are input 1.
  RepeatOp(Kind kind, const std::optional<IntList>& list) : kind_(kind), list_(list) {}

  std::string_view type() const override { return kind_ == Kind::kExpand ? "Expand" : "Tile"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Kind kind_;
  std::optional<IntList> list_;
};

OpResult make_expand(AttributeReader& attributes);
OpResult make_tile(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_EXPAND_H_
