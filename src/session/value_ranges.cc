// See value_ranges.h.
#include "session/value_ranges.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/exponential.h"
#include "ops/elements.h"
#include "ops/elementwise.h"
#include "ops/features.h"
#include "ops/linear_model.h"
#include "ops/softmax.h"
#include "session/range_arithmetic.h"
#include "session/range_rules.h"

namespace gossamer {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kTolerance = 1e-3;  // what rounding, and the epsilons of exporters, may add up to

class Ranges {
 public:
  explicit Ranges(const Graph& graph)
      : graph_(graph), ranges_(static_cast<size_t>(graph.value_count())), read_(ranges_.size()) {}

  void visit(NodeId id);
  std::vector<ValueRange> take() && { return std::move(ranges_); }

 private:
  double elements(ValueId id) const {
    return id != kNone ? static_cast<double>(graph_.value(id).shape.elements()) : 0;
  }
  bool is_constant(ValueId id) const { return id != kNone && graph_.value(id).constant != nullptr; }
  const ValueRange& of(ValueId id) const;
  ValueRange operand(const Node& node, size_t i) const {
    return i < node.inputs.size() && node.inputs[i] != kNone ? of(node.inputs[i]) : ValueRange();
  }
  std::optional<double> scalar(const Node& node, size_t i) const;
  std::optional<ValueRange> softmax(const Node& node) const;
  std::optional<ValueRange> learned(const Node& node, ValueId output) const;
  ValueRange apply(const Rule& rule, const Node& node, ValueId output) const;
  ValueRange scaled(const Node& node, bool divides) const;
  ValueRange combine(Effect effect, const Node& node, ValueId output) const;
  ValueRange clipped(const Rule& rule, const Node& node) const;
  ValueRange shrink(Effect effect, const Node& node, ValueId output) const;
  std::optional<double> sums_of(ValueId whole, ValueId divisor) const;
  bool takes_places(const Node& node, const Rule* rule, ValueId output) const;

