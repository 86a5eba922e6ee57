// See taper.h.
#include "ops/taper.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/text.h"
#include "kernels/elementwise/angle.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

struct Entry {
  std::string_view type;
  std::array<double, 3> factors;
};
constexpr Entry kEntries[] = {{"BlackmanWindow", {0.42, 0.5, 0.08}},
                              {"HammingWindow", {25.0 / 46, 21.0 / 46, 0}},
                              {"HannWindow", {0.5, 0.5, 0}}};

}  // namespace

OpResult make_taper(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const Entry& entry = *std::ranges::find(kEntries, attributes.op_type(), &Entry::type);
  const auto to = static_cast<DataType>(
      attributes.get_int("output_datatype", static_cast<int64_t>(DataType::kFloat32), 1,
                         static_cast<int64_t>(DataType::kInt4)));
  return make_op<TaperOp>(entry.type, entry.factors, to, attributes.get_bool("periodic", true));
}

Status TaperOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_ASSIGN(const std::vector<int64_t> size, context.ints(0));
  if (size.size() != 1 || size[0] < 0) {
    return shape_error("the size must be a single number, not below 0")
        .got(size.empty() ? "none" : concat(size[0]));
  }
  if (!is_real(to_) && !is_integer(to_)) {
    return unsupported("element type of the output is not supported").got(data_type_name(to_));
  }
  return set_output(context, 0, to_, {size[0]});
}

Status TaperOp::evaluate(const EvaluateArgs& args) const {
  const MutableTensorView& y = args.outputs[0];
  const int64_t count = y.elements();
  const auto period = static_cast<double>(std::max<int64_t>(1, periodic_ ? count : count - 1));
  for (int64_t i = 0; i < count; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / period;
    put_number(y, i, factors_[0] - factors_[1] * cosine(angle) + factors_[2] * cosine(2 * angle));
  }
  return Status::ok();
}

}  // namespace gossamer
