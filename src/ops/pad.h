// Pad: elements added before and after each axis, or, where a width is negative, taken away. What
// is added is a constant, the mirror image, the edge, or the tensor repeated. The widths were an
// attribute up to opset 10 and are input 1 from then on; input 2 is the constant and, from opset
// 18, input 3 the axes that the widths are for.
// Source: https://onnx.ai/onnx/operators/onnx__Pad.html
#ifndef GOSSAMER_OPS_PAD_H_
#define GOSSAMER_OPS_PAD_H_

#include <array>
#include <optional>

#include "ops/parameters.h"

namespace gossamer {

enum class PadMode { kConstant, kReflect, kEdge, kWrap };

// What becomes of one axis. First elements are taken away, then others are added.
struct PadAxis {
  int64_t cut = 0;  // taken away at the start
  int64_t kept = 0;
  int64_t before = 0;
  int64_t after = 0;
};
using PadAxes = std::array<PadAxis, Shape::kMaxRank>;

class PadOp final : public Op {
 public:
  static constexpr std::string_view kType = "Pad";
  // Widths for all axes, the ones before the ones after them.
  struct Fixed {
    IntList widths;
    double value = 0;
  };

  // Without `fixed`, widths and constant are inputs.
  PadOp(PadMode mode, const std::optional<Fixed>& fixed) : mode_(mode), fixed_(fixed) {}

  PadMode mode() const { return mode_; }
  const std::optional<Fixed>& fixed() const { return fixed_; }

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Result<IntList> widths(const Parameters& parameters) const;
  Result<PadAxes> axes(const Parameters& parameters) const;
  PadMode mode_;
  std::optional<Fixed> fixed_;
};

OpResult make_pad(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_PAD_H_
