// See fused.h.
#include "ops/fused.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "ops/compose.h"
#include "ops/conv.h"
#include "ops/elementwise.h"
#include "ops/gemm.h"
#include "ops/slice.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

using onnx_model::Attribute;

// The activations that a fused node may name, and their attributes in the order of its parameters.
struct NamedActivation {
  std::string_view type;
  MakeOp make;
  std::string_view parameters[2] = {};
};
constexpr NamedActivation kActivations[] = {
    {"Clip", make_clip, {"min", "max"}},
    {"Elu", make_function, {"alpha"}},
    {"HardSigmoid", make_hard_sigmoid, {"alpha", "beta"}},
    {"HardSwish", make_hard_swish},
    {"LeakyRelu", make_function, {"alpha"}},
    {"Relu", make_relu},
    {"Sigmoid", make_sigmoid},
    {"Softplus", make_function},
    {"Softsign", make_function},
    {"Tanh", make_function},
    {"ThresholdedRelu", make_function, {"alpha"}},
};
constexpr int kActivationOpset = 6;  // Clip's bounds are attributes there

// The operator, with its first parameters; NaN for one that is not stated. Null when there is no
// activation. Errors: ATTRIBUTE.
OpResult make_activation(const std::string& name, const std::vector<float>& parameters) {
  if (name.empty()) return std::shared_ptr<const Op>();
  const auto* entry = std::ranges::find(kActivations, name, &NamedActivation::type);
  if (entry == std::end(kActivations)) {
    return attribute_error("activation", "attribute has an unknown value").got(name);
  }
  onnx_model::NodeDef def;
  def.op_type = name;
  def.inputs = {"x"};
  def.outputs = {"y"};
  for (size_t i = 0; i < std::size(entry->parameters) && i < parameters.size(); ++i) {
    if (entry->parameters[i].empty()) break;
    if (std::isnan(parameters[i])) continue;
    Attribute attribute;
    attribute.name = entry->parameters[i];
    attribute.kind = Attribute::Kind::kFloat;
    attribute.f = parameters[i];
    def.attributes.push_back(std::move(attribute));
  }
  StringTable no_strings;
  AttributeReader reader(def, kActivationOpset, no_strings);
  return entry->make(reader);
}

ValueId activated(Composition& c, const std::shared_ptr<const Op>& activation, ValueId x) {
  return activation == nullptr ? x : c.add(activation, {x});
}

// Which axes of one operand of FusedMatMul move.
struct Moves {
  bool last_two = false;
  bool first_behind_batch = false;
};
ValueId moved(Composition& c, int i, const Moves& moves) {
  const int rank = c.operands().shape(i).rank();
  if (rank < 2 || !(moves.last_two || moves.first_behind_batch)) return c.input(i);
  std::vector<int> perm(static_cast<size_t>(rank));
  std::iota(perm.begin(), perm.end(), 0);
  if (moves.first_behind_batch) std::rotate(perm.begin(), perm.begin() + 1, perm.end() - 1);
  if (moves.last_two) std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return compose::transpose(c, c.input(i), std::move(perm));
}

Status require_image(const Composition& c) {
  GOSSAMER_TRY(require_inputs(c.operands(), 1));
  return require_rank(c.operands(), 0, 4, 4);
}

}  // namespace

OpResult make_fused_conv(AttributeReader& attributes) {
  attributes.expect_inputs(2, 4);
  attributes.expect_outputs(1);
  WindowAttributes window = read_window(attributes);
  const int64_t group = attributes.get_int("group", 1, 1, INT32_MAX);
  const auto conv = std::make_shared<const ConvOp>(std::move(window), group);
  GOSSAMER_ASSIGN(
      const auto activation,
      make_activation(attributes.get_string("activation", ""),
                      attributes.get_floats("activation_params").value_or(std::vector<float>())));
  return compose::make("FusedConv", [conv, activation](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 2));
    const ValueId y = c.add(conv, {c.input(0), c.input(1), c.input(2)});
    c.set_output(0, activated(c, activation, c.has(3) ? compose::sum(c, y, c.input(3)) : y));
    return Status::ok();
  });
}

