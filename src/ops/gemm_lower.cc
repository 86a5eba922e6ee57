// The kernels of Gemm and MatMul: a constant B is packed once; two computed tensors are multiplied
// by the kernel that copies panels of B as it goes.
#include <algorithm>

#include "kernels/gemm/gemm.h"
#include "ops/gemm.h"
#include "ops/lowering.h"

namespace gossamer {
namespace {

constexpr int kA = 0, kB = 1, kC = 2;

// How Gemm's C enters the kernel.
enum class Addend { kNone, kBias, kResidual, kOther };

// One value for each column (or for all) is a bias when known; a whole matrix is a residual.
Addend classify_addend(const OpContext& context, float beta, const Shape& y) {
  if (!context.has_input(kC)) return Addend::kNone;
  const Shape& c = context.shape(kC);
  const int64_t last = c.rank() > 0 ? c[c.rank() - 1] : 1;
  if (c.elements() == last && context.constant(kC) != nullptr) return Addend::kBias;
  return c == y && beta == 1 ? Addend::kResidual : Addend::kOther;
}

// beta * C for each of n columns.
Result<PackingSource> column_bias(const OpContext& context, float beta, int64_t n) {
  GOSSAMER_ASSIGN(const PackingSource c, PackingSource::read(context, kC));
  GOSSAMER_ASSIGN(PackingSource bias, PackingSource::allocate(n));
  const int64_t step = context.shape(kC).elements() == 1 ? 0 : 1;
  for (int64_t j = 0; j < n; ++j) bias.mutable_data()[j] = beta * c.data()[j * step];
  return bias;
}

}  // namespace

Result<std::unique_ptr<Kernel>> GemmOp::lower(OpContext& context) const {
  if (context.type(kA) != DataType::kFloat32) return Op::lower(context);
  const Shape& y = context.output(0).shape;
  const Addend addend = classify_addend(context, attributes_.beta, y);
  if (attributes_.transpose_a || context.constant(kB) == nullptr || addend == Addend::kOther) {
    return Op::lower(context);
  }
  const int64_t k = context.shape(kA)[1], n = y[1];
  GemmParams p = GemmParams::dense(y[0], k, n);
  p.activation = activation_;
  p.threads = context.threads();
  PackingSource bias;
  if (addend == Addend::kBias) {
    GOSSAMER_ASSIGN(bias, column_bias(context, attributes_.beta, n));
    context.absorb(kC);
  } else if (addend == Addend::kResidual) {
    p.residual_input = kC;
  }
  GOSSAMER_ASSIGN(const PackingSource b, PackingSource::read(context, kB));
  PackingSource alpha;  // for each column
  if (attributes_.alpha != 1) {
    GOSSAMER_ASSIGN(alpha, PackingSource::allocate(n));
    std::fill(alpha.mutable_data(), alpha.mutable_data() + n, attributes_.alpha);
  }
  const bool transposed = attributes_.transpose_b;
  const StridedMatrix matrix{b.data(), transposed ? 1 : n, transposed ? k : 1, alpha.data()};
  GOSSAMER_ASSIGN(PackedMatrix packed, PackedMatrix::pack(matrix, bias.data(), k, n));
  context.absorb(kB);
  return make_gemm_f32(p, std::move(packed));
}

Result<std::unique_ptr<Kernel>> MatMulOp::lower(OpContext& context) const {
  if (context.type(kA) != DataType::kFloat32) return Op::lower(context);
  GOSSAMER_ASSIGN(const MatMulExtents e, matmul_extents(context.shape(kA), context.shape(kB)));
  if (context.constant(kB) != nullptr && context.shape(kB).rank() <= 2) {
    GOSSAMER_ASSIGN(const PackingSource b, PackingSource::read(context, kB));
    GOSSAMER_ASSIGN(PackedMatrix packed,
                    PackedMatrix::pack({b.data(), e.n, 1, nullptr}, nullptr, e.k, e.n));
    context.absorb(kB);
    // A stack times one matrix is a taller matrix times it.
    GemmParams p = GemmParams::dense(e.batch.elements() * e.m, e.k, e.n);
    p.activation = activation_;
    p.threads = context.threads();
    return make_gemm_f32(p, std::move(packed));
  }
  MatMulParams p;
  p.m = e.m, p.k = e.k, p.n = e.n;
  p.batch_rank = e.batch.rank();
  p.activation = activation_;
  const Strides a_strides = broadcast_strides(e.batch_a, e.batch);
  const Strides b_strides = broadcast_strides(e.batch_b, e.batch);
  for (int axis = 0; axis < p.batch_rank; ++axis) {
    p.batch[axis] = e.batch[axis];
    p.a_batch_stride[axis] = a_strides[static_cast<size_t>(axis)];
    p.b_batch_stride[axis] = b_strides[static_cast<size_t>(axis)];
  }
  return make_matmul_f32(p);
}

}  // namespace gossamer
