// See subject.h. The folders of kernels keep their algorithms to themselves; tests and this
// benchmark reach behind their factories.
#include "bench/kernels/subject.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "bench/kernels/definition.h"
#include "kernels/conv/conv_kernels.h"
#include "kernels/gemm/gemm_kernels.h"
#include "kernels/pool/pool_kernels.h"
#include "kernels/sizes.h"
#include "kernels/winograd/winograd.h"

namespace gossamer::bench {
namespace {

using KernelResult = Result<std::unique_ptr<Kernel>>;

struct Sizes {
  int64_t x = 0, second = 0, bias = 0, y = 0;
};

struct Sizer {
  Sizes operator()(const ConvParams& p) const {
    return {p.batch * p.in_h * p.in_w * p.in_channels,
            p.out_channels * p.kernel_h * p.kernel_w * (p.in_channels / p.groups), p.out_channels,
            p.batch * p.out_h * p.out_w * p.out_channels};
  }
  Sizes operator()(const GemmShape& p) const { return {p.m * p.k, p.k * p.n, p.n, p.m * p.n}; }
  Sizes operator()(const MatMulShape& p) const {
    return {p.batch * p.m * p.k, p.batch * p.k * p.n, 0, p.batch * p.m * p.n};
  }
  Sizes operator()(const PoolParams& p) const {
    return {p.batch * p.in_h * p.in_w * p.channels, 0, 0, p.batch * p.out_h * p.out_w * p.channels};
  }
};

// Numbers in [-1, 1); the same on every machine (a linear congruential generator).
Result<AlignedBuffer> random_floats(int64_t count, uint32_t seed) {
  GOSSAMER_ASSIGN(AlignedBuffer buffer, allocate_floats(count));
  uint32_t state = seed;
  for (int64_t i = 0; i < count; ++i) {
    state = state * 1664525u + 1013904223u;
    buffer.as<float>()[i] = static_cast<float>(state >> 8) / 8388608.0f - 1.0f;
  }
  return buffer;
}

// Every algorithm, the one that a plan takes first. Some may be made twice.
struct Maker {
  const Tensors& tensors;

  const float* second() const { return tensors.second.as<float>(); }
  const float* bias() const { return tensors.bias.as<float>(); }

  std::vector<KernelResult> operator()(const ConvParams& p) const {
    const ConvWeights weights{second(), nullptr, bias()};
    std::vector<KernelResult> kernels;
    kernels.push_back(make_conv_f32(p, second(), nullptr, bias()));
    if (p.is_depthwise()) return kernels;
    kernels.push_back(make_indirect_conv(p, weights, kNoResidual));
    if (prefers_winograd_line(p)) kernels.push_back(make_winograd_line(p, weights, kNoResidual));
    if (p.kernel_h != 3 || p.kernel_w != 3 || p.stride_h != 1 || p.stride_w != 1) return kernels;
    if (p.dilation_h != 1 || p.dilation_w != 1 || p.groups != 1) return kernels;
    for (const int m : {2, 4}) {
      kernels.push_back(make_winograd_conv(p, weights, kNoResidual, m));
    }
    return kernels;
  }

  std::vector<KernelResult> operator()(const GemmShape& p) const {
    const GemmParams params = GemmParams::dense(p.m, p.k, p.n);
    using Make = std::unique_ptr<Kernel> (*)(const GemmParams&, PackedMatrix);
    std::vector<KernelResult> kernels;
    for (const Make make : {make_gemm_f32, make_packed_gemm, make_gemv}) {
      if (make == make_gemv && p.m != 1) continue;
      auto packed = PackedMatrix::pack({second(), p.n, 1, nullptr}, bias(), p.k, p.n);
      if (!packed.is_ok()) {
        kernels.emplace_back(std::move(packed).status());
      } else {
        kernels.emplace_back(make(params, std::move(*packed)));
      }
    }
    return kernels;
  }

  std::vector<KernelResult> operator()(const MatMulShape& p) const {
    MatMulParams params;
    params.m = p.m, params.k = p.k, params.n = p.n;
    params.batch_rank = 1;
    params.batch[0] = p.batch;
    params.a_batch_stride[0] = params.b_batch_stride[0] = 1;
    std::vector<KernelResult> kernels;
    kernels.push_back(make_matmul_f32(params));
    return kernels;
  }

