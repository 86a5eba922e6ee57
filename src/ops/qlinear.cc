// See qlinear.h.
#include "ops/qlinear.h"

#include "ops/arithmetic.h"
#include "ops/compose.h"
#include "ops/concat.h"
#include "ops/elementwise.h"
#include "ops/logic.h"
#include "ops/pool.h"
#include "ops/quantize.h"
#include "ops/quantized_product.h"
#include "ops/softmax.h"
#include "ops/unary.h"

namespace gossamer {
namespace {

using compose::product;
using compose::quotient;
using compose::sum;

// Where a scale and, after it, a zero point lie among the inputs.
struct Scale {
  int scale;
  int zero() const { return scale + 1; }
};

enum class Rounding { kBeforeZeroPoint, kAfterZeroPoint };

// Input `x` as real numbers.
ValueId dequantised(Composition& c, int x, Scale s) {
  const QuantizeOp::Attributes attributes{.dequantizes = true};
  return c.add(std::make_shared<QuantizeOp>(attributes),
               {c.input(x), c.input(s.scale), c.input(s.zero())});
}

// Lets output 0 be `y`, quantised to the type of input 0 or of the zero point.
void set_quantised(Composition& c, ValueId y, ValueId scale, int zero, DataType type,
                   Rounding rounding = Rounding::kBeforeZeroPoint) {
  QuantizeOp::Attributes attributes;
  if (!c.has(zero)) attributes.output_type = type;
  attributes.rounds_last = rounding == Rounding::kAfterZeroPoint;
  c.set_output(0, c.add(std::make_shared<QuantizeOp>(attributes), {y, scale, c.input(zero)}));
}

// The same for sums of integers, of which each is worth `ratio`.
Status set_requantised(Composition& c, ValueId sums, ValueId ratio, int zero, DataType type) {
  GOSSAMER_ASSIGN(const ValueId one, compose::number(c, DataType::kFloat32, 1));
  set_quantised(c, product(c, sums, ratio), one, zero, type);
  return Status::ok();
}

// Every operand that is not optional is there.
Status require(const Composition& c, std::initializer_list<int> inputs) {
  for (int i : inputs) {
    if (!c.has(i)) return require_inputs(c.operands(), i + 1);
  }
  return Status::ok();
}

// A * B as real numbers: int32 sums times the scales.
struct IntegerProduct {
  ValueId a, a_zero, a_scale;
  ValueId b, b_zero, b_scale;
};
ValueId real_product(Composition& c, const IntegerProduct& p) {
  const ValueId sums =
      c.add(std::make_shared<QuantizedMatMulOp>(false), {p.a, p.b, p.a_zero, p.b_zero});
  return product(c, compose::cast(c, sums, DataType::kFloat32), product(c, p.a_scale, p.b_scale));
}

void set_biased(Composition& c, ValueId y, int bias) {
  c.set_output(0, c.has(bias) ? sum(c, y, c.input(bias)) : y);
}

std::shared_ptr<const Op> function(std::string_view type, Function kind, double parameter = 0) {
  return std::make_shared<FunctionOp>(type, FunctionOfOne{kind, parameter, 0});
}

// `pool` of the dequantised input 0, transposed around it when channels are last.
Result<ValueId> pooled(Composition& c, const std::shared_ptr<const PoolOp>& pool, ValueId x,
                       bool channels_last) {
  GOSSAMER_TRY(require_rank(c.operands(), 0, 3, Shape::kMaxRank));
  const int rank = c.operands().shape(0).rank();
  if (!channels_last) return c.add(pool, {x});
  const ValueId y = c.add(pool, {compose::to_channels_first(c, x, rank)});
  return compose::to_channels_last(c, y, rank);
}

}  // namespace

OpResult make_qlinear_binary(AttributeReader& attributes) {
  attributes.expect_inputs(7, 8);
  attributes.expect_outputs(1);
  const bool adds = attributes.op_type() == "QLinearAdd";
  return compose::make(adds ? "QLinearAdd" : "QLinearMul", [adds](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 3, 4, 6}));
    const ValueId a = dequantised(c, 0, {1}), b = dequantised(c, 3, {4});
    set_quantised(c, adds ? sum(c, a, b) : product(c, a, b), c.input(6), 7, c.operands().type(0),
                  Rounding::kAfterZeroPoint);
    return Status::ok();
  });
}

