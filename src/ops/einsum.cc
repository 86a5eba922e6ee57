// See einsum.h. Axes are told apart by a label: the letter, or, for those under an ellipsis, a
// number counted from the last of them, as broadcasting aligns them.
#include "ops/einsum.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

constexpr char kEllipsis = '.';
constexpr int kFirstLetter = Shape::kMaxRank;  // labels below are the ellipsis's
constexpr int kLabels = kFirstLetter + 'z' - 'A' + 1;

int label_of(char letter) {
  return kFirstLetter + letter - 'A';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The axes of one term, outermost first; `ellipsis` is how many axes "..." stands for.
using Labels = EinsumOp::Axes;
Result<Labels> labels_of(const std::string& term, int ellipsis) {
  Labels labels;
  const auto letters = static_cast<int>(std::ranges::count_if(term, is_letter));
  const bool open = term.find(kEllipsis) != std::string::npos;
  if (letters + (open ? ellipsis : 0) > Shape::kMaxRank) {
    return unsupported("a term has too many axes").attribute("equation").got(term);
  }
  for (char c : term) {
    if (c != kEllipsis) {
      labels.add(label_of(c));
      continue;
    }
    for (int i = ellipsis; i-- > 0;) labels.add(i);
  }
  return labels;
}

// A term with single characters only; false when it is malformed.
bool normalise_term(std::string_view text, std::string& term) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ') continue;
    if (text.substr(i).starts_with("...")) {
      if (term.find(kEllipsis) != std::string::npos) return false;
      term += kEllipsis;
      i += 2;
    } else if (is_letter(text[i])) {
      term += text[i];
    } else {
      return false;
    }
  }
  return true;
}

// What is meant when there is no "->".
std::string implicit_output(const std::vector<std::string>& operands) {
  std::string all, output;
  for (const std::string& operand : operands) all += operand;
  if (all.find(kEllipsis) != std::string::npos) output += kEllipsis;
  for (char c = 'A'; c <= 'z'; ++c) {
    if (is_letter(c) && std::ranges::count(all, c) == 1) output += c;
  }
  return output;
}

bool parse(std::string_view text, EinsumOp::Equation& equation) {
  const size_t arrow = text.find("->");
  std::string_view left = text.substr(0, arrow);
  for (bool more = true; more;) {
    const size_t comma = left.find(',');
    if (!normalise_term(left.substr(0, comma), equation.operands.emplace_back())) return false;
    more = comma != std::string_view::npos;
    if (more) left.remove_prefix(comma + 1);
  }
  if (arrow == std::string_view::npos) {
    equation.output = implicit_output(equation.operands);
    return true;
  }
  if (!normalise_term(text.substr(arrow + 2), equation.output)) return false;
  for (char c : equation.output) {  // each comes from an operand, and once
    const auto has = [c](const std::string& term) { return term.find(c) != std::string::npos; };
    if (std::ranges::count(equation.output, c) != 1) return false;
    if (c != kEllipsis && std::ranges::none_of(equation.operands, has)) return false;
  }
  return true;
}

}  // namespace

OpResult make_einsum(AttributeReader& attributes) {
  attributes.expect_inputs(1, INT32_MAX);
  attributes.expect_outputs(1);
  const std::string text = attributes.get_string("equation", "");
  EinsumOp::Equation equation;
  if (!attributes.has("equation")) {
    attributes.fail("equation", "attribute is missing");
  } else if (!parse(text, equation)) {
    attributes.fail("equation", "equation is malformed", text, "letters, '...', ',' and '->'");
  } else if (attributes.input_count() > static_cast<int>(EinsumOp::kMaxOperands)) {
    return unsupported("too many operands")
        .got(concat(attributes.input_count()))
        .expected(concat("at most ", EinsumOp::kMaxOperands));
  }
  return make_op<EinsumOp>(std::move(equation));
}