OpResult make_fused_gemm(AttributeReader& attributes) {
  const std::string name = attributes.get_string("activation", "");
  std::vector<float> parameters;
  for (const char* parameter : {"activation_alpha", "activation_beta", "activation_gamma"}) {
    parameters.push_back(attributes.get_float(parameter, NAN));
  }
  GOSSAMER_ASSIGN(const auto activation, make_activation(name, parameters));
  GOSSAMER_ASSIGN(const auto gemm, make_gemm(attributes));
  return compose::make("FusedGemm", [gemm, activation](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 2));
    const ValueId y = c.add(gemm, {c.input(0), c.input(1), c.input(2)});
    c.set_output(0, activated(c, activation, y));
    return Status::ok();
  });
}

OpResult make_fused_matmul(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  const auto alpha = static_cast<double>(attributes.get_float("alpha", 1));
  const auto flag = [&](std::string_view name) { return attributes.get_int(name, 0) != 0; };
  const bool fused = attributes.op_type() == "FusedMatMul";
  const Moves a{flag("transA"), fused && flag("transBatchA")};
  const Moves b{flag("transB"), fused && flag("transBatchB")};
  return compose::make(fused ? "FusedMatMul" : "TransposeMatMul", [=](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 2));
    const ValueId left = moved(c, 0, a);
    ValueId right = moved(c, 1, b);
    // On the side that may be known before the network runs.
    const bool early = alpha != 1 && c.operands().constant(1) != nullptr;
    const DataType type = c.operands().type(0);
    if (early) {
      GOSSAMER_ASSIGN(right, compose::scaled(c, right, type, alpha));
    }
    ValueId y = compose::matrix_product(c, left, right);
    if (!early && alpha != 1) {
      GOSSAMER_ASSIGN(y, compose::scaled(c, y, type, alpha));
    }
    c.set_output(0, y);
    return Status::ok();
  });
}

OpResult make_bias_gelu(AttributeReader& attributes) {
  const bool exact = attributes.op_type() == "BiasGelu";
  attributes.expect_inputs(exact ? 2 : 1, 2);
  attributes.expect_outputs(1);
  return compose::make(exact ? "BiasGelu" : "FastGelu", [exact](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), exact ? 2 : 1));
    const ValueId x = c.has(1) ? compose::sum(c, c.input(0), c.input(1)) : c.input(0);
    const FunctionOfOne gelu{exact ? Function::kGelu : Function::kGeluTanh, 0, 0};
    c.set_output(0, c.add(std::make_shared<FunctionOp>("Gelu", gelu), {x}));
    return Status::ok();
  });
}

OpResult make_swish(AttributeReader& attributes) {
  const bool quick = attributes.op_type() == "QuickGelu";
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const auto alpha = static_cast<double>(attributes.get_float("alpha", quick ? 1.702f : 1));
  return compose::make(quick ? "QuickGelu" : "Swish", [alpha](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 1));
    ValueId x = c.input(0);
    if (alpha != 1) {
      GOSSAMER_ASSIGN(x, compose::scaled(c, x, c.operands().type(0), alpha));
    }
    c.set_output(0, compose::product(c, c.input(0), compose::sigmoid(c, x)));
    return Status::ok();
  });
}

OpResult make_image_scaler(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const auto scale = static_cast<double>(attributes.get_float("scale", 1));
  const std::vector<float> bias = attributes.get_floats("bias").value_or(std::vector<float>());
  return compose::make("ImageScaler", [scale, bias](Composition& c) -> Status {
    GOSSAMER_TRY(require_image(c));
    GOSSAMER_TRY(require_floats(c.operands()));
    const int64_t channels = c.operands().shape(0)[1];
    if (std::ssize(bias) != channels) {
      return attribute_error("bias", "attribute must have a value for each channel")
          .got(concat(bias.size()))
          .expected(concat(channels));
    }
    GOSSAMER_ASSIGN(const ValueId y, compose::scaled(c, c.input(0), DataType::kFloat32, scale));
    GOSSAMER_ASSIGN(auto shift,
                    Constant::copy_of({DataType::kFloat32, {channels, 1, 1}, bias.data()}));
    c.set_output(0, compose::sum(c, y, c.add_constant(std::move(shift))));
    return Status::ok();
  });
}

