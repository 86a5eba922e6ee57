// Operators that move elements by rules of their own: DepthToSpace and SpaceToDepth (blocks of
// pixels become channels and back), ReverseSequence (the first elements of each sequence backwards)
// and Trilu (one triangle of each matrix, the rest 0).
// Source: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html and its like
#ifndef GOSSAMER_OPS_REARRANGE_H_
#define GOSSAMER_OPS_REARRANGE_H_

#include <array>

#include "ops/broadcast.h"
#include "ops/checks.h"

namespace gossamer {

class BlockOp final : public Op {
 public:
  // How channels are numbered: block by block (DCR) or within each channel of the output (CRD).
  enum class Kind { kSpaceToDepth, kDepthColumnRow, kColumnRowDepth };
  // Where the axes N, C, H, W are; the layout pass may move them.
  using Axes = std::array<int, 4>;
  BlockOp(Kind kind, int64_t size, Axes axes = {0, 1, 2, 3})
      : kind_(kind), size_(size), axes_(axes) {}
  std::string_view type() const override {
    return kind_ == Kind::kSpaceToDepth ? "SpaceToDepth" : "DepthToSpace";
  }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  // The output with its axes taken apart, and the input's strides along them.
  struct Parts {
    Shape shape;
    Strides strides{};
  };
  Parts parts(const Shape& x) const;
  Kind kind_;
  int64_t size_;
  Axes axes_;
};

class ReverseSequenceOp final : public Op {
 public:
  explicit ReverseSequenceOp(bool time_first) : time_first_(time_first) {}
  std::string_view type() const override { return "ReverseSequence"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  bool time_first_;  // axis 0 is time and 1 the batch; else the other way round
};

class TriluOp final : public Op {
 public:
  explicit TriluOp(bool upper) : upper_(upper) {}
  std::string_view type() const override { return "Trilu"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  bool upper_;
};

OpResult make_depth_to_space(AttributeReader& attributes);
OpResult make_space_to_depth(AttributeReader& attributes);
OpResult make_reverse_sequence(AttributeReader& attributes);
OpResult make_trilu(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_REARRANGE_H_
