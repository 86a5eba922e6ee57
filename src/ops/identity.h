// Identity and Dropout: operators that hand their input on. Dropout drops nothing at inference; a
// mask, when somebody wants one, is all true.
// Source: https://onnx.ai/onnx/operators/onnx__Dropout.html
#ifndef GOSSAMER_OPS_IDENTITY_H_
#define GOSSAMER_OPS_IDENTITY_H_

#include "ops/checks.h"

namespace gossamer {

class IdentityOp final : public Op {
 public:
  static constexpr std::string_view kType = "Identity";
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_elementwise() const override { return true; }
  bool is_view() const override { return true; }
};

class DropoutOp final : public Op {
 public:
  static constexpr std::string_view kType = "Dropout";
  // The mask has the data's type up to opset 9 and is boolean from 10 on.
  DropoutOp(bool wants_mask, bool boolean_mask)
      : wants_mask_(wants_mask), boolean_mask_(boolean_mask) {}
  std::string_view type() const override { return kType; }
  Status infer(OpContext& context) const override;
  Status evaluate(const EvaluateArgs& args) const override;
  bool is_elementwise() const override { return true; }
  bool is_view() const override { return !wants_mask_; }

 private:
  bool wants_mask_;
  bool boolean_mask_;
};

OpResult make_identity(AttributeReader& attributes);
OpResult make_dropout(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_IDENTITY_H_
