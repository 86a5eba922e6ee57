// See sequence.h.
#include "ops/sequence.h"

#include <algorithm>

#include "base/text.h"
#include "ops/concat.h"
#include "ops/identity.h"
#include "ops/reshape.h"
#include "ops/split.h"

namespace gossamer {
namespace {

Status hand_on(Expansion& expansion, ValueId value) {
  return expansion.give(0, value, std::make_shared<const IdentityOp>());
}

// Where input i points into a sequence of `size`, from the end when negative; `fallback` when it is
// absent. Errors: INDEX.
Result<int64_t> position(Expansion& expansion, int i, int64_t size, int64_t fallback) {
  if (!expansion.has_input(i)) return fallback;
  GOSSAMER_ASSIGN(const int64_t given, expansion.known_number(expansion.input(i)));
  const int64_t length = static_cast<int64_t>(size);
  if (given >= -length && given < length) return given < 0 ? given + length : given;
  return Status(Code::kIndex, Stage::kGraph, "the position lies outside the sequence")
      .got(concat(given))
      .expected(concat(-length, " to ", length - 1));
}

Status require_tensor(const Expansion& expansion, int i) {
  if (expansion.has_input(i) && expansion.value(expansion.input(i)).sequence == nullptr) {
    return Status::ok();
  }
  return shape_error(concat("input ", i, " must be a tensor"));
}

// Elements of one sequence have one type.
Status require_type_of(const Expansion& expansion, const Sequence& sequence, ValueId added) {
  if (sequence.empty()) return Status::ok();
  const DataType type = expansion.value(sequence[0]).type;
  if (expansion.value(added).type == type) return Status::ok();
  return shape_error("the elements of a sequence must have one type")
      .got(data_type_name(expansion.value(added).type))
      .expected(data_type_name(type));
}

Status expand_empty(Expansion& expansion) {
  return expansion.give(0, Sequence());
}

Status expand_construct(Expansion& expansion) {
  Sequence sequence;
  for (int i = 0; i < expansion.input_count(); ++i) {
    GOSSAMER_TRY(require_tensor(expansion, i));
    GOSSAMER_TRY(require_type_of(expansion, sequence, expansion.input(i)));
    sequence.push_back(expansion.input(i));
  }
  return expansion.give(0, std::move(sequence));
}

Status expand_insert(Expansion& expansion) {
  GOSSAMER_ASSIGN(const auto old, expansion.sequence(0));
  GOSSAMER_TRY(require_tensor(expansion, 1));
  GOSSAMER_TRY(require_type_of(expansion, *old, expansion.input(1)));
  const int64_t size = std::ssize(*old);
  int64_t at = size;
  if (expansion.has_input(2)) {
    // The place behind the last element is one, too.
    GOSSAMER_ASSIGN(at, expansion.known_number(expansion.input(2)));
    if (at < -size || at > size) {
      return Status(Code::kIndex, Stage::kGraph, "the position lies outside the sequence")
          .got(concat(at))
          .expected(concat(-size, " to ", size));
    }
    if (at < 0) at += size;
  }
  Sequence sequence = *old;
  sequence.insert(sequence.begin() + static_cast<std::ptrdiff_t>(at), expansion.input(1));
  return expansion.give(0, std::move(sequence));
}

Status expand_erase(Expansion& expansion) {
  GOSSAMER_ASSIGN(const auto old, expansion.sequence(0));
  if (old->empty()) return Status(Code::kIndex, Stage::kGraph, "the sequence is empty");
  GOSSAMER_ASSIGN(const int64_t at, position(expansion, 1, std::ssize(*old), std::ssize(*old) - 1));
  Sequence sequence = *old;
  sequence.erase(sequence.begin() + static_cast<std::ptrdiff_t>(at));
  return expansion.give(0, std::move(sequence));
}

Status expand_at(Expansion& expansion) {
  GOSSAMER_ASSIGN(const auto sequence, expansion.sequence(0));
  if (!expansion.has_input(1)) return shape_error("needs a position");
  GOSSAMER_ASSIGN(const int64_t at, position(expansion, 1, std::ssize(*sequence), 0));
  return hand_on(expansion, (*sequence)[static_cast<size_t>(at)]);
}

Status expand_length(Expansion& expansion) {
  GOSSAMER_ASSIGN(const auto sequence, expansion.sequence(0));
  GOSSAMER_ASSIGN(auto length, make_int64_constant(Shape{}, {std::ssize(*sequence)}));
  return hand_on(expansion, expansion.add_constant("length", std::move(length)));
}

struct Kind {
  std::string_view type;
  int fewest_inputs;
  int most_inputs;
  SequenceOp::Expand expand;
};
constexpr Kind kKinds[] = {
    {"SequenceEmpty", 0, 0, expand_empty},   {"SequenceConstruct", 1, INT32_MAX, expand_construct},
    {"SequenceInsert", 2, 3, expand_insert}, {"SequenceErase", 1, 2, expand_erase},
    {"SequenceAt", 2, 2, expand_at},         {"SequenceLength", 1, 1, expand_length}};

}  // namespace

OpResult make_sequence(AttributeReader& attributes) {
  const Kind& kind = *std::ranges::find(kKinds, attributes.op_type(), &Kind::type);
  attributes.expect_inputs(kind.fewest_inputs, kind.most_inputs);
  attributes.expect_outputs(1);
  // Which type an empty sequence has nobody can tell from its elements, nor needs to.
  if (kind.expand == expand_empty) attributes.get_int("dtype", 1);
  return make_op<SequenceOp>(kind.type, kind.expand);
}

OpResult make_split_to_sequence(AttributeReader& attributes) {
  attributes.expect_inputs(1, 2);
  attributes.expect_outputs(1);
  const int64_t axis = attributes.get_int("axis", 0);
  const bool keep_axis = attributes.get_bool("keepdims", true);
  // Without effect where the extents are given.
  return make_op<SplitToSequenceOp>(axis, keep_axis || attributes.input_count() > 1);
}

OpResult make_concat_from_sequence(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  if (!attributes.has("axis")) attributes.fail("axis", "attribute is missing");
  const int64_t axis = attributes.get_int("axis", 0);
  return make_op<ConcatFromSequenceOp>(axis, attributes.get_bool("new_axis", false));
}

OpResult make_sequence_map(AttributeReader& attributes) {
  attributes.expect_inputs(1, INT32_MAX);
  auto body = attributes.require_graph("body");
  return make_op<SequenceMapOp>(std::move(body), attributes.surroundings());
}

Result<ValueId> stack(Expansion& expansion, const std::vector<ValueId>& values, int64_t axis) {
  const auto unsqueeze = std::make_shared<const UnsqueezeOp>(std::vector<int64_t>{axis});
  std::vector<ValueId> parts;
  for (const ValueId value : values) {
    GOSSAMER_ASSIGN(const ValueId part, expansion.add("Unsqueeze", unsqueeze, {value}));
    parts.push_back(part);
  }
  return expansion.add("Concat", std::make_shared<const ConcatOp>(axis), std::move(parts));
}

Result<std::vector<ValueId>> unstack(Expansion& expansion, ValueId value, int64_t axis,
                                     std::vector<int64_t> extents, bool keep_axis) {
  const size_t count = extents.size();
  if (count == 0) return std::vector<ValueId>();
  const auto split = std::make_shared<const SplitOp>(axis, std::move(extents), false);
  GOSSAMER_ASSIGN(auto pieces, expansion.add("Split", split, {value}, count));
  if (keep_axis) return pieces;
  const auto squeeze = std::make_shared<const SqueezeOp>(std::vector<int64_t>{axis});
  for (ValueId& piece : pieces) {
    GOSSAMER_ASSIGN(piece, expansion.add("Squeeze", squeeze, {piece}));
  }
  return pieces;
}

Result<std::vector<int64_t>> SplitToSequenceOp::extents(Expansion& expansion, int64_t whole) const {
  int64_t each = 1;
  if (expansion.has_input(1)) {
    GOSSAMER_ASSIGN(auto given, expansion.known_list(expansion.input(1)));
    const bool is_list = expansion.value(expansion.input(1)).shape.rank() == 1;
    if (is_list) return given;  // which Split checks
    each = given[0];
  }
  if (each < 1) return attribute_error("split", "pieces need an extent").got(concat(each));
  // Pieces are operands, of which there is a limit.
  GOSSAMER_TRY(expansion.reserve(whole / each));
  std::vector<int64_t> extents(static_cast<size_t>(whole / each), each);
  if (whole % each != 0) extents.push_back(whole % each);
  return extents;
}

Status SplitToSequenceOp::expand(Expansion& expansion) const {
  GOSSAMER_TRY(require_tensor(expansion, 0));
  const Shape& shape = expansion.value(expansion.input(0)).shape;
  GOSSAMER_ASSIGN(const int axis, normalise_axis(axis_, shape.rank()));
  GOSSAMER_ASSIGN(auto pieces, extents(expansion, shape[axis]));
  GOSSAMER_ASSIGN(auto sequence,
                  unstack(expansion, expansion.input(0), axis, std::move(pieces), keep_axis_));
  return expansion.give(0, std::move(sequence));
}

Status ConcatFromSequenceOp::expand(Expansion& expansion) const {
  GOSSAMER_ASSIGN(const auto sequence, expansion.sequence(0));
  if (sequence->empty()) return shape_error("an empty sequence cannot be joined");
  if (new_axis_) {
    GOSSAMER_ASSIGN(const ValueId stacked, stack(expansion, *sequence, axis_));
    return hand_on(expansion, stacked);
  }
  GOSSAMER_ASSIGN(const ValueId joined,
                  expansion.add("Concat", std::make_shared<const ConcatOp>(axis_), *sequence));
  return hand_on(expansion, joined);
}

Status SequenceMapOp::expand(Expansion& expansion) const {
  GOSSAMER_ASSIGN(const auto first, expansion.sequence(0));
  const int inputs = expansion.input_count() - static_cast<int>(surroundings_->names.size());
  std::vector<Sequence> results(static_cast<size_t>(expansion.output_count()));
  for (size_t k = 0; k < first->size(); ++k) {
    std::vector<ValueId> arguments;
    for (int i = 0; i < inputs; ++i) {
      if (!expansion.has_input(i)) return shape_error(concat("input ", i, " is missing"));
      const auto& sequence = expansion.value(expansion.input(i)).sequence;
      if (sequence != nullptr && sequence->size() != first->size()) {
        return shape_error("the sequences have different lengths");
      }
      arguments.push_back(sequence != nullptr ? (*sequence)[k] : expansion.input(i));
    }
    GOSSAMER_ASSIGN(const auto outputs, expansion.add(*body_, *surroundings_, arguments));
    if (outputs.size() != results.size()) return shape_error("the body has other outputs");
    for (size_t i = 0; i < outputs.size(); ++i) results[i].push_back(outputs[i]);
  }
  for (int i = 0; i < expansion.output_count(); ++i) {
    GOSSAMER_TRY(expansion.give(i, std::move(results[static_cast<size_t>(i)])));
  }
  return Status::ok();
}

}  // namespace gossamer
