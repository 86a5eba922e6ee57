// Resize and its forerunner Upsample: a tensor sampled anew along some axes, by the nearest
// element, linear or cubic interpolation. The new extents are stated by scales or sizes; which
// place of the input a new element shows is one of the coordinate modes of kernels/resize/taps.h.
// Source: https://onnx.ai/onnx/operators/onnx__Resize.html and onnx__Upsample.html
#ifndef GOSSAMER_OPS_RESIZE_H_
#define GOSSAMER_OPS_RESIZE_H_

#include <array>
#include <optional>

#include "kernels/resize/taps.h"
#include "ops/parameters.h"

namespace gossamer {

// Every axis of a tensor; those not resized have a scale of 1.
struct ResizeGeometry {
  std::array<ResampleAxis, Shape::kMaxRank> axes;
  int rank = 0;
};

class ResizeOp final : public Op {
 public:
  // How several sizes agree on one scale.
  enum class Policy { kStretch, kNotLarger, kNotSmaller };
  struct Settings {
    bool is_upsample = false;
    ResampleStyle style;
    Policy policy = Policy::kStretch;
    IntList axes;     // that scales, sizes and roi are for; absent: all
    RealList scales;  // of Upsample up to opset 8
    // Inputs; -1 where the opset has none.
    int roi_input = -1;
    int scales_input = -1;
    int sizes_input = -1;
  };

  // Without a geometry it follows from the inputs.
  ResizeOp(const Settings& settings, const std::optional<ResizeGeometry>& geometry)
      : settings_(settings), geometry_(geometry) {}

  std::string_view type() const override { return settings_.is_upsample ? "Upsample" : "Resize"; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  Result<size_t> scratch_bytes(const OpContext& context) const override;
  double work(const OpContext& context) const override;
  Result<std::unique_ptr<Kernel>> lower(OpContext& context) const override;
  std::shared_ptr<const Op> bound(const OpContext& context) const override;
  std::shared_ptr<const Op> permuted(std::span<const int> perm) const override;

 private:
  size_t working_size(DataType type) const;
  Result<ResizeGeometry> geometry(const Parameters& parameters) const;
  Status read_extents(const Parameters& parameters, std::span<const int> axes,
                      ResizeGeometry& geometry) const;
  Status read_roi(const Parameters& parameters, std::span<const int> axes,
                  ResizeGeometry& geometry) const;
  Settings settings_;
  std::optional<ResizeGeometry> geometry_;
};

OpResult make_resize(AttributeReader& attributes);
OpResult make_upsample(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_RESIZE_H_