Result<EinsumOp::Loops> EinsumOp::loops(const std::array<Shape, kMaxOperands>& shapes) const {
  std::array<int64_t, kLabels> extents;
  std::array<Strides::value_type, kLabels> strides[kMaxOperands] = {};
  extents.fill(-1);
  int ellipsis = 0;
  for (size_t i = 0; i < equation_.operands.size(); ++i) {
    const std::string& term = equation_.operands[i];
    const auto letters = static_cast<int>(std::ranges::count_if(term, is_letter));
    const bool open = term.size() > static_cast<size_t>(letters);
    const int covered = shapes[i].rank() - letters;
    if (open ? covered < 0 : covered != 0) {
      return shape_error(concat("input ", i, " has the wrong rank for the equation"))
          .got(concat(shapes[i].to_string(), " for ", letters, " letters"));
    }
    ellipsis = std::max(ellipsis, covered);
    GOSSAMER_ASSIGN(const Labels labels, labels_of(term, covered));
    const Strides dense = dense_strides(shapes[i]);
    for (int axis = 0; axis < labels.count; ++axis) {
      const auto label = static_cast<size_t>(labels.list[static_cast<size_t>(axis)]);
      const int64_t extent = shapes[i][axis];
      int64_t& known = extents[label];
      if (known >= 0 && known != 1 && extent != 1 && extent != known) {
        return shape_error("axes under the same letter differ in extent")
            .got(concat(known, " and ", extent));
      }
      if (known < 0 || known == 1) known = extent;
      if (extent != 1) strides[i][label] += dense[static_cast<size_t>(axis)];
    }
  }
  Loops loops;
  const auto add = [&](size_t label, Shape& shape, std::array<Strides, kMaxOperands>& to) {
    const auto axis = static_cast<size_t>(shape.rank());
    shape.push_back(std::exchange(extents[label], -1));
    for (size_t i = 0; i < kMaxOperands; ++i) to[i][axis] = strides[i][label];
  };
  GOSSAMER_ASSIGN(const Labels output, labels_of(equation_.output, ellipsis));
  for (int axis = 0; axis < output.count; ++axis) {
    add(static_cast<size_t>(output.list[static_cast<size_t>(axis)]), loops.output,
        loops.output_strides);
  }
  for (size_t label = 0; label < extents.size(); ++label) {
    if (extents[label] < 0) continue;
    if (loops.summed.rank() == Shape::kMaxRank) {
      return unsupported("too many axes are summed over").attribute("equation");
    }
    add(label, loops.summed, loops.summed_strides);
  }
  if (!loops.summed.checked_elements()) return shape_error("the sums have too many terms");
  return loops;
}

bool EinsumOp::as_product(const Shape& left, const Shape& right, Product& p) const {
  if (equation_.operands.size() != kMaxOperands) return false;
  const std::array<const Shape*, kMaxOperands> shapes = {&left, &right};
  // Where each label stands in the operands, and in the output; and all of them, in the order in
  // which the operands have them, so that as little as possible has to move.
  constexpr int kAbsent = -1;
  std::array<std::array<int, kLabels>, kMaxOperands + 1> place;
  for (auto& each : place) each.fill(kAbsent);
  std::array<int, 2 * Shape::kMaxRank> order;
  size_t count = 0;
  int ellipsis = 0;
  for (size_t i = 0; i < kMaxOperands; ++i) {
    const std::string& term = equation_.operands[i];
    const auto letters = static_cast<int>(std::ranges::count_if(term, is_letter));
    const int covered = shapes[i]->rank() - letters;
    ellipsis = std::max(ellipsis, covered);
    const auto labels = labels_of(term, covered);
    if (!labels.is_ok()) return false;
    for (int axis = 0; axis < labels->count; ++axis) {
      const int label = labels->list[static_cast<size_t>(axis)];
      int& known = place[i][static_cast<size_t>(label)];
      if (known != kAbsent) return false;
      known = axis;
      if (i == 0 || place[0][static_cast<size_t>(label)] == kAbsent) order[count++] = label;
    }
  }
  const auto output = labels_of(equation_.output, ellipsis);
  if (!output.is_ok()) return false;
  for (int axis = 0; axis < output->count; ++axis) {
    place[kMaxOperands][static_cast<size_t>(output->list[static_cast<size_t>(axis)])] = axis;
  }
  Axes rows, terms_left, terms_right, columns, made[3];  // made: the output's, in three groups
  for (const int label : std::span(order).first(count)) {
    const auto at = static_cast<size_t>(label);
    const int a = place[0][at], b = place[1][at], y = place[kMaxOperands][at];
    const bool left_has = a != kAbsent, right_has = b != kAbsent;
    if (left_has && right_has && left[a] != right[b]) return false;
    if (y == kAbsent) {
      if (!left_has || !right_has) return false;
      terms_left.add(a);
      terms_right.add(b);
      p.terms *= left[a];
      continue;
    }
    const int group = !right_has ? 1 : !left_has ? 2 : 0;
    made[group].add(y);
    (group == 0   ? p.outer
     : group == 1 ? p.rows
                  : p.columns)
        .push_back(left_has ? left[a] : right[b]);
    if (left_has) (right_has ? p.left : rows).add(a);
    if (right_has) (left_has ? p.right : columns).add(b);
  }
  // Sums of their own for each of many places, or none, are no product of matrices.
  if (rows.count + columns.count == 0 && p.outer.rank() > 0) return false;
  for (const Axes* more : {&rows, &terms_left}) p.left.add(*more);
  for (const Axes* more : {&terms_right, &columns}) p.right.add(*more);
  p.output.count = output->count;
  int next = 0;
  for (const Axes& group : made) {
    for (int i = 0; i < group.count; ++i) {
      p.output.list[static_cast<size_t>(group.list[static_cast<size_t>(i)])] = next++;
    }
  }
  return true;
}

