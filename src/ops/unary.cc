// See unary.h.
#include "ops/unary.h"

#include <algorithm>

#include "ops/elements.h"

namespace gossamer {
namespace {

// Type, function, and the attributes that are its parameters.
struct Parameter {
  std::string_view name;
  float fallback = 0;
};
struct Entry {
  std::string_view type;
  Function function;
  Parameter a, b;
};
constexpr Entry kEntries[] = {
    {"Abs", Function::kAbs, {}, {}},
    {"Acos", Function::kAcos, {}, {}},
    {"Acosh", Function::kAcosh, {}, {}},
    {"Asin", Function::kAsin, {}, {}},
    {"Asinh", Function::kAsinh, {}, {}},
    {"Atan", Function::kAtan, {}, {}},
    {"Atanh", Function::kAtanh, {}, {}},
    {"Ceil", Function::kCeil, {}, {}},
    {"Celu", Function::kCelu, {"alpha", 1}, {}},
    {"Cos", Function::kCos, {}, {}},
    {"Cosh", Function::kCosh, {}, {}},
    {"Elu", Function::kElu, {"alpha", 1}, {}},
    {"Erf", Function::kErf, {}, {}},
    {"Exp", Function::kExp, {}, {}},
    {"Floor", Function::kFloor, {}, {}},
    {"Gelu", Function::kGelu, {}, {}},
    {"LeakyRelu", Function::kLeakyRelu, {"alpha", 0.01f}, {}},
    {"Log", Function::kLog, {}, {}},
    {"Mish", Function::kMish, {}, {}},
    {"Neg", Function::kNeg, {}, {}},
    {"Reciprocal", Function::kReciprocal, {}, {}},
    {"Round", Function::kRound, {}, {}},
    {"Selu",
     Function::kSelu,
     {"alpha", 1.67326319217681884765625f},
     {"gamma", 1.05070102214813232421875f}},
    {"Shrink", Function::kShrink, {"bias", 0}, {"lambd", 0.5f}},
    {"Sign", Function::kSign, {}, {}},
    {"Sin", Function::kSin, {}, {}},
    {"Sinh", Function::kSinh, {}, {}},
    {"Softplus", Function::kSoftplus, {}, {}},
    {"Softsign", Function::kSoftsign, {}, {}},
    {"Sqrt", Function::kSqrt, {}, {}},
    {"Tan", Function::kTan, {}, {}},
    {"Tanh", Function::kTanh, {}, {}},
    {"ThresholdedRelu", Function::kThresholdedRelu, {"alpha", 1}, {}},
};

bool takes_integers(Function function) {
  return function == Function::kAbs || function == Function::kNeg || function == Function::kSign ||
         function == Function::kShrink;
}

// Unsigned arithmetic, because the lowest integer has no opposite.
int64_t apply_to_integer(Function function, DataType type, int64_t x) {
  const bool negative = less_int(type, x, 0);
  const auto opposite = static_cast<int64_t>(0 - static_cast<uint64_t>(x));
  if (function == Function::kNeg) return opposite;
  if (function == Function::kAbs) return negative ? opposite : x;
  return negative ? -1 : x != 0 ? 1 : 0;
}

}  // namespace

OpResult make_function(AttributeReader& attributes) {
  const Entry& entry = *std::ranges::find(kEntries, attributes.op_type(), &Entry::type);
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const auto read = [&](const Parameter& p) {
    return p.name.empty() ? 0 : static_cast<double>(attributes.get_float(p.name, p.fallback));
  };
  FunctionOfOne f{entry.function, read(entry.a), read(entry.b)};
  if (f.kind == Function::kGelu) {
    static constexpr std::string_view kForms[] = {"none", "tanh"};
    if (attributes.get_choice("approximate", kForms, 0) == 1) f.kind = Function::kGeluTanh;
  }
  return make_op<FunctionOp>(entry.type, f);
}

Status FunctionOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(takes_integers(function_.kind) ? require_number(context, 0)
                                              : require_real(context, 0));
  return set_output(context, 0, context.type(0), context.shape(0));
}

Status FunctionOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& x = args.inputs[0];
  const MutableTensorView& y = args.outputs[0];
  const bool integers = is_integer(x.type) && function_.kind != Function::kShrink;
  const int64_t count = y.elements();
  for (int64_t i = 0; i < count; ++i) {
    if (integers) {
      put_int(y, i, apply_to_integer(function_.kind, x.type, int_at(x, i)));
    } else {
      put_number(y, i, apply(function_, real_at(x, i)));
    }
  }
  return Status::ok();
}

}  // namespace gossamer
