// See compose.h.
#include "ops/compose.h"

#include <array>
#include <numeric>

#include "ops/arithmetic.h"
#include "ops/cast.h"
#include "ops/concat.h"
#include "ops/elements.h"
#include "ops/elementwise.h"
#include "ops/gemm.h"
#include "ops/reshape.h"
#include "ops/split.h"
#include "ops/transpose.h"

namespace gossamer::compose {

OpResult make(std::string_view type, CompositeOp::Compose compose) {
  return make_op<CompositeOp>(type, std::move(compose));
}

Result<ValueId> number(Composition& c, DataType type, double value) {
  if (!is_real(type)) {
    return unsupported("element type of an input is not supported")
        .got(data_type_name(type))
        .expected("a floating-point type");
  }
  std::array<std::byte, sizeof value> bytes{};
  put_real({type, {}, bytes.data()}, 0, value);
  GOSSAMER_ASSIGN(auto constant, Constant::copy_of({type, {}, bytes.data()}));
  return c.add_constant(std::move(constant));
}

Result<ValueId> integers(Composition& c, const std::vector<int64_t>& values) {
  GOSSAMER_ASSIGN(auto constant, make_int64_constant({std::ssize(values)}, values));
  return c.add_constant(std::move(constant));
}

ValueId sum(Composition& c, ValueId a, ValueId b) {
  return c.add(std::make_shared<AddOp>(), {a, b});
}
ValueId product(Composition& c, ValueId a, ValueId b) {
  return c.add(std::make_shared<MulOp>(), {a, b});
}
ValueId quotient(Composition& c, ValueId a, ValueId b) {
  return c.add(std::make_shared<DivOp>(), {a, b});
}
ValueId matrix_product(Composition& c, ValueId a, ValueId b) {
  return c.add(std::make_shared<MatMulOp>(), {a, b});
}
ValueId sigmoid(Composition& c, ValueId x) {
  const Activation f{Activation::Kind::kSigmoid, 0, 0};
  return c.add(std::make_shared<ActivationOp>("Sigmoid", f), {x});
}
ValueId cast(Composition& c, ValueId x, DataType to) {
  return c.add(std::make_shared<CastOp>(to), {x});
}
ValueId transpose(Composition& c, ValueId x, std::vector<int> perm) {
  return c.add(std::make_shared<TransposeOp>(std::move(perm)), {x});
}
ValueId join(Composition& c, std::vector<ValueId> parts, int64_t axis) {
  return c.add(std::make_shared<ConcatOp>(axis), std::move(parts));
}

Result<ValueId> scaled(Composition& c, ValueId x, DataType type, double factor) {
  GOSSAMER_ASSIGN(const ValueId constant, number(c, type, factor));
  return product(c, x, constant);
}

Result<ValueId> reshape(Composition& c, ValueId x, const std::vector<int64_t>& extents) {
  GOSSAMER_ASSIGN(const ValueId list, integers(c, extents));
  return c.add(std::make_shared<ReshapeOp>(true), {x, list});
}

std::vector<ValueId> split(Composition& c, ValueId x, int64_t axis, std::vector<int64_t> extents) {
  const size_t count = extents.size();
  return c.add(std::make_shared<SplitOp>(axis, std::move(extents), false), {x}, count);
}

ValueId to_channels_first(Composition& c, ValueId x, int rank) {
  std::vector<int> perm(static_cast<size_t>(rank));
  std::iota(perm.begin(), perm.end(), -1);
  perm[0] = 0;
  perm[1] = rank - 1;
  return transpose(c, x, std::move(perm));
}

ValueId to_channels_last(Composition& c, ValueId x, int rank) {
  std::vector<int> perm(static_cast<size_t>(rank));
  std::iota(perm.begin(), perm.end(), 1);
  perm.front() = 0;
  perm.back() = 1;
  return transpose(c, x, std::move(perm));
}

}  // namespace gossamer::compose
