// GELU written as its parts, as exporters write it for all but the newest opsets, becomes one node:
//
//   x/2 (1 + erf(x / sqrt 2))                            =>  Gelu(x)
//   x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))        =>  Gelu(x), approximated
//
// The same formula comes in many orders: halved first or last, divided or multiplied, the cube as a
// power or as products. So no picture of nodes is compared. What is around Erf or Tanh, called f,
// is read as p(x) + q(x) f, two polynomials with the numbers that the file states, and compared as
// such.
#include <array>
#include <numbers>

#include "ops/unary.h"
#include "passes/constants.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

constexpr size_t kCoefficients = 4;  // up to x^3
constexpr int kDepth = 6;            // of nodes; the longest of these formulas has 5
using Polynomial = std::array<double, kCoefficients>;

// plain(x) + factor(x) f
struct Form {
  Polynomial plain{};
  Polynomial factor{};
};

std::optional<Polynomial> product(const Polynomial& a, const Polynomial& b) {
  Polynomial result{};
  for (size_t i = 0; i < kCoefficients; ++i) {
    for (size_t j = 0; j < kCoefficients; ++j) {
      const double term = a[i] * b[j];
      if (term == 0) continue;
      if (i + j >= kCoefficients) return std::nullopt;
      result[i + j] += term;
    }
  }
  return result;
}

bool is_zero(const Polynomial& p) {
  return p == Polynomial{};
}

std::optional<Form> product(const Form& a, const Form& b) {
  if (!is_zero(a.factor) && !is_zero(b.factor)) return std::nullopt;
  const auto plain = product(a.plain, b.plain);
  const auto left = product(a.factor, b.plain), right = product(a.plain, b.factor);
  if (!plain || !left || !right) return std::nullopt;
  Form result{*plain, *left};
  for (size_t i = 0; i < kCoefficients; ++i) result.factor[i] += (*right)[i];
  return result;
}

Form sum(Form a, const Form& b, double sign) {
  for (size_t i = 0; i < kCoefficients; ++i) {
    a.plain[i] += sign * b.plain[i];
    a.factor[i] += sign * b.factor[i];
  }
  return a;
}

// Reads values as forms of x and f.
class Reader {
 public:
  Reader(const Graph& graph, ValueId x, ValueId f) : graph_(graph), x_(x), f_(f) {}

  // Nothing for a value that is none, or not within a few nodes.
  std::optional<Form> read(ValueId id, int depth = kDepth) const {
    if (id == kNone) return std::nullopt;
    if (id == x_) return Form{.plain = {0, 1}};
    if (id == f_) return Form{.factor = {1}};
    if (const auto number = scalar_of(graph_, id)) return Form{.plain = {*number}};
    const NodeId producer = graph_.value(id).producer;
    if (producer == kNone || depth == 0) return std::nullopt;
    const Node& node = graph_.node(producer);
    if (node.inputs.size() != 2) return std::nullopt;
    const std::string_view type = node.op->type();
    const auto right = read(node.inputs[1], depth - 1);
    if (!right) return std::nullopt;
    const auto left = read(node.inputs[0], depth - 1);
    if (!left) return std::nullopt;
    if (type == "Add") return sum(*left, *right, 1);
    if (type == "Sub") return sum(*left, *right, -1);
    if (type == "Mul") return product(*left, *right);
    const auto number = scalar_of(graph_, node.inputs[1]);
    if (type == "Div" && number && *number != 0) return product(*left, {.plain = {1 / *number}});
    if (type != "Pow" || !number || *number < 1 || *number > 3) return std::nullopt;
    std::optional<Form> power = left;
    int exponent = 1;
    for (; exponent < *number && power; ++exponent) power = product(*power, *left);
    return exponent == *number ? power : std::nullopt;
  }

 private:
  const Graph& graph_;
  ValueId x_;
  ValueId f_;
};

bool is(const Polynomial& stated, const Polynomial& exact) {
  for (size_t i = 0; i < kCoefficients; ++i) {
    if (!is_about(stated[i], exact[i])) return false;
  }
  return true;
}

// What the argument of f is of the x of a GELU.
Polynomial argument_of(Function f) {
  if (f == Function::kErf) return {0, 1 / std::numbers::sqrt2};
  const double root = std::sqrt(2 / std::numbers::pi);
  return {0, root, 0, root * 0.044715};
}

// The value of which `argument` is that polynomial: one that is reached from it through arithmetic
// with numbers. kNone if there is none.
ValueId find_x(const Graph& graph, ValueId argument, const Polynomial& wanted) {
  ValueId x = argument;
  for (int depth = 0; depth < kDepth; ++depth) {
    const auto form = Reader(graph, x, kNone).read(argument);
    if (form && is(form->plain, wanted)) return x;
    const NodeId producer = graph.value(x).producer;
    if (producer == kNone || graph.node(producer).inputs.size() != 2) return kNone;
    // Of x + 0.044715 x^3 either summand leads to x.
    const auto& inputs = graph.node(producer).inputs;
    x = scalar_of(graph, inputs[0]) ? inputs[1] : inputs[0];
    if (x == kNone) return kNone;
  }
  return kNone;
}

// The node whose output is x/2 + x/2 f, or kNone.
NodeId find_end(const Graph& graph, ValueId x, ValueId f) {
  const Reader reader(graph, x, f);
  ValueId value = f;
  for (int steps = 0; steps < 4; ++steps) {
    const NodeId user = graph.only_user(value);
    if (user == kNone || graph.node(user).outputs.size() != 1) return kNone;
    value = graph.node(user).outputs[0];
    const auto form = reader.read(value);
    if (!form) return kNone;
    const Polynomial half = {0, 0.5};
    if (is(form->plain, half) && is(form->factor, half)) return user;
  }
  return kNone;
}

}  // namespace

Status fuse_gelu(Graph& graph) {
  for (NodeId id : graph.topological_order()) {
    const Node& node = graph.node(id);
    const bool erf = node.op->type() == "Erf";
    if (!erf && node.op->type() != "Tanh") continue;
    const ValueId argument = node.inputs[0], f = node.outputs[0];
    if (graph.value(f).type != DataType::kFloat32) continue;
    const ValueId x = find_x(graph, argument, argument_of(erf ? Function::kErf : Function::kTanh));
    const NodeId end = x == kNone ? kNone : find_end(graph, x, f);
    if (end == kNone) continue;
    // Numbers may have made the result of another rank.
    if (graph.value(graph.node(end).outputs[0]).shape != graph.value(x).shape) continue;
    const FunctionOfOne gelu{.kind = erf ? Function::kGelu : Function::kGeluTanh};
    graph.set_op(end, std::make_shared<const FunctionOp>("Gelu", gelu));
    graph.set_input(end, 0, x);
    graph.set_input(end, 1, kNone);
  }
  return Status::ok();
}

}  // namespace gossamer
