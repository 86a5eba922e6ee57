// See loop.h.
#include "ops/loop.h"

#include <algorithm>

#include "base/text.h"
#include "ops/identity.h"
#include "ops/sequence.h"

namespace gossamer {
namespace {

using onnx_model::GraphDef;
using onnx_model::ValueDef;

// What goes round: the carried values and, per further output of the body, one value per round.
struct Rounds {
  std::vector<ValueId> carried;
  std::vector<std::vector<ValueId>> given;

  // Takes the body's outputs from `first` on.
  Status take(const std::vector<ValueId>& outputs, size_t first) {
    if (outputs.size() != first + carried.size() + given.size()) {
      return Status(Code::kGraph, Stage::kGraph, "the body has another number of outputs")
          .got(concat(outputs.size()))
          .expected(concat(first + carried.size() + given.size()));
    }
    for (ValueId& value : carried) value = outputs[first++];
    for (auto& values : given) values.push_back(outputs[first++]);
    return Status::ok();
  }
};

// The carried values of a node whose inputs from `first` on, but for those read from around it, are
// their beginnings; and as many lists as it has outputs besides.
Result<Rounds> begin_rounds(const Expansion& expansion, size_t first, size_t last) {
  Rounds rounds;
  for (size_t i = first; i < last; ++i) {
    if (!expansion.has_input(static_cast<int>(i))) {
      return shape_error("a value that is carried from round to round has no beginning");
    }
    rounds.carried.push_back(expansion.input(static_cast<int>(i)));
  }
  const auto outputs = static_cast<size_t>(expansion.output_count());
  if (outputs < rounds.carried.size()) return shape_error("carried values lack outputs");
  rounds.given.resize(outputs - rounds.carried.size());
  return rounds;
}

// What a stack of no rounds is: no elements of the shape that the body declares.
Result<ValueId> empty_stack(Expansion& expansion, const ValueDef& declared, int64_t axis) {
  std::vector<int64_t> dims;
  for (const auto& dim : declared.dims) dims.push_back(dim.value);
  const bool known = declared.has_shape && data_type_size(declared.type) != 0 &&
                     std::ranges::none_of(dims, [](int64_t extent) { return extent < 0; });
  if (!known || axis < 0 || axis > std::ssize(dims)) {
    return unsupported("no round is made, and the shape of what a round gives is not stated")
        .tensor(declared.name);
  }
  dims.insert(dims.begin() + static_cast<std::ptrdiff_t>(axis), 0);
  GOSSAMER_ASSIGN(const Shape shape, make_shape(dims));
  return expansion.add_constant("empty", Constant::resident(declared.type, shape, {}));
}

Status give_carried(Expansion& expansion, const Rounds& rounds) {
  for (size_t i = 0; i < rounds.carried.size(); ++i) {
    GOSSAMER_TRY(expansion.give(static_cast<int>(i), rounds.carried[i],
                                std::make_shared<const IdentityOp>()));
  }
  return Status::ok();
}

// Gives output `index` of the further ones, stacked along `axis`.
Status give_stacked(Expansion& expansion, const Rounds& rounds, size_t index, int64_t axis,
                    const ValueDef& declared) {
  const int output = static_cast<int>(rounds.carried.size() + index);
  if (!expansion.wants_output(output)) return Status::ok();
  const auto& values = rounds.given[index];
  GOSSAMER_ASSIGN(const ValueId stacked, values.empty() ? empty_stack(expansion, declared, axis)
                                                        : stack(expansion, values, axis));
  return expansion.give(output, stacked, std::make_shared<const IdentityOp>());
}

int64_t at_or_zero(const std::vector<int64_t>& list, size_t i) {
  return i < list.size() ? list[i] : 0;
}

}  // namespace

OpResult make_loop(AttributeReader& attributes) {
  attributes.expect_inputs(2, INT32_MAX);
  auto body = attributes.require_graph("body");
  return make_op<LoopOp>(std::move(body), attributes.surroundings());
}

OpResult make_scan(AttributeReader& attributes) {
  ScanOp::Attributes parsed;
  attributes.expect_inputs(1, INT32_MAX);
  if (!attributes.has("num_scan_inputs"))
    attributes.fail("num_scan_inputs", "attribute is missing");
  parsed.scanned = attributes.get_int("num_scan_inputs", 1, 1, attributes.input_count());
  const auto list = [&](std::string_view name) {
    return attributes.get_ints(name).value_or(std::vector<int64_t>());
  };
  parsed.input_axes = list("scan_input_axes");
  parsed.input_directions = list("scan_input_directions");
  parsed.output_axes = list("scan_output_axes");
  parsed.output_directions = list("scan_output_directions");
  auto body = attributes.require_graph("body");
  return make_op<ScanOp>(std::move(parsed), std::move(body), attributes.surroundings());
}

Status LoopOp::expand(Expansion& expansion) const {
  constexpr int kCount = 0, kCondition = 1;
  constexpr size_t kFirst = 2;
  const size_t last = static_cast<size_t>(expansion.input_count()) - surroundings_->names.size();
  GOSSAMER_ASSIGN(Rounds rounds, begin_rounds(expansion, kFirst, last));
  int64_t count = INT64_MAX;
  if (expansion.has_input(kCount)) {
    GOSSAMER_ASSIGN(count, expansion.known_number(expansion.input(kCount)));
  }
  const auto always = Constant::copy_of({DataType::kBool, Shape{}, "\1"});
  if (!always.is_ok()) return always.status();
  ValueId condition = expansion.has_input(kCondition) ? expansion.input(kCondition)
                                                      : expansion.add_constant("true", *always);
  for (int64_t round = 0; round < count; ++round) {
    GOSSAMER_ASSIGN(const bool goes_on, expansion.known_condition(condition));
    if (!goes_on) break;
    GOSSAMER_ASSIGN(auto number, make_int64_constant(Shape{}, {round}));
    std::vector<ValueId> arguments = {expansion.add_constant("round", std::move(number)),
                                      condition};
    arguments.insert(arguments.end(), rounds.carried.begin(), rounds.carried.end());
    GOSSAMER_ASSIGN(const auto outputs, expansion.add(*body_, *surroundings_, arguments));
    GOSSAMER_TRY(rounds.take(outputs, 1));
    condition = outputs[0];
  }
  GOSSAMER_TRY(give_carried(expansion, rounds));
  const size_t first_given = 1 + rounds.carried.size();
  if (body_->outputs.size() < first_given + rounds.given.size()) {
    return Status(Code::kGraph, Stage::kGraph, "the body has too few outputs");
  }
  for (size_t i = 0; i < rounds.given.size(); ++i) {
    GOSSAMER_TRY(give_stacked(expansion, rounds, i, 0, body_->outputs[first_given + i]));
  }
  return Status::ok();
}

// Per scanned input its slices, in the order in which they are gone along.
Result<std::vector<std::vector<ValueId>>> ScanOp::cut(Expansion& expansion, size_t carried) const {
  std::vector<std::vector<ValueId>> slices;
  for (size_t i = 0; i < static_cast<size_t>(attributes_.scanned); ++i) {
    const int input = static_cast<int>(carried + i);
    if (!expansion.has_input(input)) return shape_error(concat("input ", input, " is missing"));
    const ValueId value = expansion.input(input);
    const Shape& shape = expansion.value(value).shape;
    GOSSAMER_ASSIGN(const int axis, normalise_axis(at_or_zero(attributes_.input_axes, i),
                                                   shape.rank(), "scan_input_axes"));
    GOSSAMER_TRY(expansion.reserve(shape[axis]));
    std::vector<int64_t> extents(static_cast<size_t>(shape[axis]), 1);
    GOSSAMER_ASSIGN(auto parts, unstack(expansion, value, axis, std::move(extents), false));
    if (at_or_zero(attributes_.input_directions, i) != 0) std::ranges::reverse(parts);
    if (i > 0 && parts.size() != slices[0].size()) {
      return shape_error("the inputs of a scan differ in length")
          .got(concat(parts.size(), " and ", slices[0].size()));
    }
    slices.push_back(std::move(parts));
  }
  return slices;
}

Status ScanOp::expand(Expansion& expansion) const {
  const size_t inputs = static_cast<size_t>(expansion.input_count()) - surroundings_->names.size();
  const size_t carried = inputs - static_cast<size_t>(attributes_.scanned);
  GOSSAMER_ASSIGN(Rounds rounds, begin_rounds(expansion, 0, carried));
  GOSSAMER_ASSIGN(const auto slices, cut(expansion, carried));
  for (size_t round = 0; round < slices[0].size(); ++round) {
    std::vector<ValueId> arguments = rounds.carried;
    for (const auto& parts : slices) arguments.push_back(parts[round]);
    GOSSAMER_ASSIGN(const auto outputs, expansion.add(*body_, *surroundings_, arguments));
    GOSSAMER_TRY(rounds.take(outputs, 0));
  }
  GOSSAMER_TRY(give_carried(expansion, rounds));
  if (body_->outputs.size() < carried + rounds.given.size()) {
    return Status(Code::kGraph, Stage::kGraph, "the body has too few outputs");
  }
  for (size_t i = 0; i < rounds.given.size(); ++i) {
    if (at_or_zero(attributes_.output_directions, i) != 0) std::ranges::reverse(rounds.given[i]);
    GOSSAMER_TRY(give_stacked(expansion, rounds, i, at_or_zero(attributes_.output_axes, i),
                              body_->outputs[carried + i]));
  }
  return Status::ok();
}

}  // namespace gossamer