OpResult make_qlinear_concat(AttributeReader& attributes) {
  attributes.expect_inputs(5, INT32_MAX);
  attributes.expect_outputs(1);
  if (attributes.input_count() % 3 != 2) attributes.fail("axis", "inputs are not in threes");
  if (!attributes.has("axis")) attributes.fail("axis", "attribute is missing");
  const int64_t axis = attributes.get_int("axis", 0);
  return compose::make("QLinearConcat", [axis](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 2, 3}));
    std::vector<ValueId> parts;
    for (int i = 2; i + 1 < c.input_count(); i += 3) {
      GOSSAMER_TRY(require(c, {i, i + 1}));
      parts.push_back(dequantised(c, i, {i + 1}));
    }
    set_quantised(c, compose::join(c, std::move(parts), axis), c.input(0), 1, c.operands().type(2));
    return Status::ok();
  });
}

OpResult make_qlinear_where(AttributeReader& attributes) {
  attributes.expect_inputs(8, 9);
  attributes.expect_outputs(1);
  return compose::make("QLinearWhere", [](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 2, 4, 5, 7}));
    const ValueId a = dequantised(c, 1, {2}), b = dequantised(c, 4, {5});
    set_quantised(c, c.add(std::make_shared<WhereOp>(), {c.input(0), a, b}), c.input(7), 8,
                  c.operands().type(1));
    return Status::ok();
  });
}

OpResult make_qlinear_unary(AttributeReader& attributes) {
  attributes.expect_inputs(4, 5);
  attributes.expect_outputs(1);
  const bool leaky = attributes.op_type() == "QLinearLeakyRelu";
  std::shared_ptr<const Op> op;
  if (leaky) {
    const auto alpha = static_cast<double>(attributes.get_float("alpha", 0.01f));
    op = function("LeakyRelu", Function::kLeakyRelu, alpha);
  } else {
    const Activation sigmoid{Activation::Kind::kSigmoid, 0, 0};
    op = std::make_shared<ActivationOp>("Sigmoid", sigmoid);
  }
  return compose::make(
      leaky ? "QLinearLeakyRelu" : "QLinearSigmoid", [op](Composition& c) -> Status {
        GOSSAMER_TRY(require(c, {0, 1, 3}));
        set_quantised(c, c.add(op, {dequantised(c, 0, {1})}), c.input(3), 4, c.operands().type(0));
        return Status::ok();
      });
}

OpResult make_qlinear_softmax(AttributeReader& attributes) {
  attributes.expect_inputs(4, 5);
  attributes.expect_outputs(1);
  const bool flattens = attributes.get_int("opset", 13) < 13;
  const auto op =
      std::make_shared<const SoftmaxOp>(attributes.get_int("axis", flattens ? 1 : -1), flattens);
  return compose::make("QLinearSoftmax", [op](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 3}));
    const ValueId y = c.add(op, {dequantised(c, 0, {1})});
    // The inverse of the scale as a whole number: of 1/255 it is 254 in float32, and so it is used.
    const ValueId inverse = c.add(function("Reciprocal", Function::kReciprocal), {c.input(3)});
    const ValueId whole = c.add(function("Floor", Function::kFloor), {inverse});
    return set_requantised(c, y, whole, 4, c.operands().type(0));
  });
}

OpResult make_qlinear_average_pool(AttributeReader& attributes) {
  attributes.expect_inputs(4, 5);
  attributes.expect_outputs(1);
  const bool last = attributes.get_bool("channels_last", false);
  const auto pool = std::make_shared<const PoolOp>(read_average_pool(attributes));
  return compose::make("QLinearAveragePool", [pool, last](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 3}));
    GOSSAMER_ASSIGN(const ValueId y, pooled(c, pool, dequantised(c, 0, {1}), last));
    set_quantised(c, y, c.input(3), 4, c.operands().type(0), Rounding::kAfterZeroPoint);
    return Status::ok();
  });
}

