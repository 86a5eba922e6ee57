// See matmul_nbits.h.
#include "ops/matmul_nbits.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "kernels/gemm/gemm.h"
#include "kernels/sizes.h"
#include "ops/elements.h"
#include "ops/lowering.h"

namespace gossamer {
namespace {

constexpr int kGroups = 4;  // an index of the group of each k, which only reorders blocks

}  // namespace

// The stored weights, and what they stand for.
struct MatMulNBitsOp::Weights {
  const MatMulNBitsOp& op;
  TensorView b, scales, zeros;  // zeros without data where there are none

  // Number i of those packed in the bytes from `first` on.
  int64_t packed(const TensorView& view, int64_t first, int64_t i) const {
    const int64_t bits = op.attributes_.bits, each = 8 / bits;
    const int byte = view.as<uint8_t>()[first + i / each];
    return byte >> (i % each * bits) & ((1 << bits) - 1);
  }
  double zero(int64_t n, int64_t block) const {
    if (zeros.data == nullptr) return static_cast<double>(1 << (op.attributes_.bits - 1));
    if (zeros.type != DataType::kUint8) return real_at(zeros, n * op.blocks() + block);
    return static_cast<double>(packed(zeros, n * op.zero_bytes(), block));
  }
  // f(k, weight) for every weight of row n.
  template <typename F>
  void for_each(int64_t n, F f) const {
    const Attributes& a = op.attributes_;
    const int64_t row_bytes = op.blocks() * (a.block_size * a.bits / 8);
    for (int64_t k = 0; k < a.k;) {
      const int64_t block = k / a.block_size;
      const double scale = real_at(scales, n * op.blocks() + block), shift = zero(n, block);
      const int64_t end = std::min(a.k, (block + 1) * a.block_size);
      for (; k < end; ++k) {
        f(k, (static_cast<double>(packed(b, n * row_bytes, k)) - shift) * scale);
      }
    }
  }
};

OpResult make_matmul_nbits(AttributeReader& attributes) {
  attributes.expect_inputs(3, 6);
  attributes.expect_outputs(1);
  MatMulNBitsOp::Attributes a;
  for (const char* name : {"K", "N"}) {
    if (!attributes.has(name)) attributes.fail(name, "attribute is missing");
  }
  a.k = attributes.get_int("K", 1, 1, INT32_MAX);
  a.n = attributes.get_int("N", 1, 1, INT32_MAX);
  a.bits = attributes.get_int("bits", 4, 2, 8);
  if (a.bits != 2 && a.bits != 4 && a.bits != 8) {
    attributes.fail("bits", "attribute has an unknown value", concat(a.bits), "2, 4 or 8");
  }
  a.block_size = attributes.get_int("block_size", 32, 16, int64_t{1} << 16);
  if ((a.block_size & (a.block_size - 1)) != 0) {
    attributes.fail("block_size", "attribute is no power of two", concat(a.block_size));
  }
  attributes.get_int("accuracy_level", 0);  // the least that a's type may be narrowed to
  attributes.get_int("weight_prepacked", 0, 0, 0);
  return make_op<MatMulNBitsOp>(a);
}

int64_t MatMulNBitsOp::blocks() const {
  return ceil_div(attributes_.k, attributes_.block_size);
}

int64_t MatMulNBitsOp::zero_bytes() const {
  return ceil_div(blocks() * attributes_.bits, 8);
}

Status MatMulNBitsOp::check_zeros(const OpContext& context) const {
  if (!context.has_input(kZeros)) return Status::ok();
  const bool packed = context.type(kZeros) == DataType::kUint8;
  if (!packed) GOSSAMER_TRY(require_same_type(context, kA, kZeros));
  const int64_t count = attributes_.n * (packed ? zero_bytes() : blocks());
  if (context.shape(kZeros).elements() == count) return Status::ok();
  return shape_error("input 3 must hold a zero point for each block")
      .got(context.shape(kZeros).to_string())
      .expected(concat(count, packed ? " bytes" : " numbers"));
}

Status MatMulNBitsOp::infer(OpContext& context) const {
  GOSSAMER_TRY(require_inputs(context, 3));
  GOSSAMER_TRY(require_real(context, kA));
  GOSSAMER_TRY(require_type(context, kB, {DataType::kUint8}));
  GOSSAMER_TRY(require_same_type(context, kA, kScales));
  GOSSAMER_TRY(require_rank(context, kA, 1, Shape::kMaxRank));
  const Attributes& a = attributes_;
  if (context.has_input(kGroups)) return unsupported("input 4, g_idx, is not supported");
  GOSSAMER_TRY(
      require_shape(context, kB, {a.n, blocks(), a.block_size * a.bits / 8}, "the packed weights"));
  if (context.shape(kScales).elements() != a.n * blocks()) {
    return shape_error("input 2 must hold a scale for each block")
        .got(context.shape(kScales).to_string())
        .expected(concat(a.n * blocks(), " numbers"));
  }
  GOSSAMER_TRY(check_zeros(context));
  if (context.has_input(kBias)) {
    GOSSAMER_TRY(require_same_type(context, kA, kBias));
    GOSSAMER_TRY(require_shape(context, kBias, {a.n}, "one value per column"));
  }
  Shape y = context.shape(kA);
  int64_t& last = y[y.rank() - 1];
  if (last != a.k) {
    return shape_error("inner extents of the product differ")
        .got(context.shape(kA).to_string())
        .expected(concat("a last extent of ", a.k));
  }
  last = a.n;
  return set_output(context, 0, context.type(kA), y);
}

double MatMulNBitsOp::work(const OpContext& context) const {
  return static_cast<double>(context.output(0).shape.elements()) *
         static_cast<double>(attributes_.k);
}

Status MatMulNBitsOp::evaluate(const EvaluateArgs& args) const {
  const auto given = [&](int i) {
    const auto index = static_cast<size_t>(i);
    return index < args.inputs.size() ? args.inputs[index] : TensorView{};
  };
  const Weights weights{*this, given(kB), given(kScales), given(kZeros)};
  const TensorView &a = args.inputs[kA], bias = given(kBias);
  const int64_t rows = args.outputs[0].elements() / attributes_.n;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t n = 0; n < attributes_.n; ++n) {
      double sum = bias.data != nullptr ? real_at(bias, n) : 0;
      weights.for_each(n, [&](int64_t k, double weight) {
        sum += real_at(a, row * attributes_.k + k) * weight;
      });
      put_real(args.outputs[0], row * attributes_.n + n, sum);
    }
  }
  return Status::ok();
}

