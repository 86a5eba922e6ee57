// See kernel_test_support.h.
#include "kernel_test_support.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/aligned_buffer.h"
#include "kernels/table.h"

namespace gossamer::test {
namespace {

constexpr size_t kGuard = 64;  // floats on either side
const float kNan = std::numeric_limits<float>::quiet_NaN();

// Scratch full of NaN, so that a kernel that relies on what an earlier item left is noticed.
AlignedBuffer make_scratch(const Kernel& kernel) {
  auto scratch = AlignedBuffer::allocate(kernel.scratch_bytes());
  EXPECT_TRUE(scratch.is_ok());
  if (kernel.scratch_bytes() > 0) std::memset(scratch->data(), 0xff, kernel.scratch_bytes());
  return std::move(scratch).value();
}

void run_pieces(const Kernel& kernel, const std::vector<const void*>& inputs, float* output,
                const std::vector<std::pair<int64_t, int64_t>>& pieces) {
  void* outputs[] = {output};
  for (const auto& [begin, end] : pieces) {
    AlignedBuffer scratch = make_scratch(kernel);
    const Status status = kernel.run({inputs, outputs, scratch.data()}, begin, end);
    EXPECT_TRUE(status.is_ok()) << status.to_string();
  }
}

std::vector<std::pair<int64_t, int64_t>> random_pieces(int64_t items, std::mt19937& random) {
  std::vector<std::pair<int64_t, int64_t>> pieces;
  for (int64_t begin = 0; begin < items;) {
    const int64_t end = std::min<int64_t>(items, begin + 1 + static_cast<int64_t>(random() % 3));
    pieces.emplace_back(begin, end);
    begin = end;
  }
  std::shuffle(pieces.begin(), pieces.end(), random);
  return pieces;
}

bool same_bits(const float* a, const float* b, int64_t count) {
  return count == 0 || std::memcmp(a, b, static_cast<size_t>(count) * sizeof(float)) == 0;
}

}  // namespace

GuardedFloats::GuardedFloats(int64_t count)
    : storage_(static_cast<size_t>(count) + 2 * kGuard + 4, kNan), offset_(kGuard), count_(count) {
  while (reinterpret_cast<uintptr_t>(storage_.data() + offset_) % 16 != 0) ++offset_;
}

GuardedFloats::GuardedFloats(int64_t count, std::mt19937& random, float low, float high)
    : GuardedFloats(count) {
  std::uniform_real_distribution<float> distribution(low, high);
  for (int64_t i = 0; i < count; ++i) data()[i] = distribution(random);
}

bool GuardedFloats::guards_intact() const {
  const GuardedFloats fresh(0);
  const auto is_nan_bits = [&](float f) { return same_bits(&f, fresh.storage_.data(), 1); };
  return std::all_of(storage_.data(), data(), is_nan_bits) &&
         std::all_of(data() + count_, storage_.data() + storage_.size(), is_nan_bits);
}

std::vector<float> run_checked(const Kernel& kernel, std::span<const GuardedFloats* const> inputs,
                               int64_t output_count, std::mt19937& random) {
  EXPECT_TRUE(std::any_of(std::begin(kKernelTable), std::end(kKernelTable),
                          [&](const KernelEntry& entry) { return entry.name == kernel.name(); }))
      << kernel.name() << " is not in the table of kernels";
  std::vector<const void*> pointers;
  std::vector<std::vector<float>> originals;
  for (const GuardedFloats* input : inputs) {
    pointers.push_back(input->data());
    originals.emplace_back(input->values().begin(), input->values().end());
  }
  GuardedFloats output(output_count);
  run_pieces(kernel, pointers, output.data(), {{0, kernel.items()}});
  EXPECT_TRUE(output.guards_intact()) << kernel.name();

  for (int repeat = 0; repeat < 2; ++repeat) {
    GuardedFloats again(output_count);
    run_pieces(kernel, pointers, again.data(), random_pieces(kernel.items(), random));
    EXPECT_TRUE(again.guards_intact()) << kernel.name();
    EXPECT_TRUE(same_bits(output.data(), again.data(), output_count))
        << kernel.name() << " depends on the order or grouping of its items";
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    EXPECT_TRUE(same_bits(originals[i].data(), inputs[i]->data(), inputs[i]->count()))
        << kernel.name() << " changed input " << i;
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!kernel.can_overwrite_input(static_cast<int>(i))) continue;
    GuardedFloats shared(output_count);
    EXPECT_EQ(inputs[i]->count(), output_count) << kernel.name() << " cannot overwrite this input";
    std::copy(originals[i].begin(), originals[i].end(), shared.data());
    std::vector<const void*> in_place = pointers;
    in_place[i] = shared.data();
    run_pieces(kernel, in_place, shared.data(), random_pieces(kernel.items(), random));
    EXPECT_TRUE(same_bits(output.data(), shared.data(), output_count))
        << kernel.name() << " cannot overwrite input " << i << " after all";
  }
  return {output.values().begin(), output.values().end()};
}

void expect_close(std::span<const float> got, std::span<const double> want,
                  std::span<const double> magnitude, double epsilons, const std::string& what) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const double limit = epsilons * kEpsilon * (magnitude[i] + 1);
    if (std::abs(static_cast<double>(got[i]) - want[i]) <= limit) continue;
    ADD_FAILURE() << what << ": element " << i << " is " << got[i] << " instead of " << want[i]
                  << ", more than " << epsilons << " epsilons of " << magnitude[i] + 1;
    return;
  }
}

double apply_double(const Activation& f, double x) {
  switch (f.kind) {
    case Activation::Kind::kNone:
      return x;
    case Activation::Kind::kClip:
      return std::min(std::max(x, static_cast<double>(f.a)), static_cast<double>(f.b));
    case Activation::Kind::kSigmoid:
      return 1 / (1 + std::exp(-x));
    case Activation::Kind::kHardSigmoid:
      return std::clamp(static_cast<double>(f.a) * x + static_cast<double>(f.b), 0.0, 1.0);
    case Activation::Kind::kHardSwish:
      return x * std::clamp(x / 6 + 0.5, 0.0, 1.0);
    case Activation::Kind::kSilu:
      return x / (1 + std::exp(-x));
  }
  return x;
}

std::vector<Activation> every_activation() {
  return {{},
          Activation::relu(),
          Activation::clip(-0.3f, 0.7f),
          {Activation::Kind::kSigmoid, 0, 0},
          {Activation::Kind::kHardSigmoid, 0.3f, 0.4f},
          {Activation::Kind::kHardSwish, 0, 0},
          {Activation::Kind::kSilu, 0, 0}};
}

void expect_all_swept(std::string_view family, const std::set<std::string_view>& swept) {
  for (const KernelEntry& entry : kKernelTable) {
    const bool built = !entry.needs_vectors || !simd::kEmulated;
    if (entry.family == family && built) {
      EXPECT_TRUE(swept.contains(entry.name)) << entry.name << " was not tested";
    }
  }
}

}  // namespace gossamer::test