  const Graph& graph_;
  mutable std::vector<ValueRange> ranges_;
  mutable std::vector<uint8_t> read_;  // of constants, which are read at their first use
};

const ValueRange& Ranges::of(ValueId id) const {
  const auto at = static_cast<size_t>(id);
  if (is_constant(id) && read_[at] == 0) {
    ranges_[at] = range_of(graph_.value(id).constant);
    read_[at] = 1;
  }
  return ranges_[at];
}

std::optional<double> Ranges::scalar(const Node& node, size_t i) const {
  const ValueRange range = operand(node, i);
  if (range.low != range.high || !is_constant(node.inputs[i])) return {};
  return range.low;
}

// Softmax and its kin. Over an axis of extent 1 every result is 1, and says nothing of classes.
std::optional<ValueRange> Ranges::softmax(const Node& node) const {
  const SoftmaxOp* op = op_cast<SoftmaxOp>(node.op.get());
  if (op == nullptr) op = op_cast<HardmaxOp>(node.op.get());
  const bool logarithm = op_cast<LogSoftmaxOp>(node.op.get()) != nullptr;
  if (logarithm) op = op_cast<LogSoftmaxOp>(node.op.get());
  if (op == nullptr) return {};
  const auto extents = op->extents(graph_.value(node.inputs[0]).shape);
  if (!extents.is_ok() || extents->size <= 1) return of_affine_layer(true);
  const double rows = static_cast<double>(extents->outer) * static_cast<double>(extents->inner);
  ValueRange range = between(0, 1, rows);
  range.logarithm = logarithm;
  if (logarithm) range.low = -kInfinity, range.high = 0;
  range.decision = op_cast<HardmaxOp>(node.op.get()) != nullptr;
  return range;
}

// Of ai.onnx.ml.
std::optional<ValueRange> Ranges::learned(const Node& node, ValueId output) const {
  const Shape& shape = graph_.value(output).shape;
  const double rows = shape.rank() == 2 ? static_cast<double>(shape[0]) : 1;
  if (const auto* op = op_cast<NormalizerOp>(node.op.get())) {
    const bool shares = op->norm() == NormalizerOp::Norm::kL1 && operand(node, 0).low >= 0;
    return shares ? between(0, 1, rows) : kUnknown;
  }
  const auto* op = op_cast<LinearClassifierOp>(node.op.get());
  if (op == nullptr) return {};
  const bool one_row = op->has_one_row();
  const bool logistic = op->transform() == ScoreTransform::kLogistic;
  const bool shares = one_row ? logistic : op->transform() == ScoreTransform::kSoftmax;
  ValueRange range;
  if (shares || logistic) range = between(0, 1, shares ? rows : NAN);
  range.affine = !one_row && op->transform() == ScoreTransform::kIdentity;
  range.picked = output == node.outputs[0];
  return range;
}

// How many sums a divisor holds, if it is ReduceSum(whole), perhaps kept from 0, or repeated, on
// the way.
std::optional<double> Ranges::sums_of(ValueId whole, ValueId divisor) const {
  constexpr int kMaxSteps = 8;
  constexpr std::string_view kOnTheWay[] = {"Add", "Cast", "Clip", "Expand", "Identity", "Max"};
  for (int step = 0; step < kMaxSteps && divisor != kNone; ++step) {
    const NodeId producer = graph_.value(divisor).producer;
    if (producer == kNone) return {};
    const Node& node = graph_.node(producer);
    const std::string_view type = node.op->type();
    if (type == "ReduceSum" || type == "ReduceL1") {
      if (node.inputs[0] != whole) return {};
      return elements(divisor);
    }
    if (!node.op->is_view() && std::ranges::find(kOnTheWay, type) == std::end(kOnTheWay)) return {};
    const bool first = node.inputs.size() < 2 || !is_constant(node.inputs[0]);
    divisor = node.inputs[first ? 0 : 1];
  }
  return {};
}

// Mul and Div.
ValueRange Ranges::scaled(const Node& node, bool divides) const {
  // x / sum(x), of numbers that are not negative: shares of 1.
  if (divides && operand(node, 0).low >= 0) {
    if (const auto sums = sums_of(node.inputs[0], node.inputs[1])) {
      return between(0, 1, *sums);
    }
  }
  const size_t factor = !divides && is_constant(node.inputs[0]) ? 0 : 1;
  const ValueRange x = operand(node, 1 - factor);
  const ValueRange given = operand(node, factor);
  const ValueRange by = divides ? reciprocal(given) : given;
  ValueRange result = arithmetic(Effect::kMul, x, by);
  if (!is_constant(node.inputs[factor])) return result;
  result.affine = x.affine && is_open(result);
  if (by.low == by.high) result.total = x.total * by.low;
  return result;
}

// The other operators of several tensors, element by element; Concat, too.
ValueRange Ranges::combine(Effect effect, const Node& node, ValueId output) const {
  const bool averages = effect == Effect::kAverage, subtracts = effect == Effect::kSub;
  const bool chooses = effect == Effect::kWhere;
  const Effect step = chooses || averages ? Effect::kJoin : effect;
  const size_t first = chooses ? 1 : 0;  // Where's input 0 is the condition
  ValueRange result = operand(node, first);
  // Totals add up where nothing is broadcast, and where all is joined.
  double total = result.total;
  bool alike = elements(node.inputs[first]) == elements(output);
  for (size_t i = first + 1; i < node.inputs.size(); ++i) {
    const ValueRange next = operand(node, i);
    result = arithmetic(step, result, next);
    alike = alike && elements(node.inputs[i]) == elements(output);
    total = subtracts ? total - next.total : total + next.total;
  }
  const bool sums = averages || subtracts || effect == Effect::kAdd;
  result.total = (sums && alike) || effect == Effect::kJoin ? total : NAN;
  if (averages) result.total /= static_cast<double>(node.inputs.size());
  // The means of logarithms of probabilities are those of numbers that add up to less.
  if (averages) result.logarithm = false;
  return result;
}

// Operators that make fewer numbers out of those of one tensor.
ValueRange Ranges::shrink(Effect effect, const Node& node, ValueId output) const {
  ValueRange range = operand(node, 0);
  range.picked = false;  // see takes_places
  const double ratio = elements(node.inputs[0]) / std::max(elements(output), 1.0);
  if (effect == Effect::kMost && elements(output) == 1) {
    // That of a class, and which it is, is lost.
    const auto picks = [&](NodeId user) {
      const Rule* rule = rule_of(*graph_.node(user).op);
      return rule != nullptr && rule->effect == Effect::kPicked;
    };
    range.picked =
        range.total > 0 || std::ranges::any_of(graph_.value(node.inputs[0]).users, picks);
  }
  if (effect == Effect::kSome || effect == Effect::kMost) range.total = NAN;
  if (effect == Effect::kMean) range.total /= ratio;
  if (effect == Effect::kSum && !holds_distribution(range)) {
    range.low = product(range.low, ratio);
    range.high = product(range.high, ratio);
  }
  if (effect > Effect::kMost) range.logarithm = range.decision = false;
  return range;
}

ValueRange Ranges::clipped(const Rule& rule, const Node& node) const {
  ValueRange range = operand(node, 0);
  double low = rule.low, high = rule.high;
  if (const auto* clip = op_cast<ClipOp>(node.op.get())) {
    const Activation own = clip->activation(nullptr, nullptr);
    low = static_cast<double>(own.a);
    high = static_cast<double>(own.b);
  }
  low = std::max(low, operand(node, 1).low);
  high = std::min(high, operand(node, 2).high);
  if (range.low >= low - kTolerance && range.high <= high + kTolerance) return range;
  range.low = std::min(std::max(range.low, low), high);
  range.high = std::min(std::max(range.high, low), high);
  range.total = NAN;
  range.affine = range.affine && is_open(range);
  range.logarithm = false;
  return range;
}

ValueRange Ranges::apply(const Rule& rule, const Node& node, ValueId output) const {
  ValueRange range = operand(node, 0), made;
  if (range.scale != 0 && rule.effect >= Effect::kSum) return kUnknown;
  switch (rule.effect) {
    case Effect::kBounded:
      return between(rule.low, rule.high);
    case Effect::kSame:
    case Effect::kSome:
    case Effect::kMost:
    case Effect::kMean:
    case Effect::kSum:
      return shrink(rule.effect, node, output);
    case Effect::kClip:
      return clipped(rule, node);
    case Effect::kAffine:
      // Of distributions it may make one again: that of groups of classes, say, or a mean of
      // several.
      if (is_constant(node.inputs[0])) range = operand(node, 1);
      return of_affine_layer(!holds_probabilities(range) || std::isnan(range.total));
    case Effect::kExp:
      if (!range.logarithm) return between(exponential(range.low), exponential(range.high));
      made = between(0, 1, range.total);
      made.cause = range.cause;
      return made;
    case Effect::kLog:
      if (!holds_probabilities(range)) return kUnknown;
      made = between(-kInfinity, 0, range.total);
      made.logarithm = true;
      made.cause = range.cause;
      return made;
    case Effect::kNeg:
      made = arithmetic(Effect::kSub, between(0, 0, 0), range);
      made.decision = range.decision;
      return made;
    case Effect::kReciprocal:
      return reciprocal(range);
    case Effect::kUnit:
      if (!holds_probabilities(range) || operand(node, 1).low < rule.low) return kUnknown;
      return between(0, 1);
    case Effect::kRounded:
      made.decision = holds_probabilities(range);
      made.low = made.decision ? 0 : std::floor(range.low);
      made.high = made.decision ? 1 : std::ceil(range.high);
      return made;
    case Effect::kPicked:
      made.picked = true;
      return made;
    case Effect::kMul:
    case Effect::kDiv:
      return scaled(node, rule.effect == Effect::kDiv);
    default:
      return combine(rule.effect, node, output);
  }
}

// The elements stand where those of an operand do that has lost its classes; one that is spread
// over more elements, like a maximum that is subtracted, leaves them where they are. Layers mix
// them.
bool Ranges::takes_places(const Node& node, const Rule* rule, ValueId output) const {
  if (is_layer(*node.op) || op_cast<LinearClassifierOp>(node.op.get()) != nullptr) return false;
  const size_t read = rule != nullptr ? node.inputs.size() : 1;  // the others are positions, say
  const auto operands = std::span(node.inputs).first(std::min(read, node.inputs.size()));
  const bool joins = rule != nullptr && rule->effect == Effect::kJoin;
  return std::ranges::any_of(operands, [&](ValueId id) {
    return id != kNone && ranges_[static_cast<size_t>(id)].picked &&
           (joins || elements(id) >= elements(output));
  });
}

void Ranges::visit(NodeId id) {
  const Node& node = graph_.node(id);
  const std::string_view type = node.op->type();
  const Rule* rule = rule_of(*node.op);
  for (ValueId output : node.outputs) {
    if (output == kNone || graph_.value(output).constant != nullptr) continue;
    ValueRange range;
    if (const auto of_softmax = softmax(node)) {
      range = *of_softmax;
    } else if (const auto of_learned = learned(node, output)) {
      range = *of_learned;
    } else if (rule != nullptr) {
      range = apply(*rule, node, output);
    }
    if (graph_.value(output).type == DataType::kBool) {
      range = between(0, 1);
      range.decision = true;
    }
    range.picked = range.picked || takes_places(node, rule, output);
    const bool bounded = range.low > -kInfinity || range.high < kInfinity;
    if (range.cause == kNone && bounded) range.cause = id;
    if (type == "DequantizeLinear") range.scale = 0;
    if (rule != nullptr && rule->scale_input > 0) {
      const auto input = static_cast<size_t>(rule->scale_input);
      range.scale = scalar(node, input).value_or(0);
      range.zero_point = scalar(node, input + 1).value_or(0);
    }
    ranges_[static_cast<size_t>(output)] = range;
  }
}

}  // namespace

