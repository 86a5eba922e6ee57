// See gemm.h.
#include "ops/gemm.h"

#include "base/text.h"
#include "ops/broadcast.h"
#include "ops/elements.h"

namespace gossamer {
namespace {

// A row or column of a matrix.
struct Vector {
  const TensorView& view;
  int64_t first;
  int64_t step;
};

// Elements of a product, in double or, wrapping around, in int64.
double real_dot(const Vector& a, const Vector& b, int64_t k) {
  double sum = 0;
  for (int64_t i = 0; i < k; ++i) {
    sum += real_at(a.view, a.first + i * a.step) * real_at(b.view, b.first + i * b.step);
  }
  return sum;
}
int64_t int_dot(const Vector& a, const Vector& b, int64_t k) {
  uint64_t sum = 0;
  for (int64_t i = 0; i < k; ++i) {
    sum += static_cast<uint64_t>(int_at(a.view, a.first + i * a.step)) *
           static_cast<uint64_t>(int_at(b.view, b.first + i * b.step));
  }
  return static_cast<int64_t>(sum);
}

// The types of both operands, and of what is added to their product.
Status check_types(const OpContext& context) {
  const DataType type = context.type(0);
  const bool wide = data_type_size(type) >= 4 && is_integer(type);
  if (!wide) GOSSAMER_TRY(require_real(context, 0));
  for (int i = 1; i < context.input_count(); ++i) {
    if (context.has_input(i)) GOSSAMER_TRY(require_same_type(context, 0, i));
  }
  return Status::ok();
}

// alpha * value where alpha may be a fraction, which no exporter writes for integers; beyond the
// range of double's exact integers it is the nearest one.
int64_t scaled(float alpha, int64_t value) {
  if (alpha == 1) return value;
  const double product = static_cast<double>(alpha) * static_cast<double>(value);
  constexpr double kLimit = 9.2e18;
  return product >= -kLimit && product <= kLimit ? static_cast<int64_t>(product) : 0;
}

}  // namespace

OpResult make_gemm(AttributeReader& attributes) {
  attributes.expect_inputs(2, 3);
  attributes.expect_outputs(1);
  GemmOp::Attributes gemm;
  gemm.alpha = attributes.get_float("alpha", 1);
  gemm.beta = attributes.get_float("beta", 1);
  gemm.transpose_a = attributes.get_int("transA", 0) != 0;
  gemm.transpose_b = attributes.get_int("transB", 0) != 0;
  if (attributes.opset() < 7) attributes.get_int("broadcast", 0);  // what fits is broadcast
  return make_op<GemmOp>(gemm);
}

OpResult make_matmul(AttributeReader& attributes) {
  attributes.expect_inputs(2, 2);
  attributes.expect_outputs(1);
  return make_op<MatMulOp>();
}

std::shared_ptr<const Op> GemmOp::with_activation(const Activation& activation) const {
  if (activation_.kind != Activation::Kind::kNone) return nullptr;
  return std::make_shared<GemmOp>(attributes_, activation);
}

std::shared_ptr<const Op> MatMulOp::with_activation(const Activation& activation) const {
  if (activation_.kind != Activation::Kind::kNone) return nullptr;
  return std::make_shared<MatMulOp>(activation);
}

Status GemmOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(check_types(context));
  GOSSAMER_TRY(require_rank(context, 0, 2, 2));
  GOSSAMER_TRY(require_rank(context, 1, 2, 2));
  const Shape& a = context.shape(0);
  const Shape& b = context.shape(1);
  if (a[attributes_.transpose_a ? 0 : 1] != b[attributes_.transpose_b ? 1 : 0]) {
    return shape_error("inner extents of the product differ")
        .got(concat("A ", a.to_string(), attributes_.transpose_a ? " transposed" : "", ", B ",
                    b.to_string(), attributes_.transpose_b ? " transposed" : ""))
        .expected("equal inner extents");
  }
  const Shape y{a[attributes_.transpose_a ? 1 : 0], b[attributes_.transpose_b ? 0 : 1]};
  if (context.has_input(2) && !broadcasts_to(context.shape(2), y)) {
    return shape_error("C cannot be broadcast to the product")
        .got(context.shape(2).to_string())
        .expected(concat("a shape that broadcasts to ", y.to_string()));
  }
  return set_output(context, 0, context.type(0), y);
}

double GemmOp::work(const OpContext& context) const {
  const int64_t depth = context.shape(0)[attributes_.transpose_a ? 0 : 1];
  return static_cast<double>(context.output(0).shape.elements()) * static_cast<double>(depth);
}

