// HannWindow, HammingWindow and BlackmanWindow: weights that fall off towards both ends.
//
//   y[i] = a0 - a1 * cos(2 pi i / n) + a2 * cos(4 pi i / n)     n = size, or size - 1 if symmetric
//
// Source: https://onnx.ai/onnx/operators/onnx__HannWindow.html and its neighbours
#ifndef GOSSAMER_OPS_TAPER_H_
#define GOSSAMER_OPS_TAPER_H_

#include <array>

#include "ops/checks.h"

namespace gossamer {

class TaperOp final : public Op {
 public:
  // `type` must outlive the op.
  TaperOp(std::string_view type, const std::array<double, 3>& factors, DataType to, bool periodic)
      : type_(type), factors_(factors), to_(to), periodic_(periodic) {}

  std::string_view type() const override { return type_; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;

 private:
  std::string_view type_;
  std::array<double, 3> factors_;
  DataType to_;
  bool periodic_;
};

OpResult make_taper(AttributeReader& attributes);  // each of them, by its type

}  // namespace gossamer

#endif  // GOSSAMER_OPS_TAPER_H_
