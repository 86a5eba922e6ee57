// See branch.h.
#include "ops/branch.h"

#include "base/text.h"
#include "ops/identity.h"

namespace gossamer {

OpResult make_if(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  auto then_branch = attributes.require_graph("then_branch");
  auto else_branch = attributes.require_graph("else_branch");
  return make_op<IfOp>(std::move(then_branch), std::move(else_branch), attributes.surroundings());
}

Status IfOp::expand(Expansion& expansion) const {
  if (!expansion.has_input(0)) return attribute_error("", "needs a condition");
  GOSSAMER_ASSIGN(const bool condition, expansion.known_condition(expansion.input(0)));
  const auto& taken = condition ? *then_branch_ : *else_branch_;
  GOSSAMER_ASSIGN(const auto results, expansion.add(taken, *surroundings_, {}));
  if (static_cast<int>(results.size()) != expansion.output_count()) {
    return Status(Code::kGraph, Stage::kGraph, "a branch has another number of outputs")
        .got(concat(results.size()))
        .expected(concat(expansion.output_count()));
  }
  for (int i = 0; i < expansion.output_count(); ++i) {
    GOSSAMER_TRY(
        expansion.give(i, results[static_cast<size_t>(i)], std::make_shared<const IdentityOp>()));
  }
  return Status::ok();
}

}  // namespace gossamer