Status GemmOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& a = args.inputs[0];
  const TensorView& b = args.inputs[1];
  const MutableTensorView& y = args.outputs[0];
  const TensorView* c =
      args.inputs.size() > 2 && args.inputs[2].data != nullptr ? &args.inputs[2] : nullptr;
  const bool ta = attributes_.transpose_a;
  const bool tb = attributes_.transpose_b;
  const int64_t k = a.shape[ta ? 0 : 1];
  const int64_t a_row = ta ? 1 : a.shape[1];
  const int64_t a_step = ta ? a.shape[1] : 1;
  const int64_t b_column = tb ? b.shape[1] : 1;
  const int64_t b_step = tb ? 1 : b.shape[1];
  const Strides c_strides = c != nullptr ? broadcast_strides(c->shape, y.shape) : Strides{};
  const int64_t columns = y.shape[1], count = y.elements();
  for (int64_t place = 0; place < count; ++place) {
    const int64_t i = place / columns, j = place % columns;
    const Vector row{a, i * a_row, a_step}, column{b, j * b_column, b_step};
    const int64_t addend = i * c_strides[0] + j * c_strides[1];
    if (is_integer(y.type)) {
      const int64_t product = scaled(attributes_.alpha, int_dot(row, column, k));
      const int64_t offset = c == nullptr ? 0 : scaled(attributes_.beta, int_at(*c, addend));
      put_int(y, place,
              static_cast<int64_t>(static_cast<uint64_t>(product) + static_cast<uint64_t>(offset)));
      continue;
    }
    double value = static_cast<double>(attributes_.alpha) * real_dot(row, column, k);
    if (c != nullptr) value += static_cast<double>(attributes_.beta) * real_at(*c, addend);
    put_activated(y, place, activation_, value);
  }
  return Status::ok();
}

Result<MatMulExtents> matmul_extents(const Shape& a, const Shape& b) {
  if (a.rank() == 0 || b.rank() == 0) {
    return shape_error("a scalar has no matrix product")
        .got(concat(a.to_string(), " and ", b.to_string()))
        .expected("rank 1 or more");
  }
  MatMulExtents e;
  e.m = a.rank() > 1 ? a[a.rank() - 2] : 1;
  e.k = a[a.rank() - 1];
  e.n = b.rank() > 1 ? b[b.rank() - 1] : 1;
  const int64_t k_of_b = b[b.rank() > 1 ? b.rank() - 2 : 0];
  if (e.k != k_of_b) {
    return shape_error("inner extents of the product differ")
        .got(concat(a.to_string(), " and ", b.to_string()))
        .expected("equal inner extents");
  }
  if (a.rank() > 2) e.batch_a = Shape(a.dims().first(static_cast<size_t>(a.rank() - 2)));
  if (b.rank() > 2) e.batch_b = Shape(b.dims().first(static_cast<size_t>(b.rank() - 2)));
  GOSSAMER_ASSIGN(e.batch, broadcast_shapes(e.batch_a, e.batch_b));
  e.output = e.batch;
  if (a.rank() > 1) e.output.push_back(e.m);
  if (b.rank() > 1) e.output.push_back(e.n);
  return e;
}

Status MatMulOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 2));
  GOSSAMER_TRY(check_types(context));
  GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(context.shape(0), context.shape(1)));
  return set_output(context, 0, context.type(0), e.output);
}

double MatMulOp::work(const OpContext& context) const {
  const Shape& a = context.shape(0);
  return static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(a[a.rank() - 1]);
}

Status MatMulOp::evaluate(const EvaluateArgs& args) const {
  const TensorView& a = args.inputs[0];
  const TensorView& b = args.inputs[1];
  const MutableTensorView& y = args.outputs[0];
  GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(a.shape, b.shape));
  StridedWalk<2> matrices(
      e.batch, {broadcast_strides(e.batch_a, e.batch), broadcast_strides(e.batch_b, e.batch)});
  const int64_t count = e.output.elements() == 0 ? 0 : e.batch.elements();
  for (int64_t batch = 0; batch < count; ++batch, matrices.next()) {
    for (int64_t at = 0; at < e.m * e.n; ++at) {
      const Vector row{a, matrices.offset(0) * e.m * e.k + at / e.n * e.k, 1};
      const Vector column{b, matrices.offset(1) * e.k * e.n + at % e.n, e.n};
      const int64_t place = batch * e.m * e.n + at;
      if (is_integer(y.type)) {
        put_int(y, place, int_dot(row, column, e.k));
      } else {
        put_activated(y, place, activation_, real_dot(row, column, e.k));
      }
    }
  }
  return Status::ok();
}

}  // namespace gossamer