ValueRange range_of(const std::shared_ptr<const Constant>& constant) {
  constexpr int64_t kMaxElements = 1024;
  const int64_t count = constant->shape().elements();
  if (count < 1 || count > kMaxElements || data_type_size(constant->type()) == 0) return kUnknown;
  const auto resident = Constant::make_resident(constant);
  if (!resident.is_ok()) return kUnknown;
  ValueRange range = between(kInfinity, -kInfinity, 0);
  range.decision = true;
  for (int64_t i = 0; i < count; ++i) {
    const double element = real_at((*resident)->view(), i);
    if (std::isnan(element)) return kUnknown;
    range.low = std::min(range.low, element);
    range.high = std::max(range.high, element);
    range.total += element;
  }
  return range;
}

bool is_layer(const Op& op) {
  const Rule* rule = rule_of(op);
  return rule != nullptr && rule->effect == Effect::kAffine;
}

bool holds_probabilities(const ValueRange& range) {
  return range.low >= -kTolerance && range.high <= 1 + kTolerance;
}

bool holds_distribution(const ValueRange& range) {
  return holds_probabilities(range) && std::abs(range.total - 1) <= kTolerance;
}

std::vector<ValueRange> value_ranges(const Graph& graph,
                                     std::span<const NodeId> topological_order) {
  Ranges ranges(graph);
  for (NodeId id : topological_order) ranges.visit(id);
  return std::move(ranges).take();
}

}  // namespace gossamer
