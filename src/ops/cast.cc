// See cast.h.
#include "ops/cast.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "base/text.h"

namespace gossamer {
namespace {

// Stored as a byte, of which every value but 0 reads as true.
struct Bool {
  uint8_t value;
};

template <typename To, typename From>
To convert(From from) {
  if constexpr (std::is_same_v<From, Bool>) {
    return convert<To>(static_cast<uint8_t>(from.value != 0));
  } else if constexpr (std::is_same_v<To, Bool>) {
    return Bool{static_cast<uint8_t>(from != From{0})};
  } else if constexpr (std::is_floating_point_v<To> ||
                       std::is_same_v<From, To>) {  // NOLINT(bugprone-branch-clone)
    return static_cast<To>(from);
  } else if constexpr (std::is_floating_point_v<From>) {
    if (std::isnan(from)) return 0;
    // The bounds as powers of two, which floating point holds exactly.
    const From above = std::ldexp(From{1}, std::numeric_limits<To>::digits);
    if (from >= above) return std::numeric_limits<To>::max();
    if (from <= (std::is_signed_v<To> ? -above : From{0})) return std::numeric_limits<To>::lowest();
    return static_cast<To>(from);
  } else {
    return static_cast<To>(from);  // integers keep their low bits
  }
}

// Calls f with a value of the C++ type of `type`; false when there is none.
template <typename F>
bool with_type(DataType type, F&& f) {
  switch (type) {
    case DataType::kFloat32:
      f(float{});
      return true;
    case DataType::kFloat64:
      f(double{});
      return true;
    case DataType::kBool:
      f(Bool{});
      return true;
    case DataType::kInt8:
      f(int8_t{});
      return true;
    case DataType::kUint8:
      f(uint8_t{});
      return true;
    case DataType::kInt32:
      f(int32_t{});
      return true;
    case DataType::kInt64:
      f(int64_t{});
      return true;
    default:
      return false;
  }
}

Status check_type(DataType type, std::string_view what) {
  if (with_type(type, [](auto) {})) return Status::ok();
  return unsupported(concat(what, " is not supported"))
      .got(data_type_name(type))
      .expected("float32, float64, bool, int8, uint8, int32 or int64");
}

}  // namespace

OpResult make_cast(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  attributes.get_int("saturate", 1);  // concerns 8-bit floats only
  if (!attributes.has("to")) attributes.fail("to", "attribute is missing");
  const int64_t to = attributes.get_int("to", 1);
  if (to < 1 || to > static_cast<int64_t>(DataType::kUint64)) {
    return unsupported("element type to cast to is not supported").attribute("to").got(concat(to));
  }
  return make_op<CastOp>(static_cast<DataType>(to));
}

Status CastOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 1));
  GOSSAMER_TRY(check_type(context.type(0), "element type of input 0"));
  GOSSAMER_TRY(check_type(to_, "element type to cast to"));
  return set_output(context, 0, to_, context.shape(0));
}

Status CastOp::evaluate(const EvaluateArgs& args) const {
  const int64_t count = args.outputs[0].elements();
  with_type(args.inputs[0].type, [&](auto from) {
    with_type(to_, [&](auto to) {
      const auto* x = args.inputs[0].as<decltype(from)>();
      auto* y = args.outputs[0].as<decltype(to)>();
      for (int64_t i = 0; i < count; ++i) y[i] = convert<decltype(to)>(x[i]);
    });
  });
  return Status::ok();
}

}  // namespace gossamer