Status EinsumOp::infer(OpContext& context) const {
  const auto count = static_cast<int>(equation_.operands.size());
  GOSSAMER_TRY(require_inputs(context, std::max(1, count)));
  if (context.input_count() != count) {
    return Status(Code::kGraph, Stage::kGraph, "the equation has another number of operands")
        .got(concat(context.input_count()))
        .expected(concat(count));
  }
  std::array<Shape, kMaxOperands> shapes;
  for (int i = 0; i < count; ++i) {
    GOSSAMER_TRY(require_number(context, i));
    GOSSAMER_TRY(require_same_type(context, 0, i));
    shapes[static_cast<size_t>(i)] = context.shape(i);
  }
  GOSSAMER_ASSIGN(const Loops walks, loops(shapes));
  return set_output(context, 0, context.type(0), walks.output);
}

double EinsumOp::work(const OpContext& context) const {
  std::array<Shape, kMaxOperands> shapes;
  for (size_t i = 0; i < equation_.operands.size(); ++i) {
    shapes[i] = context.shape(static_cast<int>(i));
  }
  const auto walks = loops(shapes);
  double steps = static_cast<double>(context.output(0).shape.elements());
  if (!walks.is_ok()) return steps;
  for (int64_t extent : walks->summed) steps *= static_cast<double>(std::max<int64_t>(1, extent));
  return steps;
}

Status EinsumOp::evaluate(const EvaluateArgs& args) const {
  const size_t count = equation_.operands.size();
  std::array<Shape, kMaxOperands> shapes;
  for (size_t i = 0; i < count; ++i) shapes[i] = args.inputs[i].shape;
  GOSSAMER_ASSIGN(const Loops walks, loops(shapes));
  const MutableTensorView& y = args.outputs[0];
  StridedWalk<kMaxOperands> outer(walks.output, walks.output_strides);
  StridedWalk<kMaxOperands> inner(walks.summed, walks.summed_strides);
  const int64_t places = y.elements();
  const int64_t terms = places == 0 ? 0 : walks.summed.elements();
  for (int64_t place = 0; place < places; ++place, outer.next()) {
    double real = 0;
    uint64_t integer = 0;  // wraps around
    for (int64_t term = 0; term < terms; ++term, inner.next()) {
      double real_product = 1;
      uint64_t product = 1;
      for (size_t i = 0; i < count; ++i) {
        const int64_t at = outer.offset(i) + inner.offset(i);
        if (is_real(y.type)) {
          real_product *= real_at(args.inputs[i], at);
        } else {
          product *= static_cast<uint64_t>(int_at(args.inputs[i], at));
        }
      }
      real += real_product;
      integer += product;
    }
    if (is_real(y.type)) {
      put_real(y, place, real);
    } else {
      put_int(y, place, static_cast<int64_t>(integer));
    }
  }
  return Status::ok();
}

}  // namespace gossamer