Result<std::unique_ptr<Kernel>> MatMulNBitsOp::lower(OpContext& context) const {
  const bool known = context.constant(kB) != nullptr && context.constant(kScales) != nullptr &&
                     is_packable(context, kZeros) && is_packable(context, kBias);
  if (context.type(kA) != DataType::kFloat32 || !known) return Op::lower(context);
  std::vector<std::shared_ptr<const Constant>> kept;
  const auto read = [&](int i) -> Result<TensorView> {
    if (!context.has_input(i)) return TensorView{};
    GOSSAMER_ASSIGN(kept.emplace_back(), Constant::make_resident(context.constant(i)));
    return kept.back()->view();
  };
  Weights weights{*this, {}, {}, {}};
  GOSSAMER_ASSIGN(weights.b, read(kB));
  GOSSAMER_ASSIGN(weights.scales, read(kScales));
  GOSSAMER_ASSIGN(weights.zeros, read(kZeros));
  const int64_t n = attributes_.n, k = attributes_.k;
  GOSSAMER_ASSIGN(PackingSource widened, PackingSource::allocate(n * k));
  for (int64_t row = 0; row < n; ++row) {
    float* target = widened.mutable_data() + row * k;
    weights.for_each(row,
                     [&](int64_t i, double weight) { target[i] = static_cast<float>(weight); });
  }
  GOSSAMER_ASSIGN(const PackingSource bias, PackingSource::read(context, kBias));
  GOSSAMER_ASSIGN(PackedMatrix packed,
                  PackedMatrix::pack({widened.data(), 1, k, nullptr}, bias.data(), k, n));
  for (int i : {kB, kScales, kZeros, kBias}) {
    if (context.has_input(i)) context.absorb(i);
  }
  return make_gemm_f32(GemmParams::dense(context.output(0).shape.elements() / n, k, n),
                       std::move(packed));
}

}  // namespace gossamer
