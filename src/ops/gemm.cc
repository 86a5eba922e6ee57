// See gemm.h.
#include "ops/gemm.h"

#include "base/text.h"
#include "ops/broadcast.h"

namespace gossamer {
namespace {

// One element of a product: `k` terms, the operands stepping by their strides.
float dot(const float* a, int64_t a_stride, const float* b, int64_t b_stride, int64_t k) {
  double sum = 0;
  for (int64_t i = 0; i < k; ++i) {
    sum += static_cast<double>(a[i * a_stride]) * static_cast<double>(b[i * b_stride]);
  }
  return static_cast<float>(sum);
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
  GOSSAMER_TRY(require_floats(context));
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
  return set_output(context, 0, DataType::kFloat32, y);
}

double GemmOp::work(const OpContext& context) const {
  const int64_t depth = context.shape(0)[attributes_.transpose_a ? 0 : 1];
  return static_cast<double>(context.output(0).shape.elements()) * static_cast<double>(depth);
}

Status GemmOp::evaluate(const EvaluateArgs& args) const {
  const Shape& y_shape = args.outputs[0].shape;
  const Shape& a_shape = args.inputs[0].shape;
  const Shape& b_shape = args.inputs[1].shape;
  const float* a = args.inputs[0].as<float>();
  const float* b = args.inputs[1].as<float>();
  const float* c = args.inputs.size() > 2 ? args.inputs[2].as<float>() : nullptr;
  const bool ta = attributes_.transpose_a;
  const bool tb = attributes_.transpose_b;
  const int64_t k = a_shape[ta ? 0 : 1];
  const int64_t a_row = ta ? 1 : a_shape[1];
  const int64_t a_step = ta ? a_shape[1] : 1;
  const int64_t b_column = tb ? b_shape[1] : 1;
  const int64_t b_step = tb ? 1 : b_shape[1];
  const Strides c_strides =
      c != nullptr ? broadcast_strides(args.inputs[2].shape, y_shape) : Strides{};
  float* y = args.outputs[0].as<float>();
  for (int64_t i = 0; i < y_shape[0]; ++i) {
    for (int64_t j = 0; j < y_shape[1]; ++j) {
      float value = attributes_.alpha * dot(a + i * a_row, a_step, b + j * b_column, b_step, k);
      if (c != nullptr) value += attributes_.beta * c[i * c_strides[0] + j * c_strides[1]];
      *y++ = apply(activation_, value);
    }
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
  GOSSAMER_TRY(require_floats(context));
  GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(context.shape(0), context.shape(1)));
  return set_output(context, 0, DataType::kFloat32, e.output);
}

double MatMulOp::work(const OpContext& context) const {
  const Shape& a = context.shape(0);
  return static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(a[a.rank() - 1]);
}

Status MatMulOp::evaluate(const EvaluateArgs& args) const {
  GOSSAMER_ASSIGN(const MatMulExtents e,
                  matmul_extents(args.inputs[0].shape, args.inputs[1].shape));
  float* y = args.outputs[0].as<float>();
  StridedWalk<2> matrices(
      e.batch, {broadcast_strides(e.batch_a, e.batch), broadcast_strides(e.batch_b, e.batch)});
  const int64_t count = e.output.elements() == 0 ? 0 : e.batch.elements();
  for (int64_t batch = 0; batch < count; ++batch, matrices.next()) {
    const float* a = args.inputs[0].as<float>() + matrices.offset(0) * e.m * e.k;
    const float* b = args.inputs[1].as<float>() + matrices.offset(1) * e.k * e.n;
    for (int64_t i = 0; i < e.m; ++i) {
      for (int64_t j = 0; j < e.n; ++j) {
        *y++ = apply(activation_, dot(a + i * e.k, 1, b + j, e.n, e.k));
      }
    }
  }
  return Status::ok();
}

}  // namespace gossamer