OpResult make_qlinear_global_average_pool(AttributeReader& attributes) {
  attributes.expect_inputs(4, 5);
  attributes.expect_outputs(1);
  const bool last = attributes.get_bool("channels_last", false);
  const auto pool = std::make_shared<const PoolOp>(
      PoolOp::Attributes{.kind = PoolOp::Kind::kAverage, .global = true});
  return compose::make("QLinearGlobalAveragePool", [pool, last](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 3}));
    // The mean of the integers, which is exact where that of the scaled ones may not be.
    GOSSAMER_ASSIGN(const ValueId one, compose::number(c, DataType::kFloat32, 1));
    const QuantizeOp::Attributes plain{.dequantizes = true};
    const ValueId x = c.add(std::make_shared<QuantizeOp>(plain), {c.input(0), one, c.input(2)});
    GOSSAMER_ASSIGN(const ValueId mean, pooled(c, pool, x, last));
    return set_requantised(c, mean, quotient(c, c.input(1), c.input(3)), 4, c.operands().type(0));
  });
}

OpResult make_qgemm(AttributeReader& attributes) {
  attributes.expect_inputs(6, 9);
  attributes.expect_outputs(1);
  const bool transposes_a = attributes.get_int("transA", 0) != 0;
  const bool transposes_b = attributes.get_int("transB", 0) != 0;
  const auto alpha = static_cast<double>(attributes.get_float("alpha", 1));
  return compose::make("QGemm", [=](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 3, 4}));
    for (int i : {0, 3}) GOSSAMER_TRY(require_rank(c.operands(), i, 2, 2));
    const auto matrix = [&](int i, bool transposes) {
      return transposes ? compose::transpose(c, c.input(i), {1, 0}) : c.input(i);
    };
    ValueId sums =
        c.add(std::make_shared<QuantizedMatMulOp>(false),
              {matrix(0, transposes_a), matrix(3, transposes_b), c.input(2), c.input(5)});
    if (c.has(6)) sums = sum(c, sums, c.input(6));
    const ValueId real = compose::cast(c, sums, DataType::kFloat32);
    GOSSAMER_ASSIGN(const ValueId scale, compose::scaled(c, product(c, c.input(1), c.input(4)),
                                                         DataType::kFloat32, alpha));
    if (c.has(7)) {
      return set_requantised(c, real, quotient(c, scale, c.input(7)), 8, c.operands().type(0));
    }
    c.set_output(0, product(c, real, scale));
    return Status::ok();
  });
}

OpResult make_matmul_integer_to_float(AttributeReader& attributes) {
  attributes.expect_inputs(4, 7);
  attributes.expect_outputs(1);
  return compose::make("MatMulIntegerToFloat", [](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 2, 3}));
    const ValueId y = real_product(c, {c.input(0), c.input(4), c.input(2),  //
                                       c.input(1), c.input(5), c.input(3)});
    set_biased(c, y, 6);
    return Status::ok();
  });
}

OpResult make_dynamic_quantize_matmul(AttributeReader& attributes) {
  attributes.expect_inputs(3, 5);
  attributes.expect_outputs(1);
  return compose::make("DynamicQuantizeMatMul", [](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0, 1, 2}));
    const auto a = c.add(std::make_shared<DynamicQuantizeOp>(), {c.input(0)}, 3);
    const ValueId y = real_product(c, {a[0], a[2], a[1],  //
                                       c.input(1), c.input(3), c.input(2)});
    set_biased(c, y, 4);
    return Status::ok();
  });
}

OpResult make_channels_last_qlinear_conv(AttributeReader& attributes) {
  const bool last = attributes.get_bool("channels_last", false);
  GOSSAMER_ASSIGN(const auto conv, make_qlinear_conv(attributes));
  if (!last) return conv;
  return compose::make("QLinearConv", [conv](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0}));
    GOSSAMER_TRY(require_rank(c.operands(), 0, 3, Shape::kMaxRank));
    const int rank = c.operands().shape(0).rank();
    std::vector<ValueId> inputs = {compose::to_channels_first(c, c.input(0), rank)};
    for (int i = 1; i < c.input_count(); ++i) inputs.push_back(c.input(i));
    c.set_output(0, compose::to_channels_last(c, c.add(conv, std::move(inputs)), rank));
    return Status::ok();
  });
}

OpResult make_channels_last_max_pool(AttributeReader& attributes) {
  GOSSAMER_ASSIGN(const auto op, make_max_pool(attributes));
  const auto pool = std::static_pointer_cast<const PoolOp>(op);
  return compose::make("NhwcMaxPool", [pool](Composition& c) -> Status {
    GOSSAMER_TRY(require(c, {0}));
    GOSSAMER_ASSIGN(const ValueId y, pooled(c, pool, c.input(0), true));
    c.set_output(0, y);
    return Status::ok();
  });
}

}  // namespace gossamer
