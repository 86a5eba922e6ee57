// See memory_planner.h.
#include "plan/memory_planner.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <tuple>

#include "base/aligned_buffer.h"

namespace gossamer {
namespace {

bool overlap(const Lifetime& a, const Lifetime& b) {
  return a.first <= b.last && b.first <= a.last;
}

// Sum of the bytes alive at the busiest step.
size_t most_alive(std::span<const Lifetime> lifetimes) {
  int last = -1;
  for (const Lifetime& l : lifetimes) last = std::max(last, l.last);
  std::vector<int64_t> change(static_cast<size_t>(last + 2));  // against the step before
  for (const Lifetime& l : lifetimes) {
    change[static_cast<size_t>(l.first)] += static_cast<int64_t>(l.bytes);
    change[static_cast<size_t>(l.last + 1)] -= static_cast<int64_t>(l.bytes);
  }
  int64_t alive = 0;
  int64_t most = 0;
  for (const int64_t bytes : change) {
    alive += bytes;
    most = std::max(most, alive);
  }
  return static_cast<size_t>(most);
}

constexpr size_t kAlign = AlignedBuffer::kAlignment;

size_t aligned(size_t offset) {
  return (offset + kAlign - 1) / kAlign * kAlign;
}

// The lowest offset at which `life` meets none of the others; `placed` are in ascending order.
size_t lowest_gap(const Lifetime& life, std::span<const Lifetime> lifetimes,
                  std::span<const size_t> placed, const std::vector<size_t>& offsets) {
  size_t offset = 0;
  for (const size_t other : placed) {
    if (!overlap(life, lifetimes[other])) continue;
    if (offset + life.bytes <= offsets[other]) break;  // fits into the gap before it
    offset = std::max(offset, aligned(offsets[other] + lifetimes[other].bytes));
  }
  return offset;
}

// Each at the lowest offset that is free during its life, in the given order. That is quadratic, so
// those beyond a number that no real network reaches come after all others and share with nobody.
std::optional<MemoryLayout> place(std::span<const Lifetime> lifetimes,
                                  std::span<const size_t> order) {
  constexpr size_t kMaxShared = 8192;
  MemoryLayout layout;
  layout.offsets.resize(lifetimes.size());
  std::vector<size_t> placed;  // by ascending offset
  for (const size_t i : order) {
    const bool shares = placed.size() < kMaxShared;
    const size_t offset = shares ? lowest_gap(lifetimes[i], lifetimes, placed, layout.offsets)
                                 : aligned(layout.total);
    size_t end;
    if (__builtin_add_overflow(offset, lifetimes[i].bytes, &end) || end > PTRDIFF_MAX - kAlign) {
      return std::nullopt;
    }
    layout.offsets[i] = offset;
    layout.total = std::max(layout.total, end);
    if (!shares) continue;
    const auto behind =
        std::ranges::upper_bound(placed, offset, {}, [&](size_t k) { return layout.offsets[k]; });
    placed.insert(behind, i);
  }
  return layout;
}

// A heap sort: its code is a quarter of a stable sort's, and a page downloads it. Ties go to the
// lower index, so the order is the same everywhere.
void sort_indices(std::vector<size_t>& order, const std::function<bool(size_t, size_t)>& before) {
  auto less = [&](size_t a, size_t b) { return before(a, b) || (!before(b, a) && a < b); };
  std::ranges::make_heap(order, less);
  std::ranges::sort_heap(order, less);
}

}  // namespace

std::optional<MemoryLayout> plan_memory(std::span<const Lifetime> lifetimes) {
  std::vector<size_t> order(lifetimes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  sort_indices(order, [&](size_t a, size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
  auto layout = place(lifetimes, order);
  if (!layout.has_value()) return layout;
  layout->live = most_alive(lifetimes);
  // Other orders, where gaps are left. First by time: of those that begin together the one that
  // lasts longest, and is largest, must not end up between others. Then again, each time with what
  // reached furthest before everything else.
  constexpr int kOrders = 13;
  constexpr size_t kWorthTwice = 4096, kWorthMore = 1024;
  const size_t enough = layout->live + layout->live / 32;
  size_t furthest = 0;  // in `order`
  for (int turn = 0; turn < kOrders && layout->total > enough; ++turn) {
    if (lifetimes.size() > (turn == 0 ? kWorthTwice : kWorthMore)) break;
    if (turn > 0 && furthest == 0) break;  // it comes first already
    if (turn == 0) {
      sort_indices(order, [&](size_t a, size_t b) {
        const Lifetime &one = lifetimes[a], &two = lifetimes[b];
        return std::tuple(one.first, two.last, two.bytes) <
               std::tuple(two.first, one.last, one.bytes);
      });
    }
    for (; furthest > 0; --furthest) std::swap(order[furthest], order[furthest - 1]);
    auto other = place(lifetimes, order);
    if (!other.has_value()) break;
    const auto end = [&](size_t i) { return other->offsets[order[i]] + lifetimes[order[i]].bytes; };
    for (size_t i = 1; i < order.size(); ++i) {
      if (end(i) > end(furthest)) furthest = i;
    }
    if (other->total >= layout->total) continue;
    other->live = layout->live;
    layout = std::move(other);
  }
  return layout;
}

}  // namespace gossamer