  std::vector<KernelResult> operator()(const PoolParams& p) const {
    std::vector<KernelResult> kernels;
    kernels.emplace_back(make_pool_f32(p));
    kernels.emplace_back(make_window_pool(p));
    return kernels;
  }
};

// How many epsilons of the largest magnitude a result may be off; a sum of random terms is off by
// less than one. Winograd's forms work with sums and differences of pixels, whose errors are some
// times as large, and spread them over tiles (see winograd/transforms.h).
double tolerance(std::string_view kernel) {
  return kernel.find("winograd") != std::string_view::npos ? 16 : 4;
}

// Compares places all over the output. The step between them shares no factor with the size (or
// nearly: it is a prime), so that they fall on all channels alike.
Status compare(const Layer& layer, const Tensors& tensors, std::string_view kernel) {
  constexpr int64_t kPlaces = 509, kStep = 1'000'003;
  const auto place = [&](int64_t i) { return i * kStep % tensors.y_count; };
  std::array<double, kPlaces> want;
  double largest = 1;  // sum of the absolute values of the terms
  for (int64_t i = 0; i < kPlaces; ++i) {
    const Expected expected = expected_at(layer, tensors, place(i));
    want[static_cast<size_t>(i)] = expected.value;
    largest = std::max(largest, expected.magnitude);
  }
  const double epsilon = std::numeric_limits<float>::epsilon();
  const double limit = tolerance(kernel) * epsilon * largest;
  for (int64_t i = 0; i < kPlaces; ++i) {
    const double wanted = want[static_cast<size_t>(i)];
    const auto got = static_cast<double>(tensors.y.as<float>()[place(i)]);
    if (std::abs(got - wanted) <= limit) continue;
    return Status(Code::kNumeric, Stage::kRun, "the kernel computes something else")
        .at_node(label_of(layer), kernel)
        .got(concat(got, " at ", place(i)))
        .expected(concat(wanted, " within ", limit));
  }
  return Status::ok();
}

}  // namespace

Result<Subject> Subject::make(const Layer& layer) {
  Subject subject(layer);
  const Sizes sizes = std::visit(Sizer(), layer);
  GOSSAMER_ASSIGN(subject.tensors_.x, random_floats(sizes.x, 1));
  GOSSAMER_ASSIGN(subject.tensors_.second, random_floats(sizes.second, 2));
  GOSSAMER_ASSIGN(subject.tensors_.bias, random_floats(sizes.bias, 3));
  GOSSAMER_ASSIGN(subject.tensors_.y, random_floats(sizes.y, 4));
  subject.tensors_.y_count = sizes.y;
  for (KernelResult& made : std::visit(Maker{subject.tensors_}, layer)) {
    GOSSAMER_ASSIGN(auto kernel, std::move(made));
    GOSSAMER_TRY(subject.add(std::move(kernel)));
  }
  return subject;
}

Status Subject::add(std::unique_ptr<Kernel> kernel) {
  const auto same = [&](const auto& other) { return other->name() == kernel->name(); };
  if (std::ranges::any_of(kernels_, same)) return Status::ok();
  if (kernel->scratch_bytes() > scratch_.size()) {
    GOSSAMER_ASSIGN(scratch_, AlignedBuffer::allocate(kernel->scratch_bytes()));
  }
  std::fill_n(tensors_.y.as<float>(), tensors_.y_count, std::nanf(""));
  run(*kernel);
  GOSSAMER_TRY(compare(layer_, tensors_, kernel->name()));
  kernels_.push_back(std::move(kernel));
  return Status::ok();
}

void Subject::run(const Kernel& kernel) {
  const void* inputs[] = {tensors_.x.data(), tensors_.second.data()};
  void* outputs[] = {tensors_.y.data()};
  const KernelArgs args{inputs, outputs, scratch_.data()};
  const int64_t items = kernel.items();
  for (int64_t item = 0; item < items; ++item) {
    // As the executor does. These kernels have no data that could be invalid.
    if (!kernel.run(args, item, item + 1).is_ok()) return;
  }
}

}  // namespace gossamer::bench
