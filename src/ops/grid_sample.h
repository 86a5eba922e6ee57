// Sampling at places that another tensor gives, and making such places:
//
//   GridSample  y[n, c, p] = x[n, c] at grid[n, p], for 1 to 3 spatial axes; the grid's coordinates
//               run from -1 to 1 over the image, the last axis first
//   AffineGrid  grid[n, p] = theta[n] * (p, 1), for 2 or 3 spatial axes
//
// With align_corners -1 and 1 are the centres of the first and last pixel, else their outer edges.
// Outside the image pixels are 0, the nearest one, or mirrored at those places.
// Source: https://onnx.ai/onnx/operators/onnx__GridSample.html and onnx__AffineGrid.html
#ifndef GOSSAMER_OPS_GRID_SAMPLE_H_
#define GOSSAMER_OPS_GRID_SAMPLE_H_

#include "ops/checks.h"

namespace gossamer {

class GridSampleOp final : public Op {
 public:
  static constexpr std::string_view kType = "GridSample";
  static constexpr int kX = 0;
  static constexpr int kGrid = 1;
  enum class Mode { kNearest, kLinear, kCubic };
  enum class Padding { kZeros, kBorder, kReflection };
  struct Attributes {
    Mode mode = Mode::kLinear;
    Padding padding = Padding::kZeros;
    bool align_corners = false;
  };
  explicit GridSampleOp(const Attributes& attributes) : attributes_(attributes) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  struct Taps;
  int tap_count() const;
  float pixel_coordinate(float normalised, int64_t extent) const;
  double inside(double x, int64_t extent) const;
  int64_t pixel_index(double place, int64_t extent) const;
  Taps taps(float normalised, int64_t extent) const;
  Attributes attributes_;
};

class AffineGridOp final : public Op {
 public:
  static constexpr std::string_view kType = "AffineGrid";
  static constexpr int kTheta = 0;
  static constexpr int kSize = 1;  // [N, C, spatial...]
  explicit AffineGridOp(bool align_corners) : align_corners_(align_corners) {}

  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  double work(const OpContext& context) const override { return 4 * Op::work(context); }
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  bool align_corners_;
};

OpResult make_grid_sample(AttributeReader& attributes);
OpResult make_affine_grid(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_GRID_SAMPLE_H_