OpResult make_affine(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const bool affine = attributes.op_type() == "Affine";
  const auto alpha = static_cast<double>(attributes.get_float(affine ? "alpha" : "scale", 1));
  const double beta = affine ? static_cast<double>(attributes.get_float("beta", 0)) : 0;
  return compose::make(affine ? "Affine" : "Scale", [=](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 1));
    const DataType type = c.operands().type(0);
    GOSSAMER_ASSIGN(ValueId y, compose::scaled(c, c.input(0), type, alpha));
    if (beta != 0) {
      GOSSAMER_ASSIGN(const ValueId shift, compose::number(c, type, beta));
      y = compose::sum(c, y, shift);
    }
    c.set_output(0, y);
    return Status::ok();
  });
}

OpResult make_scaled_function(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const bool tanh = attributes.op_type() == "ScaledTanh";
  const auto alpha = static_cast<double>(attributes.get_float("alpha", 1));
  const auto beta = static_cast<double>(attributes.get_float("beta", 1));
  const auto function = std::make_shared<const FunctionOp>(
      tanh ? "Tanh" : "Softplus",
      FunctionOfOne{tanh ? Function::kTanh : Function::kSoftplus, 0, 0});
  return compose::make(tanh ? "ScaledTanh" : "ParametricSoftplus", [=](Composition& c) -> Status {
    GOSSAMER_TRY(require_inputs(c.operands(), 1));
    const DataType type = c.operands().type(0);
    GOSSAMER_ASSIGN(const ValueId x, compose::scaled(c, c.input(0), type, beta));
    GOSSAMER_ASSIGN(const ValueId y, compose::scaled(c, c.add(function, {x}), type, alpha));
    c.set_output(0, y);
    return Status::ok();
  });
}

OpResult make_crop(AttributeReader& attributes) {
  attributes.expect_inputs(1, 1);
  attributes.expect_outputs(1);
  const auto border = attributes.get_ints("border").value_or(std::vector<int64_t>());
  const auto scale = attributes.get_ints("scale").value_or(std::vector<int64_t>());
  const auto is_width = [](int64_t width) { return width >= 0 && width <= kMaxPixelExtent; };
  if (border.size() != 4 || !std::ranges::all_of(border, is_width)) {
    attributes.fail("border", "attribute must be four widths");
  }
  if (!scale.empty() && scale.size() != 2)
    attributes.fail("scale", "attribute must be two extents");
  return compose::make("Crop", [border, scale](Composition& c) -> Status {
    GOSSAMER_TRY(require_image(c));
    const Shape& x = c.operands().shape(0);
    SliceOp::Bounds bounds;
    bounds.starts = bounds.ends = bounds.axes = {{}, 2, true};
    for (size_t i = 0; i < 2; ++i) {
      const size_t begin = 1 - i;  // the border has left and right first
      const int64_t extent = x[static_cast<int>(i) + 2];
      int64_t rest = extent - border[begin] - border[begin + 2];
      if (!scale.empty()) rest = std::min(scale[i], extent - border[begin]);
      if (rest <= 0 || border[begin] >= extent) {
        return attribute_error("border", "nothing is left of the image").got(x.to_string());
      }
      bounds.axes[i] = static_cast<int64_t>(i) + 2;
      bounds.starts[i] = border[begin];
      bounds.ends[i] = border[begin] + rest;
    }
    c.set_output(0, c.add(std::make_shared<SliceOp>(bounds), {c.input(0)}));
    return Status::ok();
  });
}

}  // namespace gossamer
