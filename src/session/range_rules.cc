// See range_rules.h.
#include "session/range_rules.h"

#include <algorithm>

namespace gossamer {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

constexpr Rule kRules[] = {
    {"Abs", Effect::kBounded, 0},
    {"Add", Effect::kAdd},
    {"ArgMax", Effect::kPicked},
    {"ArgMin", Effect::kPicked},
    {"AveragePool", Effect::kSome},
    {"BatchNormalization", Effect::kAffine},
    {"Cast", Effect::kSame},
    {"CastLike", Effect::kSame},
    {"Ceil", Effect::kRounded},
    {"Clip", Effect::kClip},
    {"Concat", Effect::kJoin},
    {"Conv", Effect::kAffine},
    {"ConvInteger", Effect::kAffine},
    {"DepthToSpace", Effect::kSame},
    {"DequantizeLinear", Effect::kSame},
    {"Div", Effect::kDiv},
    {"Dropout", Effect::kSame},
    {"Einsum", Effect::kAffine},
    {"Erf", Effect::kBounded, -1, 1},
    {"Exp", Effect::kExp},
    {"Expand", Effect::kSome},
    {"Floor", Effect::kRounded},
    {"FusedMatMul", Effect::kAffine},
    {"Gather", Effect::kSome},
    {"GatherElements", Effect::kSome},
    {"GatherND", Effect::kSome},
    {"Gemm", Effect::kAffine},
    {"GlobalAveragePool", Effect::kMean},
    {"GlobalMaxPool", Effect::kMost},
    {"HardSigmoid", Effect::kBounded, 0, 1},
    {"Log", Effect::kLog},
    {"MatMul", Effect::kAffine},
    {"MatMulInteger", Effect::kAffine},
    {"MatMulNBits", Effect::kAffine},
    {"Max", Effect::kMax},
    {"MaxPool", Effect::kSome},
    {"Mean", Effect::kAverage},
    {"Min", Effect::kMin},
    {"Mul", Effect::kMul},
    {"Neg", Effect::kNeg},
    {"Pow", Effect::kUnit, 0},
    {"QGemm", Effect::kAffine, -kInfinity, kInfinity, 7},
    {"QLinearAdd", Effect::kAffine, -kInfinity, kInfinity, 6},
    {"QLinearConv", Effect::kAffine, -kInfinity, kInfinity, 6},
    {"QLinearGlobalAveragePool", Effect::kMean, -kInfinity, kInfinity, 3},
    {"QLinearMatMul", Effect::kAffine, -kInfinity, kInfinity, 6},
    {"QLinearSigmoid", Effect::kBounded, 0, 1, 3},
    {"QLinearSoftmax", Effect::kBounded, 0, 1, 3},
    {"QuantizeLinear", Effect::kSame, -kInfinity, kInfinity, 1},
    {"Reciprocal", Effect::kReciprocal},
    {"ReduceMax", Effect::kMost},
    {"ReduceMean", Effect::kMean},
    {"ReduceMin", Effect::kMost},
    {"ReduceProd", Effect::kUnit},
    {"ReduceSum", Effect::kSum},
    {"Relu", Effect::kClip, 0},
    {"Round", Effect::kRounded},
    {"Sigmoid", Effect::kBounded, 0, 1},
    {"Slice", Effect::kSome},
    {"Softplus", Effect::kBounded, 0},
    {"Softsign", Effect::kBounded, -1, 1},
    {"Split", Effect::kSome},
    {"Sqrt", Effect::kUnit},
    {"Sub", Effect::kSub},
    {"Sum", Effect::kAdd},
    {"Tanh", Effect::kBounded, -1, 1},
    {"Tile", Effect::kSome},
    {"TopK", Effect::kPicked},
    {"Transpose", Effect::kSame},
    {"Where", Effect::kWhere},
};

}  // namespace

const Rule* rule_of(const Op& op) {
  static constexpr Rule kView = {"", Effect::kSame};
  const Rule* rule = std::ranges::find(kRules, op.type(), &Rule::type);
  if (rule != std::end(kRules)) return rule;
  return op.is_view() ? &kView : nullptr;
}

}  // namespace gossamer
