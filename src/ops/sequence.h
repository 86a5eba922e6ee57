// Sequences of tensors: SequenceEmpty, SequenceConstruct, SequenceInsert, SequenceErase,
// SequenceAt, SequenceLength, SplitToSequence, ConcatFromSequence and SequenceMap. A sequence has
// no memory: it is a list of values, known when shapes are inferred, and these operators are
// replaced by what they hand on, or by a Split or a Concat.
// Source: https://onnx.ai/onnx/operators/onnx__SequenceInsert.html and its neighbours
#ifndef GOSSAMER_OPS_SEQUENCE_H_
#define GOSSAMER_OPS_SEQUENCE_H_

#include "graph/macro.h"
#include "ops/checks.h"

namespace gossamer {

// The operators that need nothing but their inputs.
class SequenceOp final : public MacroOp {
 public:
  using Expand = Status (*)(Expansion& expansion);
  // `type` lives as long as the program.
  SequenceOp(std::string_view type, Expand how) : type_(type), expand_(how) {}
  std::string_view type() const override { return type_; }
  Status expand(Expansion& expansion) const override { return expand_(expansion); }

 private:
  std::string_view type_;
  Expand expand_;
};

// Input 1 is the extent of the pieces, or lists one for each. Without it they have extent 1, and
// lose the axis unless told to keep it.
class SplitToSequenceOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "SplitToSequence";
  SplitToSequenceOp(int64_t axis, bool keep_axis) : axis_(axis), keep_axis_(keep_axis) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  Result<std::vector<int64_t>> extents(Expansion& expansion, int64_t whole) const;
  int64_t axis_;
  bool keep_axis_;
};

// Joins the elements along an axis they have, or along a new one.
class ConcatFromSequenceOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "ConcatFromSequence";
  ConcatFromSequenceOp(int64_t axis, bool new_axis) : axis_(axis), new_axis_(new_axis) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  int64_t axis_;
  bool new_axis_;
};

// Runs its body for each element of input 0. Further inputs that are sequences go along with it,
// tensors are the same each time.
class SequenceMapOp final : public MacroOp {
 public:
  static constexpr std::string_view kType = "SequenceMap";
  SequenceMapOp(std::shared_ptr<const onnx_model::GraphDef> body,
                std::shared_ptr<const Surroundings> surroundings)
      : body_(std::move(body)), surroundings_(std::move(surroundings)) {}
  std::string_view type() const override { return kType; }
  Status expand(Expansion& expansion) const override;

 private:
  std::shared_ptr<const onnx_model::GraphDef> body_;
  std::shared_ptr<const Surroundings> surroundings_;
};

// The values joined along a new axis. Requires at least one. Errors: those of Unsqueeze and Concat.
Result<ValueId> stack(Expansion& expansion, const std::vector<ValueId>& values, int64_t axis);
// The value cut into pieces of these extents along an axis, which they lose if they do not keep it.
Result<std::vector<ValueId>> unstack(Expansion& expansion, ValueId value, int64_t axis,
                                     std::vector<int64_t> extents, bool keep_axis);

OpResult make_sequence(AttributeReader& attributes);  // SequenceOp
OpResult make_split_to_sequence(AttributeReader& attributes);
OpResult make_concat_from_sequence(AttributeReader& attributes);
OpResult make_sequence_map(AttributeReader& attributes);

}  // namespace gossamer

#endif  // GOSSAMER_OPS_SEQUENCE_H_
