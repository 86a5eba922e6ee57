// See composite.h.
#include "ops/composite.h"

#include "base/text.h"
#include "ops/identity.h"

namespace gossamer {
namespace {

OpContext operands_of(const Expansion& expansion) {
  std::vector<OpContext::Operand> operands(static_cast<size_t>(expansion.input_count()));
  for (int i = 0; i < expansion.input_count(); ++i) {
    if (!expansion.has_input(i)) continue;
    const Value& value = expansion.value(expansion.input(i));
    operands[static_cast<size_t>(i)] = {value.type, value.shape, value.constant, false};
  }
  return {std::move(operands), static_cast<size_t>(expansion.output_count())};
}

}  // namespace

Composition::Composition(Expansion& expansion)
    : expansion_(expansion),
      operands_(operands_of(expansion)),
      set_(static_cast<size_t>(expansion.output_count()), false) {}

std::vector<ValueId> Composition::add(std::shared_ptr<const Op> op, std::vector<ValueId> inputs,
                                      size_t output_count) {
  if (error_.is_ok()) {
    const std::string_view name = op->type();
    auto outputs = expansion_.add(name, std::move(op), std::move(inputs), output_count);
    if (outputs.is_ok()) return *std::move(outputs);
    error_ = std::move(outputs).status();
  }
  return std::vector<ValueId>(output_count, kNone);
}

ValueId Composition::add_constant(std::shared_ptr<const Constant> constant) {
  return expansion_.add_constant("constant", std::move(constant));
}

void Composition::set_output(int i, ValueId value) {
  if (!error_.is_ok() || !wants_output(i)) return;
  set_[static_cast<size_t>(i)] = true;
  error_ = expansion_.give(i, value, std::make_shared<IdentityOp>());
}

Status Composition::finish() {
  for (int i = 0; i < expansion_.output_count() && error_.is_ok(); ++i) {
    if (!wants_output(i) || set_[static_cast<size_t>(i)]) continue;
    error_ = Status(Code::kUnsupported, Stage::kGraph, concat("output ", i, " is not supported"));
  }
  return std::move(error_);
}

Status CompositeOp::expand(Expansion& expansion) const {
  Composition composition(expansion);
  GOSSAMER_TRY(compose_(composition));
  return composition.finish();
}

}  // namespace gossamer
