// See top_k.h. Each number and its place become one integer, greater for what comes earlier, so
// that any order is a single comparison. The best k so far form a heap with the worst on top:
// nearly all of the others are turned away by one look at it. An item is a row.
#include "kernels/selection/top_k.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/simd.h"
#include "kernels/sizes.h"
#include "kernels/table.h"

namespace gossamer {
namespace {

// Ordered as the numbers are, with one zero, and NaN on top.
int32_t order_of(float x) {
  if (x != x) return INT32_MAX;  // NOLINT(misc-redundant-expression): NaN
  const auto bits = std::bit_cast<int32_t>(x + 0.0f);
  return bits ^ (bits >> 31 & INT32_MAX);
}

int64_t rank_of(int32_t order, int64_t place) {
  return static_cast<int64_t>(order) << 32 | (UINT32_MAX - static_cast<uint32_t>(place));
}
int64_t place_of(int64_t rank) {
  return UINT32_MAX - static_cast<uint32_t>(rank);
}

// Puts `rank` where it belongs in heap[0 .. size), of which the top was taken. The top is the
// least.
void replace_top(int64_t* heap, int64_t size, int64_t rank) {
  int64_t at = 0;
  while (true) {
    int64_t child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && heap[child + 1] < heap[child]) ++child;
    if (rank <= heap[child]) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = rank;
}

class TopK final : public Kernel {
 public:
  TopK(const TopKParams& params, size_t scratch_bytes)
      : p_(params), scratch_bytes_(scratch_bytes) {}

  std::string_view name() const override { return kernel_name::kTopK; }
  int64_t items() const override { return p_.k == 0 ? 0 : p_.outer * p_.inner; }
  size_t scratch_bytes() const override { return scratch_bytes_; }

  Status run(const KernelArgs& args, int64_t begin, int64_t end) const override {
    const auto* x = static_cast<const float*>(args.inputs[0]);
    auto* values = static_cast<float*>(args.outputs[0]);
    auto* places = args.outputs.size() > 1 ? static_cast<int64_t*>(args.outputs[1]) : nullptr;
    auto* best = reinterpret_cast<int64_t*>(args.scratch);
    for (int64_t item = begin; item < end; ++item) {
      const int64_t outer = item / p_.inner, inner = item % p_.inner;
      const float* row = x + outer * p_.size * p_.inner + inner;
      select(row, best);
      int64_t to = outer * p_.k * p_.inner + inner;
      for (int64_t i = 0; i < p_.k; ++i, to += p_.inner) {
        const int64_t place = place_of(best[i]);
        values[to] = row[place * p_.inner];
        if (places != nullptr) places[to] = place;
      }
    }
    return Status::ok();
  }

 private:
  // The best k of a row, in order.
  void select(const float* row, int64_t* best) const {
    const int32_t flip = p_.greatest ? 0 : -1;
    std::fill(best, best + p_.k, std::numeric_limits<int64_t>::min());
    int64_t least = best[0] >> 32;
    for (int64_t i = 0; i < p_.size; ++i) {
      const int32_t order = order_of(row[i * p_.inner]) ^ flip;
      const int64_t rank = rank_of(order, i);
      if (order < least || rank < best[0]) continue;
      replace_top(best, p_.k, rank);
      least = best[0] >> 32;
    }
    for (int64_t size = p_.k - 1; size > 0; --size) {
      const int64_t last = best[size];
      best[size] = best[0];
      replace_top(best, size, last);
    }
  }

  TopKParams p_;
  size_t scratch_bytes_;
};

}  // namespace

Result<std::unique_ptr<Kernel>> make_top_k_f32(const TopKParams& params) {
  GOSSAMER_ASSIGN(const size_t bytes, checked_bytes(params.k, sizeof(int64_t)));
  return std::unique_ptr<Kernel>(std::make_unique<TopK>(params, bytes));
}

}  // namespace gossamer
