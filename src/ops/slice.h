// Slice: every step-th element between start and end, along some axes. Bounds beyond the tensor are
// clamped, negative ones count from the end, and negative steps run backwards. Up to opset 9 the
// bounds are attributes, from 10 on inputs 1 to 4 (starts, ends, axes, steps).
// Source: https://onnx.ai/onnx/operators/onnx__Slice.html
#ifndef GOSSAMER_OPS_SLICE_H_
#define GOSSAMER_OPS_SLICE_H_

#include <array>
#include <optional>

#include "ops/parameters.h"

namespace gossamer {

// What to take of each axis.
struct SliceRange {
  int64_t start = 0;
  int64_t step = 1;
  int64_t count = 0;
};
using SliceRanges = std::array<SliceRange, Shape::kMaxRank>;

class SliceOp final : public Op {
 public:
  static constexpr std::string_view kType = "Slice";
  struct Bounds {
    IntList starts, ends;
    IntList axes;   // absent: the first ones
    IntList steps;  // absent: all 1
  };

  // Without bounds they are read from the inputs.
  explicit SliceOp(const std::optional<Bounds>& bounds) : bounds_(bounds) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Result<SliceRanges> ranges(const Parameters& parameters) const;
  std::optional<Bounds> bounds_;
};

OpResult make_slice(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SLICE_H_
