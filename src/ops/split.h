// Split: a tensor cut into pieces along one axis. Their extents are stated (an attribute up to
// opset 12, then input 1) or, without a statement, equal; from opset 18 on the last of a stated
// number may be smaller than the others.
// Source: https://onnx.ai/onnx/operators/onnx__Split.html
#ifndef GOSSAMER_OPS_SPLIT_H_
#define GOSSAMER_OPS_SPLIT_H_

#include <optional>
#include <vector>

#include "ops/checks.h"

namespace gossamer {

class SplitOp final : public Op {
 public:
  static constexpr std::string_view kType = "Split";
  // Without extents they are input 1, if there is one. `uneven` lets the last piece be smaller.
  SplitOp(int64_t axis, std::optional<std::vector<int64_t>> extents, bool uneven)
      : axis_(axis), extents_(std::move(extents)), uneven_(uneven) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  Result<std::vector<int64_t>> extents(const OpContext& context, int64_t whole) const;
  int64_t axis_;
  std::optional<std::vector<int64_t>> extents_;
  bool uneven_;
};

OpResult make_split(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SPLIT_H_
