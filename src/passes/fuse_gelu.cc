// GELU written as its parts, as exporters write it for all but the newest opsets, becomes one node:
//
//   x/2 (1 + erf(x / sqrt 2))                            =>  Gelu(x)
//   x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))        =>  Gelu(x), approximated
//
// The same formula comes in many orders: halved first or last, divided or multiplied, the cube as a
// power or as products. So no picture of nodes is compared. What is around Erf or Tanh, called f,
// is read as p(x) + q(x) f, two polynomials with the numbers that the file states, and compared as
// such.
#include <algorithm>
#include <array>
#include <numbers>

#include "ops/unary.h"
#include "passes/constants.h"
#include "passes/passes.h"

namespace gossamer {
namespace {

constexpr int kDepth = 6;  // of nodes; the longest of these formulas has 5

// p(x) + q(x) f: the coefficients of p from 1 to x^3, then those of q.
constexpr size_t kPowers = 4;
using Form = std::array<double, 2 * kPowers>;

// Nothing where a power is too high, or f^2 comes in.
bool multiply(Form& a, const Form& b) {
  Form product{};
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      const double term = a[i] * b[j];
      if (term == 0) continue;
      if (i % kPowers + j % kPowers >= kPowers || i + j >= product.size()) return false;
      product[i + j] += term;
    }
  }
  a = product;
  return true;
}

// Reads values as forms of x and f.
class Reader {
 public:
  Reader(const Graph& graph, ValueId x, ValueId f) : graph_(graph), x_(x), f_(f) {}

  // False for a value that is none, or not within a few nodes.
  bool read(ValueId id, Form& form, int depth = kDepth) const {
    form = {};
    if (id == kNone) return false;
    const auto number = scalar_of(graph_, id);
    if (id == x_ || id == f_ || number) {
      form[id == x_ ? 1 : id == f_ ? kPowers : 0] = number.value_or(1);
      return true;
    }
    const NodeId producer = graph_.value(id).producer;
    if (producer == kNone || depth == 0) return false;
    const Node& node = graph_.node(producer);
    Form right;
    if (node.inputs.size() != 2 || !read(node.inputs[1], right, depth - 1)) return false;
    if (!read(node.inputs[0], form, depth - 1)) return false;
    const std::string_view type = node.op->type();
    if (type == "Mul") return multiply(form, right);
    if (type == "Add") {
      for (size_t i = 0; i < form.size(); ++i) form[i] += right[i];
      return true;
    }
    // By a number, and to a whole one.
    const double stated = right[0];
    if (right != Form{stated} || stated == 0) return false;
    if (type == "Div") return multiply(form, {1 / stated});
    if (type != "Pow" || stated >= kPowers) return false;
    const Form base = form;
    int power = 1;
    for (; power < stated; ++power) {
      if (!multiply(form, base)) return false;
    }
    return power == stated;
  }

 private:
  const Graph& graph_;
  ValueId x_;
  ValueId f_;
};

// The value of which `argument` is that polynomial: one that is reached from it through arithmetic
// with numbers. kNone if there is none.
ValueId find_x(const Graph& graph, ValueId argument, const Form& wanted) {
  ValueId x = argument;
  for (int depth = 0; depth < kDepth && x != kNone; ++depth) {
    Form form;
    if (Reader(graph, x, kNone).read(argument, form) && std::ranges::equal(form, wanted, is_about))
      return x;
    const NodeId producer = graph.value(x).producer;
    if (producer == kNone || graph.node(producer).inputs.size() != 2) return kNone;
    // Of x + 0.044715 x^3 either summand leads to x.
    const auto& inputs = graph.node(producer).inputs;
    x = scalar_of(graph, inputs[0]) ? inputs[1] : inputs[0];
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
    Form form;
    if (!reader.read(value, form)) return kNone;
    if (form == Form{0, 0.5, 0, 0, 0, 0.5}) return user;  // float16 has these numbers, too
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
    const double root = std::sqrt(2 / std::numbers::pi);
    const ValueId x =
        find_x(graph, argument,
               erf ? Form{0, 1 / std::numbers::sqrt2} : Form{0, root, 0, root * 0.044715});
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
